// Package migrations holds the numbered SQL that makes the schema, once for each database. What one database has and the
// other cannot have (roles, transition tables) stands in Postgres' files only: Postgres is the one that decides.
package migrations

import "embed"

// Postgres and SQLite are the files of the two databases, in the folders of their names.
//
//go:embed postgres/*.sql
var Postgres embed.FS

//go:embed sqlite/*.sql
var SQLite embed.FS
