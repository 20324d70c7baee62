import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("backups", {
  backupNotFound: { status: 404, title: "There is no such backup." },
  backupNotStored: { status: 409, title: "The backup is not there to be read." },
  restoreNotFound: { status: 404, title: "There is no such restore." },
  restoreUnproven: { status: 409, title: "The restored books are not in order yet." },
});
