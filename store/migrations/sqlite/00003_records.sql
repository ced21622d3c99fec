-- What cases refer to and lists ask for: what was bought, tracking numbers, reviewers' duties, files, policies, incidents.

-- +goose Up
CREATE TABLE orders (
    id           text NOT NULL PRIMARY KEY REFERENCES cases (id),
    clock_id     text        REFERENCES clocks (id),
    buyer        text        NOT NULL,
    seller       text        NOT NULL,
    country      text        NOT NULL DEFAULT '',
    currency     text        NOT NULL,
    amount_minor bigint      NOT NULL,
    opened_at    TIMESTAMP NOT NULL
);
CREATE INDEX orders_country ON orders (country) WHERE country <> '';

CREATE TABLE order_lines (
    order_id    text    NOT NULL REFERENCES orders (id),
    position    integer NOT NULL,
    sku         text    NOT NULL,
    title       text    NOT NULL,
    category    text    NOT NULL DEFAULT '',
    quantity    bigint  NOT NULL CHECK (quantity > 0),
    price_minor bigint  NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE TABLE shipments (
    carrier  text NOT NULL,
    tracking text NOT NULL,
    case_id  text NOT NULL REFERENCES cases (id),
    leg      text NOT NULL,
    order_id text NOT NULL REFERENCES cases (id),
    clock_id text REFERENCES clocks (id),
    PRIMARY KEY (carrier, tracking, case_id, leg)
);
CREATE INDEX shipments_order ON shipments (order_id);

-- Who had which case, a row a party, so that an earlier case with a party is one look.
CREATE TABLE duties (
    case_id  text        NOT NULL REFERENCES cases (id),
    reviewer text        NOT NULL,
    kind     text        NOT NULL,
    party    text        NOT NULL,
    at       TIMESTAMP NOT NULL,
    until_at TIMESTAMP,
    PRIMARY KEY (case_id, reviewer, kind, party)
);
CREATE INDEX duties_party ON duties (party, reviewer);

-- The bytes are in the blob store under their hash, once however often they are handed in.
CREATE TABLE files (
    id           text NOT NULL PRIMARY KEY,
    hash         text        NOT NULL,
    size         bigint      NOT NULL CHECK (size >= 0),
    content_type text        NOT NULL,
    name         text        NOT NULL DEFAULT '',
    by_id        text        NOT NULL,
    case_id      text        REFERENCES cases (id),
    created_at   TIMESTAMP NOT NULL
);
CREATE INDEX files_hash ON files (hash);
CREATE INDEX files_case ON files (case_id) WHERE case_id IS NOT NULL;

-- Which evidence a file is, so that whoever may see the case may see the file.
CREATE TABLE evidence (
    id          text NOT NULL PRIMARY KEY,
    case_id     text        NOT NULL REFERENCES cases (id),
    sequence    bigint      NOT NULL, -- of the event that recorded it
    type        text        NOT NULL,
    file_id     text,
    by_id       text        NOT NULL,
    by_role     text        NOT NULL,
    received_at TIMESTAMP NOT NULL
);
CREATE INDEX evidence_file ON evidence (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX evidence_case ON evidence (case_id, sequence);

CREATE TABLE policies (
    version    text NOT NULL PRIMARY KEY, -- hash of the document
    document   text        NOT NULL,
    by_id      text        NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Which policy is in force from when on: the last row of a scope counts.
CREATE TABLE publications (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    version      text        NOT NULL REFERENCES policies (version),
    clock_id     text        REFERENCES clocks (id), -- null: everywhere but where a clock has its own
    by_id        text        NOT NULL,
    published_at TIMESTAMP NOT NULL
);
CREATE INDEX publications_scope ON publications (clock_id, position);

-- An incident reaches the cases one by one; the cursor says how far it has come.
CREATE TABLE incidents (
    id          text NOT NULL PRIMARY KEY,
    clock_id    text        REFERENCES clocks (id),
    country     text        NOT NULL DEFAULT '',
    carrier     text        NOT NULL DEFAULT '',
    from_at     TIMESTAMP NOT NULL,
    until_at    TIMESTAMP NOT NULL,
    text        text        NOT NULL,
    by_id       text        NOT NULL,
    by_role     text        NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    cursor_id   text        NOT NULL DEFAULT '',
    spread_at   TIMESTAMP, -- null: not every case has it yet
    CHECK (until_at > from_at)
);
CREATE INDEX incidents_scope ON incidents (clock_id, until_at);
CREATE INDEX incidents_spreading ON incidents (created_at) WHERE spread_at IS NULL;

-- Requests that make something other than a command: the same key finds what the first one made.
CREATE TABLE receipts (
    caller          text        NOT NULL,
    idempotency_key text        NOT NULL,
    body_hash       BLOB,
    made            text        NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);

-- The tree over all cases whose root is published once a UTC day. A leaf is kept when its case has moved since its last one,
-- so the tree of a day is, of each case, the last leaf up to that day, in the order of their identifiers. The roots of
-- chunks of it are kept too: a proof then reads one chunk and not every case.
CREATE TABLE roots (
    day     text        NOT NULL PRIMARY KEY,
    size    bigint      NOT NULL,
    root    text        NOT NULL, -- empty while its transaction makes it
    made_at TIMESTAMP   NOT NULL
);

CREATE TABLE root_leaves (
    case_id  text NOT NULL REFERENCES cases (id),
    day      text        NOT NULL REFERENCES roots (day),
    sequence bigint      NOT NULL,
    head     text        NOT NULL,
    PRIMARY KEY (case_id, day)
);

CREATE TABLE root_chunks (
    day   text    NOT NULL REFERENCES roots (day),
    chunk bigint  NOT NULL,
    first text NOT NULL, -- case of its first leaf
    root  text    NOT NULL,
    PRIMARY KEY (day, chunk)
);

-- +goose Down
DROP TABLE root_chunks;
DROP TABLE root_leaves;
DROP TABLE roots;
DROP TABLE receipts;
DROP TABLE incidents;
DROP TABLE publications;
DROP TABLE policies;
DROP TABLE evidence;
DROP TABLE files;
DROP TABLE duties;
DROP TABLE shipments;
DROP TABLE order_lines;
DROP TABLE orders;
