-- Who reported whom, for what, and about what: what a list of one's own reports and the facts of the next one ask for. The
-- cases themselves name no side.

-- +goose Up
CREATE TABLE reports (
    id           text NOT NULL PRIMARY KEY REFERENCES cases (id),
    clock_id     text      REFERENCES clocks (id),
    reporter     text      NOT NULL,
    reported     text      NOT NULL,
    victim       text      NOT NULL DEFAULT '', -- whose metrics a substantiated one protects
    behaviour    text      NOT NULL,
    raised       boolean   NOT NULL,
    order_id     text      NOT NULL DEFAULT '',
    dispute_id   text      NOT NULL DEFAULT '',
    review_id    text      NOT NULL DEFAULT '',
    submitted_at TIMESTAMP NOT NULL
);
CREATE INDEX reports_reporter ON reports (reporter, submitted_at, id);
CREATE INDEX reports_reported ON reports (reported, submitted_at, id);
CREATE INDEX reports_order ON reports (order_id) WHERE order_id <> '';
CREATE INDEX reports_victim ON reports (victim) WHERE victim <> '';

-- +goose Down
DROP TABLE reports;
