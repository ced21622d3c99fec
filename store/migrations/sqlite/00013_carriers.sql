-- What carriers say of numbers: kept until the cases that were shipped under a number have heard, or for so long as somebody
-- may still ship under it; and when each number is asked about next.

-- +goose Up
CREATE TABLE carrier_events (
    carrier     text        NOT NULL,
    id          text        NOT NULL, -- the carrier's own, by which a repeat is known
    clock_id    text        REFERENCES clocks (id),
    tracking    text        NOT NULL, -- as shipments have it
    data        text        NOT NULL,
    happened_at TIMESTAMP,          -- as the carrier says
    received_at TIMESTAMP NOT NULL,
    look_at     TIMESTAMP,          -- null: its cases have heard
    PRIMARY KEY (carrier, id)
);
CREATE INDEX carrier_events_look ON carrier_events (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX carrier_events_number ON carrier_events (carrier, tracking) WHERE look_at IS NOT NULL;
CREATE INDEX carrier_events_age ON carrier_events (received_at);

CREATE TABLE carrier_polls (
    carrier  text        NOT NULL,
    tracking text        NOT NULL,
    due_at   TIMESTAMP,          -- null: nothing more is expected
    PRIMARY KEY (carrier, tracking)
);
CREATE INDEX carrier_polls_due ON carrier_polls (carrier, due_at);

-- +goose Down
DROP TABLE carrier_polls;
DROP TABLE carrier_events;
