import { ask, Refusal } from "#console/frame/client.ts";
import { State, When } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Fact } from "./frame.tsx";

/** Who is behind money that wants to leave, as far as it takes to decide. */
interface Account {
  readonly email: string | null;
  readonly status: string;
  readonly plan: string;
  readonly mfaEnabled: boolean;
  readonly createdAt: string;
  readonly tier: number;
}

export type Accounts = ReadonlyMap<string, Account>;

/** The accounts behind some rows, each asked for once. One that is gone is left out. */
export async function accountsOf(visit: Visit, rows: readonly { readonly userId: string }[]): Promise<Accounts> {
  const ids = [...new Set(rows.map(({ userId }) => userId))];
  const found = await Promise.all(ids.map(async (id) => [id, await accountOf(visit, id)] as const));
  return new Map(found.flatMap(([id, account]) => (account ? [[id, account] as const] : [])));
}

async function accountOf({ client }: Visit, id: string): Promise<Account | null> {
  const { ":id": one } = client.admin.users;
  try {
    const [user, verification] = await Promise.all([
      ask(one.$get({ param: { id } })),
      ask(one.verification.$get({ param: { id } })),
    ]);
    return { ...user, tier: verification.tier };
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 404) return null;
    throw error;
  }
}

interface WhoProps {
  readonly visit: Visit;
  readonly id: string;
  readonly accounts: Accounts;
}

export function Who({ visit, id, accounts }: WhoProps) {
  const { decisions: words } = visit.words;
  const account = accounts.get(id);
  return (
    <>
      <Fact label={words.who}>
        <a href={`/admin/users/${id}`}>{account?.email ?? id}</a>{" "}
        {account === undefined ? null : <State of={account.status} />}
      </Fact>
      {account === undefined ? null : (
        <Fact label={words.account}>
          {words.standing(account.plan, account.tier)} {account.mfaEnabled ? "" : words.noFactor}{" "}
          <When visit={visit} at={account.createdAt} />
        </Fact>
      )}
    </>
  );
}
