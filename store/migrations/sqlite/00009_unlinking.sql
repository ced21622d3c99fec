-- Links between accounts that were found to be wrong: who had said so, who took it back, and why. The link itself goes, so that
-- it counts no more; what was decided while it counted stays as it was recorded.

-- +goose Up
CREATE TABLE link_removals (
    account_id text      NOT NULL,
    linked_id  text      NOT NULL,
    kind       text      NOT NULL CHECK (kind IN ('person', 'device', 'address', 'instrument')),
    linked_by  text      NOT NULL,
    linked_at  TIMESTAMP,
    by_id      text      NOT NULL,
    text       text      NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, linked_id, kind, created_at)
);
-- +goose StatementBegin
CREATE TRIGGER link_removals_update BEFORE UPDATE ON link_removals BEGIN SELECT RAISE(ABORT, 'link_removals is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER link_removals_delete BEFORE DELETE ON link_removals BEGIN SELECT RAISE(ABORT, 'link_removals is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE link_removals;
