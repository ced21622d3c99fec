-- Who may do what. Roles belong to the whole server: where this user may not create them and nobody has, the grants are
-- left out and the triggers alone hold the line. An installation creates its logins in these roles.

-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE
    wanted text;
    there  boolean;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['recourse_owner', 'recourse_app', 'recourse_relay', 'recourse_readonly'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                WHEN insufficient_privilege THEN NULL; -- left to the administrator
                WHEN duplicate_object OR unique_violation THEN NULL; -- somebody else was faster
            END;
        END IF;
    END LOOP;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_owner') THEN
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO recourse_owner', current_schema());
        EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO recourse_owner', current_schema());
        EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA %I TO recourse_owner', current_schema());
    END IF;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_app') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO recourse_app', current_schema());
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO recourse_app', current_schema());
        EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO recourse_app', current_schema());
        GRANT INSERT ON clocks, accounts, account_links, cases, commands, events, takings, transfers, postings,
            balances, orders, order_lines, shipments, duties, files, evidence, policies, publications, incidents, receipts, roots, root_leaves, root_chunks TO recourse_app;
        GRANT UPDATE ON clocks, accounts, cases, balances, duties TO recourse_app;
        GRANT UPDATE (facts, applied_at, answer, head, head_sequence, events) ON commands TO recourse_app;
        GRANT UPDATE (size, root) ON roots TO recourse_app;
        GRANT UPDATE (cursor_id, spread_at) ON incidents TO recourse_app;
    END IF;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_relay') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO recourse_relay', current_schema());
        GRANT SELECT ON clocks, cases, commands, events, incidents TO recourse_relay;
    END IF;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'recourse_readonly') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO recourse_readonly', current_schema());
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO recourse_readonly', current_schema());
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    granted text;
BEGIN
    FOR granted IN SELECT rolname FROM pg_roles
        WHERE rolname IN ('recourse_owner', 'recourse_app', 'recourse_relay', 'recourse_readonly') LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), granted);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', current_schema(), granted);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema(), granted);
    END LOOP;
END $$;
-- +goose StatementEnd
