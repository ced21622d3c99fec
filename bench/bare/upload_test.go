package bare_test

import (
	"bytes"
	"database/sql"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"recourse/bench/bare"
)

// The bare side does all that it is compared for: the file is there, whole, and its row too, before it is answered.
func TestABareUploadKeepsTheFileAndARow(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "bare.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	uploads := bare.Uploads{DB: db, Folder: t.TempDir()}
	send := func(file bool) *httptest.ResponseRecorder {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		require.NoError(t, form.WriteField("type", "photo_of_item"))
		if file {
			part, err := form.CreateFormFile("file", "lamp.jpg")
			require.NoError(t, err)
			_, err = part.Write([]byte("a lamp"))
			require.NoError(t, err)
		}
		require.NoError(t, form.Close())
		req := httptest.NewRequest(http.MethodPost, "/v1/disputes/dsp_1/evidence", &body)
		req.Header.Set("Content-Type", form.FormDataContentType())
		answer := httptest.NewRecorder()
		uploads.Handler().ServeHTTP(answer, req)
		return answer
	}
	require.Equal(t, http.StatusInternalServerError, send(true).Code, "there is no table yet")
	_, err = db.ExecContext(t.Context(), `CREATE TABLE bare (id integer PRIMARY KEY, run text NOT NULL, sequence bigint NOT NULL)`)
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, send(false).Code)
	require.Equal(t, http.StatusCreated, send(true).Code)

	var name string
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT run FROM bare`).Scan(&name))
	content, err := os.ReadFile(filepath.Join(uploads.Folder, name))
	require.NoError(t, err)
	require.Equal(t, "a lamp", string(content))
}
