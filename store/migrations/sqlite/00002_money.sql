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
    at         TIMESTAMP NOT NULL,
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

-- +goose StatementBegin
CREATE TRIGGER transfers_not_updated BEFORE UPDATE ON transfers BEGIN
    SELECT RAISE(ABORT, 'transfers is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER transfers_not_deleted BEFORE DELETE ON transfers BEGIN
    SELECT RAISE(ABORT, 'transfers is append-only: DELETE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER postings_not_updated BEFORE UPDATE ON postings BEGIN
    SELECT RAISE(ABORT, 'postings is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER postings_not_deleted BEFORE DELETE ON postings BEGIN
    SELECT RAISE(ABORT, 'postings is append-only: DELETE is refused');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE balances;
DROP TABLE postings;
DROP TABLE transfers;
