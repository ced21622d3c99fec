package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
)

// postgresShards is how many parts of the history are written at the same time. It is fixed once a database exists.
const postgresShards = 4

// Each of the four services opens pools of its own, so the server takes up to four times their sum. PostgreSQL allows
// a hundred connections unless told otherwise, and the application needs some.
const (
	mainConnections       = 10
	visibilityConnections = 4
)

// postgresStore holds each of the server's stores in a database of its own.
type postgresStore struct {
	main, visibility *config.SQL
}

func openPostgres(ctx context.Context, dsn string, logger *serverLogger) (*postgresStore, error) {
	server, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL DSN cannot be read") // the parser's error would show it
	}
	st := &postgresStore{
		main:       postgresConfig(server, server.Database+"_temporal", mainConnections),
		visibility: postgresConfig(server, server.Database+"_visibility", visibilityConnections),
	}
	if err := preparePostgres(ctx, server, st, logger); err != nil {
		return nil, fmt.Errorf("prepare Temporal's databases: %w", err)
	}
	return st, nil
}

func (s *postgresStore) persistence() config.Persistence {
	return persistenceOn(postgresShards, s.main, s.visibility)
}

// release has nothing to do: the server closes these pools itself.
func (s *postgresStore) release() error { return nil }

// postgresConfig describes one database. Connect makes the connections, so that every form of DSN works (the server
// would put one together from the other fields, and knows only host, port and password).
func postgresConfig(server *pgx.ConnConfig, database string, connections int) *config.SQL {
	target := server.Copy()
	target.Database = database
	return &config.SQL{
		PluginName:      postgresql.PluginNamePGX,
		DatabaseName:    database,
		ConnectAddr:     net.JoinHostPort(server.Host, strconv.Itoa(int(server.Port))), // only checked and shown
		ConnectProtocol: "tcp",
		Connect: func(*config.SQL) (*sqlx.DB, error) {
			return connectPostgres(target, connections)
		},
	}
}

// connectPostgres opens a pool as the server's own driver does: durations are stored as numbers, columns are named in
// snake case, and a pool is returned only if the database answers.
func connectPostgres(target *pgx.ConnConfig, connections int) (*sqlx.DB, error) {
	db := sqlx.NewDb(stdlib.OpenDB(*target, stdlib.OptionAfterConnect(storeDurationsAsNumbers)), "pgx")
	db.MapperFunc(strcase.ToSnake)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.Ping(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func storeDurationsAsNumbers(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterDefaultPgType(time.Duration(0), "int8")
	conn.TypeMap().RegisterDefaultPgType((*time.Duration)(nil), "int8")
	return nil
}
