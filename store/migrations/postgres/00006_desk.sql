-- The reviewers' desk: how accounts are linked, what a case's place in the queue is, and drafts of decisions.

-- +goose Up
ALTER TABLE account_links
    ADD COLUMN kind       text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'device', 'address', 'instrument')),
    ADD COLUMN by_id      text NOT NULL DEFAULT '', -- who said so
    ADD COLUMN created_at timestamptz,
    DROP CONSTRAINT account_links_pkey,
    ADD PRIMARY KEY (account_id, linked_id, kind);

ALTER TABLE cases
    ADD COLUMN urgent_at     timestamptz, -- null: it does not wait for the platform's people
    ADD COLUMN snoozed_until timestamptz,
    ADD COLUMN overdue       boolean NOT NULL DEFAULT false;
CREATE INDEX cases_queue ON cases (urgent_at, id) WHERE urgent_at IS NOT NULL;
CREATE INDEX cases_queue_reviewer ON cases (reviewer, urgent_at, id) WHERE urgent_at IS NOT NULL;
CREATE INDEX cases_queue_clock ON cases (clock_id, urgent_at, id) WHERE urgent_at IS NOT NULL;

-- What a reviewer has written so far. It is nobody else's, no part of the log, and gone when the case is decided.
CREATE TABLE drafts (
    case_id  text        NOT NULL REFERENCES cases (id),
    reviewer text        NOT NULL,
    body     json        NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, reviewer)
);

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON drafts TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON drafts TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE drafts;
DROP INDEX cases_queue, cases_queue_reviewer, cases_queue_clock;
ALTER TABLE cases DROP COLUMN urgent_at, DROP COLUMN snoozed_until, DROP COLUMN overdue;
DELETE FROM account_links AS more USING account_links AS one
    WHERE more.account_id = one.account_id AND more.linked_id = one.linked_id AND more.kind > one.kind;
ALTER TABLE account_links
    DROP CONSTRAINT account_links_pkey,
    DROP COLUMN kind, DROP COLUMN by_id, DROP COLUMN created_at,
    ADD PRIMARY KEY (account_id, linked_id);
