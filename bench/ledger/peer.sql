-- A ledger in PostgreSQL as it is commonly written: balances on the accounts, an immutable row for each transfer and
-- for each of its two entries, all of it in functions, accounts locked in order.
CREATE TABLE accounts (
  id text PRIMARY KEY,
  currency text NOT NULL,
  balance bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  allow_negative boolean NOT NULL DEFAULT true,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE transfers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  from_account text NOT NULL REFERENCES accounts (id),
  to_account text NOT NULL REFERENCES accounts (id),
  amount bigint NOT NULL CHECK (amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (from_account <> to_account)
);
CREATE INDEX ON transfers (from_account);
CREATE INDEX ON transfers (to_account);
CREATE TABLE entries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id text NOT NULL REFERENCES accounts (id),
  transfer_id uuid NOT NULL REFERENCES transfers (id),
  amount bigint NOT NULL,
  previous_balance bigint NOT NULL,
  current_balance bigint NOT NULL,
  account_version bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON entries (account_id);
CREATE INDEX ON entries (transfer_id);

CREATE FUNCTION enter(account text, transfer uuid, delta bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE row accounts;
BEGIN
  UPDATE accounts SET balance = balance + delta, version = version + 1, updated_at = now()
  WHERE id = account RETURNING * INTO row;
  IF NOT row.allow_negative AND row.balance < 0 THEN RAISE EXCEPTION 'insufficient funds'; END IF;
  INSERT INTO entries (account_id, transfer_id, amount, previous_balance, current_balance, account_version)
  VALUES (account, transfer, delta, row.balance - delta, row.balance, row.version);
END $$;

CREATE FUNCTION create_transfer(source text, target text, value bigint) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE made uuid; currencies int;
BEGIN
  PERFORM 1 FROM accounts WHERE id IN (source, target) ORDER BY id FOR UPDATE;
  SELECT count(DISTINCT currency) INTO currencies FROM accounts WHERE id IN (source, target);
  IF currencies <> 1 THEN RAISE EXCEPTION 'currencies differ'; END IF;
  INSERT INTO transfers (from_account, to_account, amount) VALUES (source, target, value) RETURNING id INTO made;
  PERFORM enter(source, made, -value);
  PERFORM enter(target, made, value);
  RETURN made;
END $$;

CREATE FUNCTION create_transfers(count int, accounts int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE source int;
BEGIN
  FOR n IN 1..count LOOP
    source := 1 + floor(random() * (accounts - 1));
    PERFORM create_transfer('bench:' || source, 'bench:' || 1 + (source % (accounts - 1)), 1);
  END LOOP;
END $$;
