-- The cases, their doors and their one log. A state is json and not jsonb: it comes back byte for byte as it was written,
-- and a text with a zero character in it (which jsonb refuses) cannot stop a case.

-- +goose Up
CREATE TABLE clocks (
    id         text PRIMARY KEY,
    now_at     timestamptz NOT NULL,
    target_at  timestamptz NOT NULL,
    status     text        NOT NULL CHECK (status IN ('ready', 'advancing')),
    changed_at timestamptz NOT NULL, -- in real time, so that a forgotten advance is noticed
    CHECK (target_at >= now_at)
);
CREATE INDEX clocks_advancing ON clocks (changed_at) WHERE status = 'advancing';

CREATE TABLE accounts (
    id         text PRIMARY KEY,
    role       text        NOT NULL CHECK (role IN ('buyer', 'seller', 'reviewer', 'supervisor', 'operator', 'platform', 'carrier', 'auditor')),
    name       text        NOT NULL,
    country    text        NOT NULL DEFAULT '',
    clock_id   text        REFERENCES clocks (id),
    position   bigint      GENERATED ALWAYS AS IDENTITY, -- the order of creation, in which reviewers are drawn
    created_at timestamptz NOT NULL
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

-- fillfactor leaves room beside each row: the door changes sequence and last_at only, which no index holds, so that
-- knocking touches one page and no index.
CREATE TABLE cases (
    id           text PRIMARY KEY,
    kind         text        NOT NULL,
    order_id     text        NOT NULL REFERENCES cases (id),
    clock_id     text        REFERENCES clocks (id),
    revision     bigint      NOT NULL DEFAULT 0,
    sequence     bigint      NOT NULL,           -- the last command at the door
    last_at      timestamptz NOT NULL,           -- no command is received before it
    applied      bigint      NOT NULL DEFAULT 0, -- the last command that has its answer
    recorded     bigint      NOT NULL DEFAULT 0, -- the last event
    next_due     timestamptz,
    next_name    text        NOT NULL DEFAULT '',
    effects_open integer     NOT NULL DEFAULT 0,
    head         text        NOT NULL DEFAULT '', -- hash of the last event
    state        json,                            -- null: nothing has happened yet
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
    opened_at    timestamptz NOT NULL,
    closed       boolean     NOT NULL DEFAULT false,
    changed_at   timestamptz NOT NULL, -- in real time
    CHECK (applied BETWEEN 0 AND sequence),
    CHECK (kind <> 'order' OR order_id = id)
) WITH (fillfactor = 80);
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
    id              text PRIMARY KEY,
    case_id         text        NOT NULL REFERENCES cases (id),
    sequence        bigint      NOT NULL,
    name            text        NOT NULL,
    by_id           text        NOT NULL,
    by_role         text        NOT NULL,
    received_at     timestamptz NOT NULL,
    stored_at       timestamptz NOT NULL, -- in real time, for the relay
    if_revision     bigint,
    data            json,
    idempotency_key text,
    body_hash       bytea,
    salt            bytea       NOT NULL DEFAULT '', -- of what the command is committed to by, so that nobody can guess it
    facts           json,
    applied_at      timestamptz,
    answer          json,
    head            text        NOT NULL DEFAULT '', -- of the case's log when it had been applied: what its receipt says
    head_sequence   bigint      NOT NULL DEFAULT 0,
    events          bigint      NOT NULL DEFAULT 0,  -- how many it recorded
    UNIQUE (case_id, sequence),
    CHECK ((applied_at IS NULL) = (answer IS NULL))
);
CREATE UNIQUE INDEX commands_key ON commands (by_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX commands_waiting ON commands (stored_at) WHERE applied_at IS NULL;

-- The one log. The primary key forbids a second event at the same place.
CREATE TABLE events (
    case_id   text        NOT NULL REFERENCES cases (id),
    sequence  bigint      NOT NULL,
    position  bigint      GENERATED ALWAYS AS IDENTITY, -- the order of recording over all cases
    type      text        NOT NULL,
    by_id     text        NOT NULL,
    by_role   text        NOT NULL,
    at        timestamptz NOT NULL,
    data      json        NOT NULL,
    seals     json        NOT NULL,
    prev_hash text        NOT NULL,
    hash      text        NOT NULL,
    PRIMARY KEY (case_id, sequence)
);

-- Every deadline that came: when it was due, when it was noticed, and whether it was carried out or moved (R3). With the
-- facts it was judged by, the rules can be run again.
CREATE TABLE takings (
    position   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    text        NOT NULL REFERENCES cases (id),
    name       text        NOT NULL,
    due_at     timestamptz NOT NULL,
    noticed_at timestamptz NOT NULL,
    moved      boolean     NOT NULL,
    facts      json
);
CREATE INDEX takings_case ON takings (case_id, position);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE takings, events, commands, cases, account_links, accounts, clocks;
DROP FUNCTION refuse_change;
