-- One settlement as the store posts it: captured, asked for, confirmed. The statements are the store's own, one for one; a test
-- counts them. Accounts are numbers here, because pgbench can only count.
\set seller 1 + :client_id * 125 + random(0, 124)
\set order random(1, 999999999999)
\set escrow 1000000000000 + :order
\set transit 2000000000000 + :order
\set payable 3000000000000 + :seller
\set buyer 4000000000000 + :order
BEGIN;
SELECT * FROM "accounts" WHERE id = :seller::text LIMIT 1 FOR NO KEY UPDATE;
SELECT coalesce(max(step), 0) AS step FROM transfers WHERE case_id = :seller::text \gset
\set step :step + 1
SELECT clock_timestamp();
INSERT INTO "transfers" ("case_id","step","verb","order_id","cause","dispute","currency","at") VALUES (:seller,:step,'hold','','capture','','EUR',now());
INSERT INTO "postings" ("case_id","step","verb","position","order_id","account","currency","amount_minor") VALUES (:seller,:step,'hold',0,'','capture','EUR',-4100),(:seller,:step,'hold',1,'',:escrow,'EUR',4100);
INSERT INTO "balances" ("account","currency","balance_minor") VALUES (:escrow,'EUR',4100) ON CONFLICT ("account","currency") DO UPDATE SET "balance_minor"=balances.balance_minor + excluded.balance_minor;
COMMIT;
BEGIN;
SELECT * FROM "accounts" WHERE id = :seller::text LIMIT 1 FOR NO KEY UPDATE;
SELECT coalesce(max(step), 0) AS step FROM transfers WHERE case_id = :seller::text \gset
\set step :step + 1
SELECT clock_timestamp();
INSERT INTO "transfers" ("case_id","step","verb","order_id","cause","dispute","currency","at") VALUES (:seller,:step,'split','','decision','','EUR',now());
INSERT INTO "postings" ("case_id","step","verb","position","order_id","account","currency","amount_minor") VALUES (:seller,:step,'split',0,'',:escrow,'EUR',-4100),(:seller,:step,'split',1,'',:transit,'EUR',4100);
UPDATE balances SET balance_minor = balance_minor - 4100 WHERE account = :escrow::text AND currency = 'EUR' AND balance_minor >= 4100;
INSERT INTO "balances" ("account","currency","balance_minor") VALUES (:transit,'EUR',4100) ON CONFLICT ("account","currency") DO UPDATE SET "balance_minor"=balances.balance_minor + excluded.balance_minor;
COMMIT;
BEGIN;
SELECT * FROM "accounts" WHERE id = :seller::text LIMIT 1 FOR NO KEY UPDATE;
SELECT coalesce(max(step), 0) AS step FROM transfers WHERE case_id = :seller::text \gset
\set step :step + 1
SELECT clock_timestamp();
INSERT INTO "transfers" ("case_id","step","verb","order_id","cause","dispute","currency","at") VALUES (:seller,:step,'confirm','','decision','','EUR',now());
INSERT INTO "postings" ("case_id","step","verb","position","order_id","account","currency","amount_minor") VALUES (:seller,:step,'confirm',0,'',:transit,'EUR',-4100),(:seller,:step,'confirm',1,'',:buyer,'EUR',1000),(:seller,:step,'confirm',2,'',:payable,'EUR',3000),(:seller,:step,'confirm',3,'','fees','EUR',100);
INSERT INTO "balances" ("account","currency","balance_minor") VALUES (:payable,'EUR',3000) ON CONFLICT ("account","currency") DO UPDATE SET "balance_minor"=balances.balance_minor + excluded.balance_minor;
UPDATE balances SET balance_minor = balance_minor - 4100 WHERE account = :transit::text AND currency = 'EUR' AND balance_minor >= 4100;
COMMIT;
