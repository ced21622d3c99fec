-- The reviewers' desk: how accounts are linked, what a case's place in the queue is, and drafts of decisions.

-- +goose Up
CREATE TABLE links (
    account_id text NOT NULL,
    linked_id  text NOT NULL,
    kind       text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'device', 'address', 'instrument')),
    by_id      text NOT NULL DEFAULT '', -- who said so
    created_at TIMESTAMP,
    PRIMARY KEY (account_id, linked_id, kind),
    CHECK (account_id <> linked_id)
);
INSERT INTO links (account_id, linked_id) SELECT account_id, linked_id FROM account_links;
DROP TABLE account_links;
ALTER TABLE links RENAME TO account_links;

ALTER TABLE cases ADD COLUMN urgent_at TIMESTAMP; -- null: it does not wait for the platform's people
ALTER TABLE cases ADD COLUMN snoozed_until TIMESTAMP;
ALTER TABLE cases ADD COLUMN overdue boolean NOT NULL DEFAULT false;
CREATE INDEX cases_queue ON cases (urgent_at, id) WHERE urgent_at IS NOT NULL;
CREATE INDEX cases_queue_reviewer ON cases (reviewer, urgent_at, id) WHERE urgent_at IS NOT NULL;
CREATE INDEX cases_queue_clock ON cases (clock_id, urgent_at, id) WHERE urgent_at IS NOT NULL;

-- What a reviewer has written so far. It is nobody else's, no part of the log, and gone when the case is decided.
CREATE TABLE drafts (
    case_id  text      NOT NULL REFERENCES cases (id),
    reviewer text      NOT NULL,
    body     text      NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, reviewer)
);

-- +goose Down
DROP TABLE drafts;
DROP INDEX cases_queue;
DROP INDEX cases_queue_reviewer;
DROP INDEX cases_queue_clock;
ALTER TABLE cases DROP COLUMN urgent_at;
ALTER TABLE cases DROP COLUMN snoozed_until;
ALTER TABLE cases DROP COLUMN overdue;
CREATE TABLE links (
    account_id text NOT NULL,
    linked_id  text NOT NULL,
    PRIMARY KEY (account_id, linked_id),
    CHECK (account_id <> linked_id)
);
INSERT INTO links SELECT DISTINCT account_id, linked_id FROM account_links;
DROP TABLE account_links;
ALTER TABLE links RENAME TO account_links;
