-- The same tables as on Postgres, for tests and for the development stack. Instants are integers, microseconds since
-- 1970 (the connection writes them so); SQLite has one writer at a time, so that no row needs a lock.

-- +goose Up
CREATE TABLE clocks (
    id         text NOT NULL PRIMARY KEY,
    now_at     TIMESTAMP NOT NULL,
    target_at  TIMESTAMP NOT NULL,
    status     text        NOT NULL CHECK (status IN ('ready', 'advancing')),
    changed_at TIMESTAMP NOT NULL, -- in real time, so that a forgotten advance is noticed
    CHECK (target_at >= now_at)
);
CREATE INDEX clocks_advancing ON clocks (changed_at) WHERE status = 'advancing';

CREATE TABLE accounts (
    position   INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of creation, in which reviewers are drawn
    id         text        NOT NULL UNIQUE,
    role       text        NOT NULL CHECK (role IN ('buyer', 'seller', 'reviewer', 'supervisor', 'operator', 'platform', 'carrier', 'auditor')),
    name       text        NOT NULL,
    country    text        NOT NULL DEFAULT '',
    clock_id   text        REFERENCES clocks (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX accounts_scope ON accounts (clock_id, position);
CREATE INDEX accounts_role ON accounts (role, clock_id, position);

-- Accounts that are the same person or belong together. Each link is kept in both directions.
CREATE TABLE account_links (
    account_id text NOT NULL,
    linked_id  text NOT NULL,
    PRIMARY KEY (account_id, linked_id),
    CHECK (account_id <> linked_id)
);

CREATE TABLE cases (
    id           text NOT NULL PRIMARY KEY,
    kind         text        NOT NULL,
    order_id     text        NOT NULL REFERENCES cases (id),
    clock_id     text        REFERENCES clocks (id),
    revision     bigint      NOT NULL DEFAULT 0,
    sequence     bigint      NOT NULL,           -- the last command at the door
    last_at      TIMESTAMP NOT NULL,           -- no command is received before it
    applied      bigint      NOT NULL DEFAULT 0, -- the last command that has its answer
    recorded     bigint      NOT NULL DEFAULT 0, -- the last event
    next_due     TIMESTAMP,
    next_name    text        NOT NULL DEFAULT '',
    effects_open integer     NOT NULL DEFAULT 0,
    head         text        NOT NULL DEFAULT '', -- hash of the last event
    state        text,                            -- null: nothing has happened yet
    stage        text        NOT NULL DEFAULT '',
    status       text        NOT NULL DEFAULT '',
    reason       text        NOT NULL DEFAULT '',
    outcome      text        NOT NULL DEFAULT '',
    buyer        text        NOT NULL DEFAULT '',
    seller       text        NOT NULL DEFAULT '',
    reviewer     text        NOT NULL DEFAULT '',
    move         text        NOT NULL DEFAULT '',
    amount_minor bigint      NOT NULL DEFAULT 0,
    currency     text        NOT NULL DEFAULT '',
    opened_at    TIMESTAMP NOT NULL,
    closed       boolean     NOT NULL DEFAULT false,
    changed_at   TIMESTAMP NOT NULL, -- in real time
    CHECK (applied BETWEEN 0 AND sequence),
    CHECK (kind <> 'order' OR order_id = id)
);
CREATE INDEX cases_opened ON cases (opened_at, id);
CREATE INDEX cases_kind ON cases (kind, opened_at, id);
CREATE INDEX cases_open ON cases (kind, opened_at, id) WHERE NOT closed;
CREATE INDEX cases_stage ON cases (stage, opened_at, id);
CREATE INDEX cases_status ON cases (status, opened_at, id);
CREATE INDEX cases_reason ON cases (reason, opened_at, id) WHERE reason <> '';
CREATE INDEX cases_order ON cases (order_id, opened_at, id);
CREATE INDEX cases_buyer ON cases (buyer, opened_at, id);
CREATE INDEX cases_seller ON cases (seller, opened_at, id);
CREATE INDEX cases_reviewer ON cases (reviewer, opened_at, id) WHERE reviewer <> '';
CREATE INDEX cases_load ON cases (reviewer) WHERE reviewer <> '' AND NOT closed; -- how much a reviewer has to do
CREATE INDEX cases_clock ON cases (clock_id, opened_at, id) WHERE clock_id IS NOT NULL;
CREATE INDEX cases_clock_due ON cases (clock_id, next_due, kind, id) WHERE next_due IS NOT NULL;
CREATE INDEX cases_due ON cases (next_due, id) WHERE clock_id IS NULL AND next_due IS NOT NULL;
CREATE INDEX cases_spread ON cases (id) WHERE NOT closed;
CREATE INDEX cases_effects ON cases (changed_at) WHERE effects_open > 0;

-- The door. A row is written before anybody acts on it, and only its answer is added later.
CREATE TABLE commands (
    id              text NOT NULL PRIMARY KEY,
    case_id         text        NOT NULL REFERENCES cases (id),
    sequence        bigint      NOT NULL,
    name            text        NOT NULL,
    by_id           text        NOT NULL,
    by_role         text        NOT NULL,
    received_at     TIMESTAMP NOT NULL,
    stored_at       TIMESTAMP NOT NULL, -- in real time, for the relay
    if_revision     bigint,
    data            text,
    idempotency_key text,
    body_hash       BLOB,
    salt            BLOB        NOT NULL DEFAULT x'', -- of what the command is committed to by, so that nobody can guess it
    facts           text,
    applied_at      TIMESTAMP,
    answer          text,
    head            text        NOT NULL DEFAULT '', -- of the case's log when it had been applied: what its receipt says
    head_sequence   bigint      NOT NULL DEFAULT 0,
    events          bigint      NOT NULL DEFAULT 0,  -- how many it recorded
    UNIQUE (case_id, sequence),
    CHECK ((applied_at IS NULL) = (answer IS NULL))
);
CREATE UNIQUE INDEX commands_key ON commands (by_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX commands_waiting ON commands (stored_at) WHERE applied_at IS NULL;

-- The one log. The unique key forbids a second event at the same place.
CREATE TABLE events (
    position  INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of recording over all cases
    case_id   text        NOT NULL REFERENCES cases (id),
    sequence  bigint      NOT NULL,
    type      text        NOT NULL,
    by_id     text        NOT NULL,
    by_role   text        NOT NULL,
    at        TIMESTAMP NOT NULL,
    data      text        NOT NULL,
    seals     text        NOT NULL,
    prev_hash text        NOT NULL,
    hash      text        NOT NULL,
    UNIQUE (case_id, sequence)
);

-- Every deadline that came: when it was due, when it was noticed, and whether it was carried out or moved (R3). With the
-- facts it was judged by, the rules can be run again.
CREATE TABLE takings (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id    text        NOT NULL REFERENCES cases (id),
    name       text        NOT NULL,
    due_at     TIMESTAMP NOT NULL,
    noticed_at TIMESTAMP NOT NULL,
    moved      boolean     NOT NULL,
    facts      text
);
CREATE INDEX takings_case ON takings (case_id, position);

-- +goose StatementBegin
CREATE TRIGGER events_not_updated BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events is append-only: UPDATE is refused');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_not_deleted BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events is append-only: DELETE is refused');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE takings;
DROP TABLE events;
DROP TABLE commands;
DROP TABLE cases;
DROP TABLE account_links;
DROP TABLE accounts;
DROP TABLE clocks;
