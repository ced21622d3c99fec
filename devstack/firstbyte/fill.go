package firstbyte

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

//go:embed fill.sql
var prepare string

// copied are the tables that a copy of a case has rows in, each with what is different in the copy. Everything else is as in the model.
var copied = []struct {
	table, key string
	own        map[string]string
}{
	{"cases", "id", map[string]string{"id": "copy.id", "order_id": "copy.order_id", "clock_id": "CASE WHEN g % 2 = 0 THEN t.clock_id END",
		"buyer": "coalesce(nullif(stranger, ''), t.buyer)", "seller": "coalesce(nullif(stranger, ''), t.seller)", "reviewer": "CASE WHEN stranger = '' THEN t.reviewer ELSE stranger END",
		"opened_at": "t.opened_at - g * interval '1 minute'", "next_due": "t.next_due + (g % 90) * interval '11 hours'",
		"awaited_at": "t.awaited_at + (g % 90) * interval '11 hours'", "urgent_at": "t.urgent_at + (g % 90) * interval '11 hours'"}},
	{"orders", "id", map[string]string{"id": "copy.id", "clock_id": "CASE WHEN g % 2 = 0 THEN t.clock_id END", "buyer": "coalesce(nullif(stranger, ''), t.buyer)",
		"seller": "coalesce(nullif(stranger, ''), t.seller)", "opened_at": "t.opened_at - g * interval '1 minute'"}},
	{"order_lines", "order_id", map[string]string{"order_id": "copy.id"}},
	{"events", "case_id", map[string]string{"case_id": "copy.id", "order_id": "copy.order_id"}},
	{"transfers", "case_id", map[string]string{"case_id": "copy.id", "order_id": "copy.order_id"}},
	{"postings", "case_id", map[string]string{"case_id": "copy.id", "order_id": "copy.order_id", "account": "replace(t.account, copy.was, copy.id)"}},
	{"dispute_figures", "id", map[string]string{"id": "copy.id", "order_id": "copy.order_id", "seller": "coalesce(nullif(stranger, ''), t.seller)"}},
}

// fill adds copies until the database has so many cases.
func fill(ctx context.Context, db *sql.DB, cases int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	defer func() { _ = conn.Close() }()
	var there, models int
	if err := conn.QueryRowContext(ctx, "SELECT count(*), count(*) FILTER (WHERE kind IN ('order', 'dispute')) FROM cases").Scan(&there, &models); err != nil {
		return fmt.Errorf("count the cases: %w", err)
	}
	copies := max(0, (cases-there+models-1)/models)
	var statements []string
	for _, statement := range strings.Split(strings.ReplaceAll(prepare, "{copies}", strconv.Itoa(copies)), ";\n") {
		if strings.TrimSpace(statement) != "" {
			statements = append(statements, statement)
		}
	}
	for _, c := range copied {
		columns, err := columnsOf(ctx, conn, c.table)
		if err != nil {
			return err
		}
		values := make([]string, len(columns))
		for i, name := range columns {
			if values[i] = c.own[name]; values[i] == "" {
				values[i] = "t." + name
			}
		}
		statements = append(statements, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s AS t JOIN copy ON copy.was = t.%s", c.table, strings.Join(columns, ", "),
			strings.Join(values, ", "), c.table, c.key))
	}
	statements = append(statements,
		`INSERT INTO balances (account, currency, balance_minor) SELECT 'escrow:' || copy.id, currency, balance_minor FROM balances JOIN copy ON balances.account = 'escrow:' || copy.was`,
		"SET session_replication_role = DEFAULT", "DROP TABLE copy, model", "VACUUM ANALYZE")
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("fill %.60q: %w", statement, err)
		}
	}
	return nil
}

func columnsOf(ctx context.Context, conn *sql.Conn, table string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'NO'", table)
	if err != nil {
		return nil, fmt.Errorf("read the columns of %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	var columns []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read the columns of %s: %w", table, err)
		}
		columns = append(columns, name)
	}
	sort.Strings(columns)
	return columns, rows.Err()
}
