-- Who is one person has changed: the reviews of its accounts are counted anew, one after another, and the cursor says how far that is.
-- +goose Up
CREATE TABLE recounts (
    id         text        NOT NULL PRIMARY KEY,
    clock_id   text        REFERENCES clocks (id),
    accounts   json        NOT NULL, -- of the person that came to be, or that came apart
    cursor_at  timestamptz,          -- published up to here; null: none so far, however old
    cursor_id  text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    done_at    timestamptz
);
CREATE INDEX recounts_open ON recounts (created_at) WHERE done_at IS NULL;
CREATE INDEX recounts_clock ON recounts (clock_id, created_at) WHERE done_at IS NULL;

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON recounts TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT ON recounts TO recourse_app;
        GRANT UPDATE (cursor_at, cursor_id, done_at) ON recounts TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_relay') THEN
        GRANT SELECT ON recounts TO recourse_relay;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON recounts TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE recounts;
