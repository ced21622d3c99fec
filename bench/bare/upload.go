package bare

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gin-gonic/gin"
)

// Uploads take a file over HTTP with nothing around it: no caller is known, nothing is looked at, no case hears of it. It is
// answered when the file and the row that names it would survive a power cut.
type Uploads struct {
	DB     *sql.DB
	Folder string
}

// Handler answers POST /v1/disputes/{dispute}/evidence, to which the same client sends the same form.
func (u Uploads) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST("/v1/disputes/:dispute/evidence", func(c *gin.Context) {
		name, err := u.take(c)
		if err != nil {
			c.String(http.StatusInternalServerError, "%v", err)
			return
		}
		c.JSON(http.StatusCreated, gin.H{"id": name})
	})
	return engine
}

// take keeps the file of a form and its row.
func (u Uploads) take(c *gin.Context) (string, error) {
	form, err := c.Request.MultipartReader()
	if err != nil {
		return "", fmt.Errorf("read a form: %w", err)
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return "", fmt.Errorf("read a form up to its file: %w", err)
		}
		if part.FormName() != "file" {
			continue
		}
		name, err := u.keep(part)
		if err != nil {
			return "", err
		}
		_, err = u.DB.ExecContext(c.Request.Context(), `INSERT INTO bare (run, sequence) VALUES ($1, $2)`, name, 1)
		if err != nil {
			return "", fmt.Errorf("insert a row: %w", err)
		}
		return name, nil
	}
}

// keep writes a file to the disk, and returns when it is there.
func (u Uploads) keep(part *multipart.Part) (string, error) {
	file, err := os.CreateTemp(u.Folder, "upload-*")
	if err != nil {
		return "", fmt.Errorf("make a file: %w", err)
	}
	_, err = io.Copy(file, part)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	return filepath.Base(file.Name()), nil
}
