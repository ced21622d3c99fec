-- What the operators' board counts: the deadlines that change something, what a case waits for of those who run the platform,
-- and the open cases by kind and stage. Each number of the board reads one of these indexes, up to a bound.

-- +goose Up
ALTER TABLE cases ADD COLUMN awaited_at TIMESTAMP; -- the first deadline that is no reminder; null: there is none
ALTER TABLE cases ADD COLUMN awaited_name text NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN waits text NOT NULL DEFAULT '';
-- As near as a row tells it; the next step of a case writes what is exact.
UPDATE cases SET awaited_at = next_due, awaited_name = next_name WHERE next_due IS NOT NULL;
UPDATE cases SET waits = CASE
        WHEN CAST(state AS text) LIKE '%"chargeback":{%' THEN 'chargeback'
        WHEN CAST(state AS text) LIKE '%"failed":true%' THEN 'transfer'
        WHEN CAST(state AS text) LIKE '%"gifts":[%' THEN 'goodwill'
        ELSE '' END
    WHERE kind = 'order' AND NOT closed;
CREATE INDEX cases_awaited ON cases (clock_id, awaited_at, id) WHERE awaited_at IS NOT NULL;
CREATE INDEX cases_board ON cases (clock_id, kind, stage) WHERE NOT closed;
CREATE INDEX cases_waits ON cases (clock_id, waits, opened_at, id) WHERE waits <> '';
CREATE INDEX dispute_figures_latest ON dispute_figures (decided_at) WHERE decided_at IS NOT NULL;

-- +goose Down
DROP INDEX dispute_figures_latest;
DROP INDEX cases_waits;
DROP INDEX cases_board;
DROP INDEX cases_awaited;
ALTER TABLE cases DROP COLUMN waits;
ALTER TABLE cases DROP COLUMN awaited_name;
ALTER TABLE cases DROP COLUMN awaited_at;
