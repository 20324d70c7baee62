import type { StarterCourse, StarterModule } from "./starter.ts";

const WHERE_IT_GOES = `
A budget that begins with good intentions ends in the second week. A budget that begins with what really happened has a
chance. So the first lesson asks nothing of you but to look.

## Three numbers

Take the last three full months from your bank's statements and add up:

1. **What came in.** Salary after tax, side income, gifts, refunds. If your income varies, note the *lowest* of the three
   months as well as the mean.
2. **What left because it had to.** Rent, loan instalments, school fees, insurance, electricity, the phone.
3. **What left because you chose it.** Food beyond the plain basics, travel, clothes, subscriptions, evenings out.

The first minus the second is what you really decide about every month. Most people have never seen this number, and are
surprised twice: it is smaller than the salary suggests, and larger than the end of the month feels.

## A worked month

| | amount |
| --- | ---: |
| salary | 62,000 |
| rent, electricity, phone | 24,500 |
| loan instalment | 8,000 |
| **yours to decide** | **29,500** |
| food | 11,800 |
| getting around | 4,200 |
| everything else | 15,900 |
| **left over** | **-2,400** |

The month ended 2,400 short, and nobody noticed: a card carried it. Twelve such months are a debt of 28,800 before interest.

## Do it here

Import a statement under *Transactions* (CSV, OFX, QIF and CAMT files are read). Run it as a **dry run** first: you see what
would be created, which rows are already there and which lines could not be read, and nothing is changed. Then give each
payee a category; a rule does it for the next import.

**Before you go on:** write down your three numbers. They are the ground on which the next lessons stand.
`;

const ENVELOPES = `
Imagine that your salary is paid in notes, and that on payday you put them into envelopes: rent, food, travel, school. When
the envelope for travel is empty, you walk, or you take a note from another envelope and *see* what it costs you. That is
the whole method. The envelopes here are called categories, and the notes are an **allocation**.

## The rule of the envelopes

For each category and month:

> available = carried in + assigned + spent

where *spent* is negative. And for the whole month:

> to be budgeted = income + what was left from last month - what was assigned - last month's overspending

When *to be budgeted* is zero, every unit of money has a job. When it is above zero, some money is idle and will be spent
without a decision. When it is below zero, you have promised money that is not there.

## What carries over

- **Left over** in a category stays in it. Save 500 a month for the dentist and in month six there are 3,000.
- **Overspending** does not stay in the category, unless you ask for it: it is taken from next month's *to be budgeted*. That
  is honest. The money is gone, so next month really is smaller.

## An example to check by hand

In January 100,000 come in. You assign 30,000 to food and 50,000 to rent, and spend 35,000 and 50,000. So 20,000 were never
assigned, and food is overspent by 5,000.

In February 90,000 come in. You assign the same 80,000. What is left to budget?

> 90,000 + 20,000 - 80,000 - 5,000 = **25,000**

Try it in the budget of a past month: change one allocation, and watch which of the figures move, and which do not.

**Remember:** the envelopes do not tell you what to want. They tell you what a wish costs in other wishes.
`;

const UNEVEN = `
Monthly budgets break on things that are not monthly: insurance in March, school fees in June, a festival in October, the
tyres. None of these is a surprise. Only the date is.

## Make a year of it

List everything that comes less often than monthly, with its amount, and divide by the months until it is due.

| what | amount | due in | a month |
| --- | ---: | ---: | ---: |
| car insurance | 14,400 | 8 months | 1,800 |
| school fees | 36,000 | 6 months | 6,000 |
| festival | 12,000 | 4 months | 3,000 |

These are 10,800 a month. If that is more than you have, you have learned in time what you would have learned in June.

Under *Goals* each of these becomes one line: the amount and the date. The suggested allocation is what is missing divided
by the months left, rounded up to the last minor unit so that the goal is met on time and never a unit short.

## When the income varies

Freelancers, drivers and traders have months of 90,000 and months of 30,000. Two habits help:

1. **Budget last month's money.** What comes in during May is *held for next month* and assigned in June. You then always
   budget with money that exists. Reaching this point takes most people a few months; the *age of money* report shows how
   far you are.
2. **Take the lowest month as the plan.** Put what exceeds it into one category, the buffer, and refill from it in thin
   months.

## The buffer

Three months of what *must* be paid, from the first lesson, is a common aim. It is not an investment. It is the price of
being able to say no: to a bad loan, a bad job, a bad trade. Start with one week's worth; the first week helps most.
`;

const KEEPING = `
A budget lives if keeping it costs less than ten minutes a week. This lesson is those ten minutes.

## The weekly look

1. **Import.** Rows that are already there are recognised and not doubled, so overlapping files do no harm.
2. **Sort what the rules left over.** When you sort the same payee twice, make a rule of it. Rules run in their order, and a
   preview shows what a new one would change before it does.
3. **Cover what is overspent.** Move money from another category *now*. It takes five seconds, and it is the moment in which
   the method works: you choose what gives way.
4. **Look at what is left** in the two or three categories that you tend to overdraw, and at nothing else.

## Reconcile once a month

Compare the balance of each account with your bank's. If they agree, mark the rows as reconciled; they are then protected
from accidental changes. If they do not, one of four things has happened, nearly always in this order: a row is missing, a
row is there twice, an amount was typed wrongly, or a transfer was recorded on one side only.

## Transfers are not spending

Moving 5,000 from the bank to savings changes no category. If your reports show "spending" when you moved money, the
transfer was recorded as two separate transactions; join them.

## Three reports, three questions

- **Spending by category:** where did it go, compared with my usual month?
- **Cash flow:** did more come in than went out, and is that a habit?
- **Net worth:** all accounts minus all debts. One figure a month, in one direction over years.

A bad month is a data point. Two bad months in the same category are a message: the allocation is wrong, not you. Raise it,
and lower another.
`;

const DEBT = `
Debt is a category whose envelope was emptied before you had it. The arithmetic is short and worth doing once by hand.

## What a debt costs

A card at 36 % a year costs about 3 % a month. On 50,000 that is 1,500 in the first month. Pay 2,000 a month and only 500
of it reduces the debt; it takes about four years, and you pay nearly as much again in interest.

Pay 4,000 a month instead, and it is over in 16 months. **Doubling the instalment made it three times as fast**, because the
interest is paid first and only the rest counts.

## In which order

With several debts, pay the minimum on all and everything else on *one*:

- **Highest rate first** costs the least. It is arithmetic, and it is nearly always right.
- **Smallest balance first** is a little dearer and gives an early success. If that keeps you going, it is the better plan,
  because a plan that is kept beats a better one that is not.

What never pays: keeping 20,000 at 4 % in savings beside 20,000 of card debt at 36 %, beyond the small buffer of lesson 3.

## Before you borrow

Ask three questions, and write the answers down:

1. What do I pay back **in total**?
2. Which category pays the instalment, and what gave way for it?
3. What happens if my income stops for two months?

Anybody who will not answer the first in writing is not lending to you; he is fishing. Nobody honest asks for a fee *before*
paying out a loan, for your one-time code, or for a screenshot of your bank.

## What you have now

Three numbers, envelopes that add up, the uneven year in monthly parts, ten minutes a week, and a plan for what you owe. This
course teaches how to decide; it is not advice on a particular product, and for heavy debt a non-profit counsellor near you
is the right next step.
`;

const BEGIN: StarterModule = {
  title: "Begin with what is",
  lessons: [
    { title: "Where does it go?", minutes: 7, free: true, body: WHERE_IT_GOES },
    { title: "Every unit has a job", minutes: 8, free: false, body: ENVELOPES },
    { title: "The uneven year", minutes: 8, free: false, body: UNEVEN },
  ],
  quiz: {
    title: "Envelopes",
    passPercent: 70,
    tries: 3,
    questions: [
      {
        kind: "number",
        prompt:
          "Income this month 80,000. Left to budget from last month 5,000. Last month's overspending 3,000. You assign 78,000. What is to be budgeted?",
        answer: "4000",
        tolerance: "0",
        explanation: "80,000 + 5,000 - 78,000 - 3,000 = 4,000.",
      },
      {
        kind: "single",
        prompt: "A category has 1,200 left at the end of the month. What happens to it?",
        options: ["It is lost", "It stays in the category", "It goes back to income", "It is moved to savings"],
        answer: 1,
        explanation: "What is left rolls over in its own category.",
      },
      {
        kind: "multiple",
        prompt: "Which of these belong into a yearly list divided by months?",
        options: ["Car insurance", "Groceries", "School fees", "A festival"],
        answers: [0, 2, 3],
        explanation: "Groceries come every week; the others come on a known date less often than monthly.",
      },
      {
        kind: "number",
        prompt: "A goal of 36,000 is due in 8 months, and 4,000 are saved. What is the suggested monthly allocation?",
        answer: "4000",
        tolerance: "0",
        explanation: "32,000 are missing; divided by 8 that is 4,000.",
      },
    ],
  },
};

const KEEP: StarterModule = {
  title: "Keep it going",
  lessons: [
    { title: "Ten minutes a week", minutes: 7, free: false, body: KEEPING },
    { title: "What debt costs", minutes: 8, free: false, body: DEBT },
  ],
  quiz: {
    title: "Habits and debt",
    passPercent: 70,
    tries: 3,
    questions: [
      {
        kind: "single",
        prompt: "You moved 5,000 from your bank to your savings account. How much did you spend?",
        options: ["5,000", "Nothing", "It depends on the category"],
        answer: 1,
        explanation: "A transfer between your own accounts is not spending.",
      },
      {
        kind: "number",
        prompt: "A debt of 50,000 costs 3 % a month. You pay 2,000. By how much does the debt fall in the first month?",
        answer: "500",
        tolerance: "0",
        explanation: "1,500 are interest; 500 remain for the debt.",
      },
      {
        kind: "multiple",
        prompt: "What are signs that a lender is a fraud?",
        options: [
          "A fee before the loan is paid out",
          "He asks for your one-time code",
          "He states the total cost in writing",
          "He wants a screenshot of your bank account",
        ],
        answers: [0, 1, 3],
        explanation: "A written total is what an honest lender gives you; the other three are how people are robbed.",
      },
      {
        kind: "single",
        prompt: "The balance here and at the bank differ. What do you look for first?",
        options: ["An interest payment", "A missing row", "A bank error"],
        answer: 1,
        explanation: "Missing and doubled rows explain nearly every difference.",
      },
    ],
  },
};

export const BUDGETING: StarterCourse = {
  slug: "personal-budgeting",
  title: "Personal budgeting",
  summary: "From a pile of statements to a budget that takes ten minutes a week, with arithmetic that you can check.",
  modules: [BEGIN, KEEP],
};
