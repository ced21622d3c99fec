package engine

import (
	"context"
	"errors"

	"go.temporal.io/server/common/config"
)

// Names of the server's two stores in its configuration.
const (
	mainStore       = "main"
	visibilityStore = "visibility"
)

// store is where the server keeps its state.
type store interface {
	// persistence is the server's configuration for it.
	persistence() config.Persistence
	// release gives back what can be given back once the server has stopped.
	release() error
}

// openStore makes the store that the options ask for, with its schema.
func openStore(ctx context.Context, opts Options, logger *serverLogger) (store, error) {
	switch {
	case opts.PostgresDSN != "" && opts.SQLitePath != "":
		return nil, errors.New("both an SQLite file and a PostgreSQL DSN: which one shall hold Temporal's state?")
	case opts.PostgresDSN != "":
		return openPostgres(ctx, opts.PostgresDSN, logger)
	case opts.SQLitePath != "":
		return openFile(ctx, opts.SQLitePath)
	default:
		return openMemory(), nil
	}
}

func persistenceOn(shards int32, main, visibility *config.SQL) config.Persistence {
	return config.Persistence{
		NumHistoryShards: shards,
		DefaultStore:     mainStore,
		VisibilityStore:  visibilityStore,
		DataStores: map[string]config.DataStore{
			mainStore:       {SQL: main},
			visibilityStore: {SQL: visibility},
		},
	}
}
