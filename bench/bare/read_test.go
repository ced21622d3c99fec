package bare_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"recourse/bench/bare"
	"recourse/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestABareReadGivesTheStateOfItsRow(t *testing.T) {
	dsn := postgrestest.Require(t)
	db, err := gorm.Open(postgres.New(postgres.Config{DSN: dsn}), &gorm.Config{})
	require.NoError(t, err)
	require.NoError(t, db.Exec(`CREATE TABLE cases (id text PRIMARY KEY, state json)`).Error)
	require.NoError(t, db.Exec(`INSERT INTO cases VALUES ('std_1', '{"points": 12}')`).Error)
	pool, err := db.DB()
	require.NoError(t, err)
	require.NoError(t, pool.Close())

	reads, err := bare.OpenReads(dsn, 2)
	require.NoError(t, err)
	handler := reads.Handler()
	ask := func(path string) *httptest.ResponseRecorder {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
		return recorder
	}
	found := ask("/v1/rows/std_1")
	require.Equal(t, http.StatusOK, found.Code)
	require.Equal(t, `{"points": 12}`, found.Body.String())
	require.Equal(t, http.StatusNotFound, ask("/v1/rows/std_2").Code)
	require.NoError(t, reads.Close())
	require.Equal(t, http.StatusInternalServerError, ask("/v1/rows/std_1").Code)
}
