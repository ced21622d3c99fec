-- Who is signed in to the web pages. The identifier is a hash and the rest is sealed: nothing here signs anybody in.

-- +goose Up
CREATE TABLE sessions (
    id       text        PRIMARY KEY,
    subject  text        NOT NULL,
    sealed   bytea       NOT NULL,
    began_at timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL,
    ends_at  timestamptz NOT NULL
);
CREATE INDEX sessions_subject ON sessions (subject);
CREATE INDEX sessions_ends ON sessions (ends_at);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- Who only reads cases has no reason to know who is signed in.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON sessions TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO recourse_app;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE sessions;
