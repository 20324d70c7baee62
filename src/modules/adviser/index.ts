export { advise } from "./advise.ts";
export type { Person } from "./person.ts";
export { describePerson } from "./person.ts";
export { applyProposal } from "./proposals.ts";
export { TOOLS } from "./tools.ts";
