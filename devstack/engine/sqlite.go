package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	serversql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/resolver"
)

// One shard: SQLite has one writer, so more would only wait for each other.
const sqliteShards = 1

// sqliteStore holds both of the server's stores in one SQLite database.
type sqliteStore struct {
	sql      *config.SQL
	inMemory bool
}

var memoryStores atomic.Int64

// openMemory names a database that nobody else in this process uses. The server makes its schema.
func openMemory() *sqliteStore {
	return &sqliteStore{inMemory: true, sql: &config.SQL{
		PluginName:        sqlite.PluginName,
		DatabaseName:      fmt.Sprintf("recourse-engine-%d", memoryStores.Add(1)),
		ConnectAttributes: map[string]string{"mode": "memory", "cache": "shared"},
	}}
}

// openFile opens or creates the file. With a write-ahead log and normal synchronisation a commit survives the death
// of the process, but not that of the machine: right for development, and several times faster.
func openFile(ctx context.Context, path string) (*sqliteStore, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find Temporal's SQLite file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of Temporal's SQLite file: %w", err)
	}
	if err := applySQLiteSchema(ctx, path); err != nil {
		return nil, fmt.Errorf("prepare Temporal's SQLite file %s: %w", path, err)
	}
	return &sqliteStore{sql: &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: uriPath(path),
		ConnectAttributes: map[string]string{
			"mode": "rwc", "journal_mode": "wal", "synchronous": "normal", "busy_timeout": "5000",
		},
	}}, nil
}

func (s *sqliteStore) persistence() config.Persistence {
	return persistenceOn(sqliteShards, s.sql, s.sql)
}

// release moves the write-ahead log into the file, so that the file alone is complete. The server's pool never closes
// its connection, which would have done that. What is in memory stays until the process ends, for the same reason.
func (s *sqliteStore) release() error {
	if s.inMemory {
		return nil
	}
	db, err := serversql.NewSQLAdminDB(sqlplugin.DbKindUnknown, s.sql, resolver.NewNoopResolver(),
		log.NewNoopLogger(), metrics.NoopMetricsHandler) // gives the pooled connection
	if err != nil {
		return fmt.Errorf("reach the SQLite connection: %w", err)
	}
	return errors.Join(db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"), db.Close())
}
