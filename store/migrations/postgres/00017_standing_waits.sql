-- The standings in which a supervisor is waited for are few among many.
-- +goose Up
CREATE INDEX cases_standing_waits ON cases (opened_at, id) WHERE kind = 'standing' AND move <> '';

-- +goose Down
DROP INDEX cases_standing_waits;
