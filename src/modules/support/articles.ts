/** The help articles that every installation starts with, in reading order. */
export const ARTICLES = [
  {
    slug: "first-steps",
    title: "First steps",
    topic: "Start",
    summary: "Make an account, confirm your address, and look around.",
    body: "1. Sign up with your e-mail address and a password of at least twelve characters. A sentence works well.\n2. Open the link in the mail that we send. It is good for a day.\n3. Sign in, and set up two factors under your account's security settings.\n\nNothing that costs money begins without you confirming its price first.",
  },
  {
    slug: "keep-your-account-safe",
    title: "Keep your account safe",
    topic: "Account",
    summary: "Two factors, recovery codes, and how to see who is signed in.",
    body: "Turn on two factors with any authenticator app, and keep the ten recovery codes where your phone is not.\n\nUnder *Sessions* you see every device that is signed in and can end any of them. Under *Security events* you see what happened to your account and when.\n\nWe never ask for your password or a code by mail, telephone or chat. Whoever does is not us.",
  },
  {
    slug: "use-the-api",
    title: "Use the API",
    topic: "Developers",
    summary: "Keys and scopes, limits, and how to retry without doing things twice.",
    body: "Make a key with only the scopes that your program needs, and send it as `Authorization: Bearer …`.\n\nEvery answer tells how many calls are left in `RateLimit`. When you get a 429, wait as long as `Retry-After` says.\n\nSend an `Idempotency-Key` with each POST. If the answer is lost, repeat the call with the same key and body: you get the first answer again, and nothing happens twice.\n\nEvery failure is a problem document with a `code` to switch on and a `requestId` to give us.",
  },
  {
    slug: "money-and-amounts",
    title: "How we handle money",
    topic: "Money",
    summary: "Exact amounts, what a hold is, and why nothing can go missing.",
    body: "Amounts are exact: we count in cents, satoshi and the like, never in fractions of them.\n\nA *hold* sets money aside for something that is about to happen, such as a withdrawal. It still belongs to you and comes back if the thing does not happen.\n\nEvery movement is booked twice, from one account to another, and the books are checked every hour. If they ever did not add up, payouts would stop by themselves until a person has found the reason.",
  },
  {
    slug: "get-help",
    title: "Get help",
    topic: "Support",
    summary: "Open a ticket, and when you can expect an answer.",
    body: "Open a ticket with a subject and what happened. If an error gave you a request id, add it: it leads us to the very call.\n\nHow soon we answer follows from your plan: within three days on the free plan, within a day on basic, within four hours on pro and within one on enterprise.",
  },
] as const;
