-- The ledger: double-entry, append-only, and once a cause.

-- +goose Up
CREATE TABLE transfers (
    case_id    text        NOT NULL, -- the case that moved the money, or the account that a payout belongs to
    step       bigint      NOT NULL, -- sequence of the event that asked for it
    verb       text        NOT NULL,
    order_id   text        NOT NULL DEFAULT '',
    cause      text        NOT NULL,
    dispute    text        NOT NULL DEFAULT '',
    currency   text        NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (case_id, step, verb)
);
CREATE INDEX transfers_order ON transfers (order_id, at);

CREATE TABLE postings (
    case_id      text   NOT NULL,
    step         bigint NOT NULL,
    verb         text   NOT NULL,
    position     integer NOT NULL,
    order_id     text   NOT NULL DEFAULT '',
    account      text   NOT NULL,
    currency     text   NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (case_id, step, verb, position),
    FOREIGN KEY (case_id, step, verb) REFERENCES transfers (case_id, step, verb)
);
CREATE INDEX postings_order ON postings (order_id, account);
CREATE INDEX postings_account ON postings (account, currency);

-- Balances of the accounts that must not fall below zero. They are written with the postings that they sum up and are
-- never edited by hand; a check recomputes them.
CREATE TABLE balances (
    account       text   NOT NULL,
    currency      text   NOT NULL,
    balance_minor bigint NOT NULL CHECK (balance_minor >= 0),
    PRIMARY KEY (account, currency)
);

CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The postings of a transfer come in one statement and add up to nothing.
-- +goose StatementBegin
CREATE FUNCTION refuse_one_sided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written GROUP BY case_id, step, verb, currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'the postings of a transfer do not add up to zero' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER postings_balance AFTER INSERT ON postings REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_one_sided();

-- +goose Down
DROP TABLE balances, postings, transfers;
DROP FUNCTION refuse_one_sided;
