-- Links between accounts that were found to be wrong: who had said so, who took it back, and why. The link itself goes, so that
-- it counts no more; what was decided while it counted stays as it was recorded.

-- +goose Up
CREATE TABLE link_removals (
    account_id text        NOT NULL,
    linked_id  text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('person', 'device', 'address', 'instrument')),
    linked_by  text        NOT NULL,
    linked_at  timestamptz,
    by_id      text        NOT NULL,
    text       text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, linked_id, kind, created_at)
);
CREATE TRIGGER link_removals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON link_removals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        GRANT ALL ON link_removals TO recourse_owner;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        GRANT SELECT, INSERT ON link_removals TO recourse_app;
        GRANT DELETE ON account_links TO recourse_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        GRANT SELECT ON link_removals TO recourse_readonly;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        REVOKE DELETE ON account_links FROM recourse_app;
    END IF;
END $$;
-- +goose StatementEnd
DROP TABLE link_removals;
