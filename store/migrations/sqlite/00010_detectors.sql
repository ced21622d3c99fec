-- What the detectors read and what they found. Sightings are taken from the log, a row a thing that happened, as far as a
-- detector asks; they can be made again from it at any time. A mark says up to where the log was read.

-- +goose Up
CREATE TABLE sightings (
    id       text NOT NULL PRIMARY KEY, -- the case, or the case and the event's sequence
    clock_id text        REFERENCES clocks (id),
    kind     text        NOT NULL CHECK (kind IN ('order', 'dispute', 'review', 'suspect', 'message', 'ruling')),
    order_id text        NOT NULL,
    buyer    text        NOT NULL,
    seller   text        NOT NULL,
    author   text        NOT NULL DEFAULT '', -- of a flagged message
    at       TIMESTAMP NOT NULL,
    code     text        NOT NULL DEFAULT '',
    stars    integer     NOT NULL DEFAULT 0,
    early    boolean     NOT NULL DEFAULT false
);
CREATE INDEX sightings_seller ON sightings (seller, kind, at);
CREATE INDEX sightings_buyer ON sightings (buyer, kind, at) WHERE kind = 'dispute'; -- a buyer's orders are counted by cases_buyer
CREATE INDEX sightings_author ON sightings (author, kind, at) WHERE author <> '';
CREATE INDEX sightings_market ON sightings (clock_id, kind, at);

-- As on Postgres. Here one writes at a time, and the log is kept in the order of its positions.
CREATE TABLE detector_marks (
    scope   text NOT NULL PRIMARY KEY, -- a test clock; empty: real time
    settled bigint      NOT NULL,
    seen    bigint      NOT NULL,
    seen_at TIMESTAMP NOT NULL
);
CREATE TABLE detections (
    id        text NOT NULL PRIMARY KEY,
    clock_id  text        REFERENCES clocks (id),
    detector  text        NOT NULL,
    subject   text        NOT NULL, -- account
    since_at  TIMESTAMP NOT NULL,
    until_at  TIMESTAMP NOT NULL,
    found_at  TIMESTAMP NOT NULL,
    policy    text        NOT NULL, -- version
    finding   text        NOT NULL,
    report_id text        NOT NULL, -- the case that it opened
    ended_at  TIMESTAMP,          -- the report was answered
    outcome   text        NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX detections_open ON detections (subject, detector) WHERE ended_at IS NULL; -- one open case, whoever looks how often
CREATE INDEX detections_found ON detections (found_at, id);
CREATE INDEX detections_detector ON detections (detector, found_at, id);
CREATE INDEX detections_subject ON detections (subject, found_at, id);
CREATE INDEX detections_clock ON detections (clock_id, found_at, id);
CREATE INDEX detections_report ON detections (report_id);

-- +goose Down
DROP TABLE detections;
DROP TABLE detector_marks;
DROP TABLE sightings;
