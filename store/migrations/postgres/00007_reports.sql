-- Who reported whom, for what, and about what: what a list of one's own reports and the facts of the next one ask for. The
-- cases themselves name no side.

-- +goose Up
CREATE TABLE reports (
    id           text PRIMARY KEY REFERENCES cases (id),
    clock_id     text      REFERENCES clocks (id),
    reporter     text      NOT NULL,
    reported     text      NOT NULL,
    victim       text      NOT NULL DEFAULT '', -- whose metrics a substantiated one protects
    behaviour    text      NOT NULL,
    raised       boolean   NOT NULL,
    order_id     text      NOT NULL DEFAULT '',
    dispute_id   text      NOT NULL DEFAULT '',
    review_id    text      NOT NULL DEFAULT '',
    submitted_at timestamptz NOT NULL
);
CREATE INDEX reports_reporter ON reports (reporter, submitted_at, id);
CREATE INDEX reports_reported ON reports (reported, submitted_at, id);
CREATE INDEX reports_order ON reports (order_id) WHERE order_id <> '';
CREATE INDEX reports_victim ON reports (victim) WHERE victim <> '';

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON reports TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT ON reports TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON reports TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE reports;
