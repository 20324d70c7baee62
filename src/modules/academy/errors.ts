import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("academy", {
  courseNotFound: { status: 404, title: "There is no such course." },
  moduleNotFound: { status: 404, title: "There is no such module." },
  lessonNotFound: { status: 404, title: "There is no such lesson." },
  quizNotFound: { status: 404, title: "There is no such quiz." },
  fileNotFound: { status: 404, title: "There is no such file." },
  certificateNotFound: { status: 404, title: "There is no such certificate." },
  packageRequired: { status: 403, title: "This belongs to a package that you do not have." },
  slugTaken: { status: 409, title: "Another course has this name in its address." },
  courseEmpty: { status: 409, title: "A course needs a published lesson before it is published." },
  coursePublished: { status: 409, title: "A published course cannot be deleted." },
  orderStale: { status: 409, title: "The order does not name each part once." },
  noTriesLeft: { status: 409, title: "There is no try left." },
  lessonsUnfinished: { status: 409, title: "Finish the lessons of this module first." },
  tryRaced: { status: 409, title: "Another try of yours came at the same moment." },
});
