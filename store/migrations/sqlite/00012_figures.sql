-- What the figures of a seller's page are worked out from: a row an order, a dispute and a review, written by the step that
-- changes what it says, and read by index within the window that the figures are about.

-- +goose Up
ALTER TABLE orders ADD COLUMN items bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN returned bigint NOT NULL DEFAULT 0;
UPDATE orders SET items = (SELECT coalesce(sum(quantity), 0) FROM order_lines WHERE order_id = orders.id);
-- It holds all that is counted, so that counting a seller's orders reads no row of the table.
CREATE INDEX orders_seller ON orders (seller, opened_at, buyer, items, returned);

CREATE TABLE dispute_figures (
    id          text NOT NULL PRIMARY KEY REFERENCES cases (id),
    order_id    text NOT NULL,
    seller      text NOT NULL,
    paid_at     TIMESTAMP NOT NULL, -- of the order
    opened_at   TIMESTAMP NOT NULL,
    withdrawn   boolean NOT NULL,
    adjudicated boolean NOT NULL,
    decided_at  TIMESTAMP,
    lost        boolean NOT NULL,
    appealed    boolean NOT NULL,
    overturned  boolean NOT NULL,
    excuse      text NOT NULL, -- why it never counts
    promise_at  TIMESTAMP, -- a promise of goods was kept, or not
    kept        boolean NOT NULL,
    answer_at   TIMESTAMP, -- the wait for the seller's first answer ended
    waited      bigint NOT NULL -- microseconds
);
CREATE INDEX dispute_figures_paid ON dispute_figures (seller, paid_at);
CREATE INDEX dispute_figures_opened ON dispute_figures (seller, opened_at, id);
CREATE INDEX dispute_figures_decided ON dispute_figures (seller, decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX dispute_figures_promise ON dispute_figures (seller, promise_at) WHERE promise_at IS NOT NULL;
CREATE INDEX dispute_figures_answer ON dispute_figures (seller, answer_at, waited) WHERE answer_at IS NOT NULL;

CREATE TABLE review_figures (
    id             text NOT NULL PRIMARY KEY REFERENCES cases (id),
    order_id       text NOT NULL,
    seller         text NOT NULL,
    published_at   TIMESTAMP NOT NULL,
    public         boolean NOT NULL, -- it was not removed
    counted        boolean NOT NULL,
    reason         text NOT NULL, -- why it does not count
    stars          bigint NOT NULL,
    as_described   bigint NOT NULL, -- 0: not given
    quality        bigint NOT NULL,
    communication  bigint NOT NULL,
    shipping_speed bigint NOT NULL
);
CREATE INDEX review_figures_seller ON review_figures (seller, published_at, id);

-- +goose Down
DROP TABLE dispute_figures;
DROP TABLE review_figures;
DROP INDEX orders_seller;
ALTER TABLE orders DROP COLUMN items;
ALTER TABLE orders DROP COLUMN returned;
