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
    created_at   TIMESTAMP   NOT NULL,
    PRIMARY KEY (file_id, purpose)
);

-- +goose Down
DROP TABLE renditions;
