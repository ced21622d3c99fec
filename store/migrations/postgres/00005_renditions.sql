-- What was made of images, to be shown in their place.

-- +goose Up
CREATE TABLE renditions (
    file_id      text        NOT NULL REFERENCES files (id),
    purpose      text        NOT NULL CHECK (purpose IN ('shown', 'thumbnail')),
    hash         text        NOT NULL,
    size         bigint      NOT NULL CHECK (size > 0),
    content_type text        NOT NULL,
    width        bigint      NOT NULL CHECK (width > 0),
    height       bigint      NOT NULL CHECK (height > 0),
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (file_id, purpose)
);

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON renditions TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT ON renditions TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON renditions TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE renditions;
