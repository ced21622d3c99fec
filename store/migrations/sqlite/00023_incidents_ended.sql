-- An incident may end before its time: what it was declared to be stays, and beside it when it ended and who said so.
-- +goose Up
ALTER TABLE incidents ADD COLUMN ended_at timestamptz; -- null: not before its time
ALTER TABLE incidents ADD COLUMN ended_by_id text NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN ended_by_role text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE incidents DROP COLUMN ended_by_role;
ALTER TABLE incidents DROP COLUMN ended_by_id;
ALTER TABLE incidents DROP COLUMN ended_at;
