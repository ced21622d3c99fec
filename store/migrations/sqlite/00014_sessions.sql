-- Who is signed in to the web pages. The identifier is a hash and the rest is sealed: nothing here signs anybody in.

-- +goose Up
CREATE TABLE sessions (
    id       text      PRIMARY KEY,
    subject  text      NOT NULL,
    sealed   blob      NOT NULL,
    began_at TIMESTAMP NOT NULL,
    seen_at  TIMESTAMP NOT NULL,
    ends_at  TIMESTAMP NOT NULL
);
CREATE INDEX sessions_subject ON sessions (subject);
CREATE INDEX sessions_ends ON sessions (ends_at);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- +goose Down
DROP TABLE sessions;
