package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
)

// Folders of the server's embedded schema files.
const (
	mainSchema       = "postgresql/v12/temporal"
	visibilitySchema = "postgresql/v12/visibility"
)

// longestName is what PostgreSQL keeps of a name; it would cut a longer one without a word.
const longestName = 63

// preparePostgres creates both databases and brings their schema up to date. Processes that start at the same time
// take turns.
func preparePostgres(ctx context.Context, server *pgx.ConnConfig, st *postgresStore, logger *serverLogger) (err error) {
	conn, err := pgx.ConnectConfig(ctx, server)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	// A lock of the session: it ends with the connection.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('recourse engine schema'))"); err != nil {
		return fmt.Errorf("wait for others to prepare: %w", err)
	}
	for _, database := range []struct {
		config *config.SQL
		schema string
	}{{st.main, mainSchema}, {st.visibility, visibilitySchema}} {
		if err := createDatabase(ctx, conn, database.config.DatabaseName); err != nil {
			return err
		}
		if err := applyPostgresSchema(database.config, database.schema, logger); err != nil {
			return fmt.Errorf("apply the schema to %q: %w", database.config.DatabaseName, err)
		}
	}
	return nil
}

func createDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	if len(name) > longestName {
		return fmt.Errorf("create database %q: PostgreSQL cuts names at %d bytes", name, longestName)
	}
	_, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "42P04" { // it exists
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database %q: %w", name, err)
	}
	return nil
}

// applyPostgresSchema does what Temporal's schema tool does: it makes the version table if there is none, and then
// runs each numbered step after the version found.
func applyPostgresSchema(c *config.SQL, name string, logger *serverLogger) error {
	conn, err := sql.NewConnection(c, logger)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	if err := schema.NewSetupSchemaTask(conn, &schema.SetupConfig{InitialVersion: "0.0"}, logger).Run(); err != nil {
		return fmt.Errorf("set up versions: %w", err)
	}
	if err := schema.NewUpdateSchemaTask(conn, &schema.UpdateConfig{SchemaName: name}, logger).Run(); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	return nil
}
