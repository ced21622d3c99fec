-- What the detectors read and what they found. Sightings are taken from the log, a row a thing that happened, as far as a
-- detector asks; they can be made again from it at any time. A mark says up to where the log was read.

-- +goose Up
CREATE TABLE sightings (
    id       text PRIMARY KEY, -- the case, or the case and the event's sequence
    clock_id text        REFERENCES clocks (id),
    kind     text        NOT NULL CHECK (kind IN ('order', 'dispute', 'review', 'suspect', 'message', 'ruling')),
    order_id text        NOT NULL,
    buyer    text        NOT NULL,
    seller   text        NOT NULL,
    author   text        NOT NULL DEFAULT '', -- of a flagged message
    at       timestamptz NOT NULL,
    code     text        NOT NULL DEFAULT '',
    stars    integer     NOT NULL DEFAULT 0,
    early    boolean     NOT NULL DEFAULT false
);
CREATE INDEX sightings_seller ON sightings (seller, kind, at);
CREATE INDEX sightings_buyer ON sightings (buyer, kind, at) WHERE kind = 'dispute'; -- a buyer's orders are counted by cases_buyer
CREATE INDEX sightings_author ON sightings (author, kind, at) WHERE author <> '';
CREATE INDEX sightings_market ON sightings (clock_id, kind, at);

-- The log is written by many at once, and its positions are given before they are committed: a pass reads again from where the
-- one before last ended, so that what was on its way then is not missed.
CREATE TABLE detector_marks (
    scope   text PRIMARY KEY, -- a test clock; empty: real time
    settled bigint      NOT NULL,
    seen    bigint      NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX events_watched ON events (position)
    WHERE type IN ('order.funded', 'dispute.opened', 'dispute.closed', 'tracking.suspect', 'message.flagged', 'review.submitted');

CREATE TABLE detections (
    id        text PRIMARY KEY,
    clock_id  text        REFERENCES clocks (id),
    detector  text        NOT NULL,
    subject   text        NOT NULL, -- account
    since_at  timestamptz NOT NULL,
    until_at  timestamptz NOT NULL,
    found_at  timestamptz NOT NULL,
    policy    text        NOT NULL, -- version
    finding   json        NOT NULL,
    report_id text        NOT NULL, -- the case that it opened
    ended_at  timestamptz,          -- the report was answered
    outcome   text        NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX detections_open ON detections (subject, detector) WHERE ended_at IS NULL; -- one open case, whoever looks how often
CREATE INDEX detections_found ON detections (found_at, id);
CREATE INDEX detections_detector ON detections (detector, found_at, id);
CREATE INDEX detections_subject ON detections (subject, found_at, id);
CREATE INDEX detections_clock ON detections (clock_id, found_at, id);
CREATE INDEX detections_report ON detections (report_id);

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON sightings, detector_marks, detections TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT ON sightings, detector_marks, detections TO recourse_app;
        GRANT UPDATE ON detector_marks TO recourse_app;
        GRANT UPDATE (ended_at, outcome) ON detections TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON sightings, detector_marks, detections TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE detections, detector_marks, sightings;
DROP INDEX events_watched;
