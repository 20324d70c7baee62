import type { StarterCourse, StarterModule } from "./starter.ts";
import { CHECKS, DISPUTE, LIFE, TRICKS, WHY } from "./starter.escrow.lessons.ts";

const HOW: StarterModule = {
  title: "How a trade works",
  lessons: [
    { title: "What escrow is for", minutes: 6, free: true, body: WHY },
    { title: "The life of a trade", minutes: 8, free: false, body: LIFE },
  ],
  quiz: {
    title: "States and clocks",
    passPercent: 75,
    tries: 3,
    questions: [
      {
        kind: "single",
        prompt:
          "The buyer has marked the trade as paid. The seller does nothing until the release window is over. What follows?",
        options: [
          "The buyer gets the asset",
          "The seller gets it back",
          "The trade becomes a dispute",
          "Nothing, ever",
        ],
        answer: 2,
        explanation: "After a trade is marked as paid no clock moves money; silence leads to a person who looks.",
      },
      {
        kind: "single",
        prompt: "Who may cancel a trade that is marked as paid?",
        options: ["Only the buyer", "Only the seller", "Both", "Nobody"],
        answer: 0,
        explanation: "A seller who could cancel would keep both the money and the asset.",
      },
      {
        kind: "number",
        prompt: "For how many minutes after the payment window has ended may the buyer still open a dispute?",
        answer: "15",
        tolerance: "0",
        explanation: "Fifteen; the asset is then locked again if the seller still has it.",
      },
      {
        kind: "multiple",
        prompt: "In which states is the asset no longer in escrow?",
        options: ["escrowed", "released", "paid", "cancelled"],
        answers: [1, 3],
        explanation: "The account of a trade is empty at each of its ends, and only there.",
      },
    ],
  },
};

const SAFE: StarterModule = {
  title: "How not to be cheated",
  lessons: [
    { title: "The checklist", minutes: 7, free: false, body: CHECKS },
    { title: "The tricks and their bones", minutes: 9, free: false, body: TRICKS },
    { title: "A dispute, well led", minutes: 7, free: false, body: DISPUTE },
  ],
  quiz: {
    title: "In the trade room",
    passPercent: 80,
    tries: 3,
    questions: [
      {
        kind: "single",
        prompt: "Where does a seller look before he releases?",
        options: [
          "At the screenshot in the chat",
          "At the bank's SMS",
          "Into the bank's own app",
          "At the buyer's rating",
        ],
        answer: 2,
        explanation: "Pictures, messages and ratings can be made. The balance in your bank's app is the balance.",
      },
      {
        kind: "multiple",
        prompt: "The full amount is booked, but the sender's name is not the buyer's. What is right?",
        options: [
          "Release, the money is there",
          "Ask in the trade's chat",
          "Open a dispute",
          "Send it to the name in the chat",
        ],
        answers: [1, 2],
        explanation: "It may be somebody else's money. The escrow holds while you ask and while somebody looks.",
      },
      {
        kind: "single",
        prompt:
          "You have paid. The seller writes: my bank has a problem, cancel, and I return your money. What do you do?",
        options: ["Cancel", "Not cancel, and open a dispute", "Pay again by another method"],
        answer: 1,
        explanation: "Cancelling gives him the asset at once and you a promise.",
      },
      {
        kind: "multiple",
        prompt: "Which is good evidence?",
        options: [
          "The bank's statement with names and reference",
          "A cropped screenshot",
          "A recording from opening the app to the booking",
        ],
        answers: [0, 2],
        explanation: "Whole, dated, and from the source.",
      },
      {
        kind: "single",
        prompt: "A person from support asks for your one-time code to speed things up.",
        options: ["Give it, it is support", "Give it if the name is right", "Never give it, and report it"],
        answer: 2,
        explanation: "Whoever has the code is you. Support never needs it.",
      },
    ],
  },
};

export const ESCROW: StarterCourse = {
  slug: "p2p-escrow",
  title: "P2P escrow, and how not to be cheated",
  summary: "What the escrow protects, what only you can check, the tricks with their bones, and how a dispute is won.",
  modules: [HOW, SAFE],
};
