package bare

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// Reads answer with one row over HTTP and nothing around it: no caller is known, no right is asked for, nothing is worked out.
type Reads struct{ db *gorm.DB }

// OpenReads connects with as many connections as our API has.
func OpenReads(dsn string, conns int) (Reads, error) {
	db, err := gorm.Open(postgres.New(postgres.Config{DSN: dsn}), &gorm.Config{SkipDefaultTransaction: true})
	if err != nil {
		return Reads{}, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	pool, err := db.DB()
	if err != nil {
		return Reads{}, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return Reads{db}, nil
}

// Close lets go of the connections.
func (r Reads) Close() error {
	pool, err := r.db.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

// Handler answers GET /v1/rows/{id} with the state of the case of that key: one SELECT, and its bytes as they are.
func (r Reads) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/v1/rows/:id", func(c *gin.Context) {
		var row struct {
			ID    string
			State json.RawMessage
		}
		err := r.db.WithContext(c.Request.Context()).Table("cases").Select("id, state").Where("id = ?", c.Param("id")).Take(&row).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			c.Status(http.StatusNotFound)
		case err != nil:
			c.String(http.StatusInternalServerError, "%v", err)
		default:
			c.Data(http.StatusOK, "application/json", row.State)
		}
	})
	return engine
}
