-- Who is one person has changed: the reviews of its accounts are counted anew, one after another, and the cursor says how far that is.
-- +goose Up
CREATE TABLE recounts (
    id         text        NOT NULL PRIMARY KEY,
    clock_id   text        REFERENCES clocks (id),
    accounts   text        NOT NULL, -- of the person that came to be, or that came apart
    cursor_at  TIMESTAMP,            -- published up to here; null: none so far, however old
    cursor_id  text        NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    done_at    TIMESTAMP
);
CREATE INDEX recounts_open ON recounts (created_at) WHERE done_at IS NULL;
CREATE INDEX recounts_clock ON recounts (clock_id, created_at) WHERE done_at IS NULL;

-- +goose Down
DROP TABLE recounts;
