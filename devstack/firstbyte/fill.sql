-- Copies of the seeded orders and disputes, each with its log, its money and its figures, until there are as many cases as wanted. {copies} is
-- how many of each. Twenty of each belong to those who look, on both
-- sides alike, and the rest to other people. What no list shows is the copy's own
-- state: it is never stepped.
SET session_replication_role = replica;
CREATE TEMP TABLE model AS SELECT id, order_id, row_number() OVER (ORDER BY id) AS k FROM cases WHERE kind IN ('order', 'dispute');
CREATE TEMP TABLE copy AS SELECT model.id AS was, left(model.id, 4) || lpad(upper(to_hex(g * 64 + model.k)), 26, '0') AS id,
        'ord_' || lpad(upper(to_hex(g * 64 + own.k)), 26, '0') AS order_id, g,
        CASE WHEN g <= 20 THEN '' ELSE 'acc_' || lpad(upper(to_hex(g % 10007)), 26, '0') END AS stranger
    FROM model JOIN model AS own ON own.id = model.order_id CROSS JOIN generate_series(1, {copies}) AS g;
CREATE INDEX ON copy (was);
ANALYZE copy;
