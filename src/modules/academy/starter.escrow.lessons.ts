/** The texts of the course on escrow; its outline and quizzes stand in `starter.escrow.ts`. */
export const WHY = `
Two strangers want to trade: one has rupees, the other has USDT. Whoever sends first can lose everything. Every trick in this
market, old or new, lives in that gap. **Escrow** closes half of it, and this course is about the other half.

## What escrow does

When a trade begins, the seller's asset is moved into an account that belongs to the trade alone. From then on the seller
cannot take it back and the platform cannot spend it. It leaves this account in three ways only:

- to the **buyer**, when the seller confirms that the money has come;
- back to the **seller**, when the buyer cancels, or lets the payment window pass without marking the payment;
- in **shares**, when an arbitrator decides a dispute.

The account is empty at the end of every trade. Nothing stays behind, and nothing is counted twice.

## What escrow cannot do

The other half of the trade, the bank transfer, happens outside. The platform sees no bank account. It cannot know whether
your payment arrived, whether it will be charged back next week, or whose account it came from. So there is one thing that
you alone must judge, and everything that a cheat says is meant to make you judge it wrongly:

> **Seller: has the money really arrived, in my own account, from the person I trade with, and can it not be taken back?**

> **Buyer: am I paying the account that this trade names, and have I marked the trade as paid only after I paid?**

Keep these two sentences. The rest of the course explains them.

## Words

The **maker** published the ad; the **taker** took it. The **buyer** gets the asset and pays money; the **seller** gives the
asset. Maker and taker can be on either side.
`;

export const LIFE = `
A trade is a small machine. It has few states, and in each of them it is clear who may do what and what happens if nobody
does anything.

| state | who may act | what happens if nobody does |
| --- | --- | --- |
| escrowed | buyer: mark as paid, or cancel; seller: give more time | the window ends: **expired**, all goes back to the seller |
| paid | seller: release; buyer: cancel; either: dispute | the release window ends: **disputed**, by itself |
| expired | buyer, for 15 minutes: dispute | final |
| disputed | seller: release; buyer: cancel; arbitrator: resolve | an arbitrator is reminded, then another one |
| released, cancelled, resolved | nobody | final |

## Three things worth noticing

**After "paid", no clock moves money.** A seller who sleeps does not get his asset back, and a buyer who waits does not get
it for nothing. Silence leads to a person who looks, never to a payout.

**The seller can never cancel.** If he could, he would take your money and then cancel. If a seller asks *you* to cancel
because "the bank is slow" or "we do it outside", he asks for exactly that. Do not.

**Marking as paid is a statement.** Mark it when you have paid, not before "to keep the price". A false mark counts against
you, and with some of them an account is limited.

## Late payment

You paid in the last minute, and the window closed before you could mark it. The asset went back to the seller. For 15
minutes you may still open a dispute: asset and fee are locked again, if the seller still has them. Better is not to need it:
pay early in the window, and ask for more time in the chat while there is some left. The seller can extend.

## The fee

The seller carries it, on top of the asset: it is locked with the asset, goes to the platform on release, and comes back
when the trade is cancelled. You see it before you take the ad.
`;

export const CHECKS = `
This lesson is a checklist. Read it once here, and use it in the trade room.

## Before you take an ad

- **Completion rate and number of trades.** 99 % of 400 says more than 100 % of 3.
- **Median release time.** Five minutes is good. Five hours means that your money waits.
- **Price.** Much better than all others is not luck; it is bait. Somebody has a reason to want *you*.
- **Terms.** Read them. If they ask you to write to another messenger, or to pay a third person, leave.

## Buyer: paying

1. Pay only to the account that is shown in the trade. An account sent in the chat that differs is a warning.
2. Pay from **an account in your own name**. The seller is right to refuse a stranger's payment.
3. Put into the transfer's reference what the trade tells you, and nothing about coins: banks freeze what they do not
   understand.
4. Keep the receipt. Then mark the trade as paid.

## Seller: releasing

1. **Open your bank's app.** Not an e-mail, not an SMS, not a screenshot, not the chat. All four can be made in a minute.
2. Is the **whole amount** there, and is it **booked**, not announced or pending?
3. Is the sender's **name** the verified name of the buyer? If the trade shows a warning about the name, ask; and if the
   answer is a story, open a dispute instead of releasing.
4. Can it be **taken back**? Cards, some wallets and reversible transfers can, for weeks. Prefer methods that settle for good.
5. Only then release. With two factors on, you confirm it with a code, and nobody else ever needs that code.

## Both

Stay in the chat of the trade. It is kept, and an arbitrator can read it. What was agreed elsewhere cannot be seen and
helps nobody.
`;

export const TRICKS = `
Tricks change their clothes, not their bones. Here are the bones.

## Against sellers

**The picture of a payment.** A perfect screenshot, a "pending" notice, an SMS from a number that looks like your bank's.
*Bone:* something that is not your balance is to stand for your balance.

**Somebody else's money.** The payment arrives from a stranger. He was told that he buys a telephone; he will report a fraud,
your bank will freeze *your* account, and the asset is long gone. *Bone:* the payer is not the buyer.
*Answer:* names must match; if not, do not release. Open a dispute.

**The reversal.** The money comes by a method that can be called back. *Answer:* accept only methods you know to be final.

**"Release first, I am in a hurry."** Or: "the support told me that you must release". No support will ever ask you to
release, and the platform never writes to you in another messenger.

## Against buyers

**"Please cancel, I send it back."** You paid; the seller asks you to cancel. If you do, the asset goes back to him at once and
you hold a promise. *Bone:* give up the escrow before you have what it holds. *Answer:* never cancel after you paid.

**The other account.** "My account is blocked, pay my cousin." You then paid somebody who is not part of the trade.
*Answer:* do not pay; cancel *before* paying, and leave.

**"Outside it is cheaper."** Outside there is no escrow.

## Against both

**Your code.** A one-time code, a password, "screen sharing to help you": whoever has the code is you. **The false site**: a
link in the chat leads to a page that looks like this one. Type the address yourself.

## The rule that covers the ones not listed

> If I am asked to hurry, to leave this page, or to take something for my balance that is not my balance, I stop.

Stopping costs a few minutes. The window can be extended, and a dispute holds the asset where it is.
`;

export const DISPUTE = `
A dispute is not a quarrel. It is the state in which nothing moves until somebody neutral has looked. Honest people open
disputes, and it does not count against them to have been right.

## When to open one

- *Buyer:* you paid, marked it, and the seller does not release.
- *Buyer:* you paid, and the window ended before you could mark it; you have 15 minutes.
- *Seller:* the trade is marked as paid, but nothing came, or too little, or from a stranger.

Do not wait for the other side's consent. You need none.

## What convinces

An arbitrator reads the trade's own record first: who did what at which second. Then your evidence. Good evidence is
**whole, dated, and from the source**:

| good | weak |
| --- | --- |
| the bank's PDF statement with both names, amount, time and reference | a cropped screenshot |
| a screen recording from opening the bank's app to the booking | a photograph of an SMS |
| the number of the transfer, which the other bank can find | "he said so" |

Upload it in the trade; files up to 5 MiB are kept with it. Blacken what nobody needs: other bookings, your balance. Never
upload a code or a password, and nobody will ask for one.

## How it ends

The seller may still release and the buyer may still cancel: both settle it at once. Otherwise the arbitrator, who is never
a party, divides the asset in shares that add up to the whole: mostly all to one side, sometimes divided. The fee follows
the buyer's share. Above a limit a second person must agree. The decision is made once, with its reason, and both sides can
read it.

## Afterwards

Give feedback; one line that helps the next person is worth more than stars. Block whom you do not want to meet again: your
ads disappear for each other. And if you were nearly cheated, say so to support. The next one may not notice.

*This course explains how the market works. Crypto assets lose and gain value quickly; trade what you can afford, and mind
the tax and the law where you live.*
`;
