-- A ledger in PostgreSQL as pgledger keeps one, written anew: text ids that sort by time, balances and versions on the
-- accounts, an immutable row for each transfer and for each of its two entries with the balance before and after, limits
-- on either side, accounts locked in the order of their ids, everything in functions that take many transfers.
CREATE FUNCTION new_id(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
$$;

CREATE TABLE accounts (
  id text PRIMARY KEY,
  name text NOT NULL,
  currency text NOT NULL,
  balance numeric NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,
  allow_negative boolean NOT NULL DEFAULT true,
  allow_positive boolean NOT NULL DEFAULT true,
  metadata jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE transfers (
  id text PRIMARY KEY DEFAULT new_id('tr'),
  from_account text NOT NULL REFERENCES accounts (id),
  to_account text NOT NULL REFERENCES accounts (id),
  amount numeric NOT NULL,
  created_at timestamptz NOT NULL,
  event_at timestamptz NOT NULL,
  metadata jsonb,
  CHECK (amount > 0 AND from_account <> to_account)
);
CREATE INDEX ON transfers (from_account);
CREATE INDEX ON transfers (to_account);
CREATE INDEX ON transfers (event_at);
CREATE TABLE entries (
  id text PRIMARY KEY DEFAULT new_id('en'),
  account_id text NOT NULL REFERENCES accounts (id),
  transfer_id text NOT NULL REFERENCES transfers (id),
  amount numeric NOT NULL,
  previous_balance numeric NOT NULL,
  current_balance numeric NOT NULL,
  account_version bigint NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX ON entries (account_id);
CREATE INDEX ON entries (transfer_id);

CREATE FUNCTION enter(account text, delta numeric) RETURNS accounts LANGUAGE plpgsql AS $$
DECLARE row accounts;
BEGIN
  UPDATE accounts SET balance = balance + delta, version = version + 1, updated_at = now()
  WHERE id = account RETURNING * INTO row;
  IF NOT row.allow_negative AND row.balance < 0 THEN RAISE EXCEPTION 'account % may not be negative', row.id; END IF;
  IF NOT row.allow_positive AND row.balance > 0 THEN RAISE EXCEPTION 'account % may not be positive', row.id; END IF;
  RETURN row;
END $$;

CREATE TYPE request AS (source text, target text, value numeric);

CREATE FUNCTION create_transfers(requests request[]) RETURNS SETOF transfers LANGUAGE plpgsql AS $$
DECLARE
  wanted request;
  account text;
  source accounts;
  target accounts;
  made text;
  all_made text[] := '{}';
BEGIN
  FOR account IN SELECT DISTINCT unnest(ARRAY[r.source, r.target]) AS id FROM unnest(requests) r ORDER BY id LOOP
    PERFORM 1 FROM accounts WHERE id = account FOR UPDATE;
  END LOOP;
  FOREACH wanted IN ARRAY requests LOOP
    source := enter(wanted.source, -wanted.value);
    target := enter(wanted.target, wanted.value);
    IF source.currency <> target.currency THEN RAISE EXCEPTION 'currencies differ'; END IF;
    INSERT INTO transfers (from_account, to_account, amount, created_at, event_at)
    VALUES (wanted.source, wanted.target, wanted.value, now(), now()) RETURNING id INTO made;
    INSERT INTO entries (account_id, transfer_id, amount, previous_balance, current_balance, account_version, created_at)
    VALUES (source.id, made, -wanted.value, source.balance + wanted.value, source.balance, source.version, now()),
      (target.id, made, wanted.value, target.balance - wanted.value, target.balance, target.version, now());
    all_made := all_made || made;
  END LOOP;
  RETURN QUERY SELECT * FROM transfers WHERE id = ANY (all_made) ORDER BY id;
END $$;

CREATE FUNCTION create_transfer(source text, target text, value numeric) RETURNS SETOF transfers LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT * FROM create_transfers(ARRAY[(source, target, value)::request]);
END $$;

CREATE FUNCTION create_random_transfers(count int, accounts int) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM create_transfers((
    SELECT array_agg(('bench:' || a, 'bench:' || 1 + (a % (accounts - 1)), 1)::request)
    FROM (SELECT 1 + floor(random() * (accounts - 1))::int AS a FROM generate_series(1, count)) picks))
$$;
