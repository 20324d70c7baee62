/** What operators look at to know who somebody is, in English. */
export const people = {
  verification: "Identity",
  queueText:
    "Each look at somebody's documents is written into the audit log. Setting a tier decides over all of them.",
  shown: "Shown",
  kind: "Document",
  kinds: {
    passport: "passport",
    national_id: "national identity card",
    driving_licence: "driving licence",
    proof_of_address: "proof of address",
    selfie: "picture of themselves",
  },
  who: "Who",
  tier: "Tier",
  tiers: { 0: "nothing is shown", 1: "identity is shown", 2: "identity and address are shown" },
  documents: "Documents",
  noDocuments: "Nothing was shown yet.",
  type: "Type",
  file: "File",
  kept: "there",
  gone: "deleted",
  goes: "Is deleted",
  decide: "Decide",
  decideText:
    "What may leave a wallet follows from the tier. From the decision on the documents are kept for their time and then deleted.",
  setTier: "Set the tier",
  tierSet: "The tier is set, and written into the audit log.",
};
