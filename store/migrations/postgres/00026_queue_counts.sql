-- What of the queue is overdue, and what of it is at a status, is little of much: reading it must not pass by the rest.
-- +goose Up
CREATE INDEX cases_queue_overdue ON cases (urgent_at, id) WHERE urgent_at IS NOT NULL AND overdue;
CREATE INDEX cases_queue_status ON cases (status, urgent_at, id) WHERE urgent_at IS NOT NULL;

-- +goose Down
DROP INDEX cases_queue_status;
DROP INDEX cases_queue_overdue;
