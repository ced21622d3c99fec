package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// instant is a moment as both databases keep it: UTC with microseconds. The zero instant is NULL.
type instant struct{ time.Time }

// at makes an instant of a time.
func at(t time.Time) instant {
	if t.IsZero() {
		return instant{}
	}
	return instant{t.UTC().Truncate(time.Microsecond)}
}

// Value writes the instant.
func (i instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.Time, nil
}

// Scan reads the instant; SQLite gives a number where it does not know the column (RETURNING).
func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i = instant{}
	case time.Time:
		*i = instant{v.UTC()}
	case int64:
		*i = instant{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("an instant cannot be read from %T", v)
	}
	return nil
}

// GormDataType tells gorm what kind of column this is.
func (instant) GormDataType() string { return "time" }

// optional is a text whose absence is NULL, so that it can refer to another table.
type optional string

// Value writes the text.
func (o optional) Value() (driver.Value, error) {
	if o == "" {
		return nil, nil
	}
	return string(o), nil
}

// Scan reads the text.
func (o *optional) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*o = ""
	case string:
		*o = optional(v)
	case []byte:
		*o = optional(v)
	default:
		return fmt.Errorf("a text cannot be read from %T", v)
	}
	return nil
}

// GormDataType tells gorm what kind of column this is.
func (optional) GormDataType() string { return "string" }

// document is JSON, kept byte for byte. An empty one is NULL.
type document []byte

// Value writes the document as text: that is what both databases take for JSON.
func (d document) Value() (driver.Value, error) {
	if len(d) == 0 {
		return nil, nil
	}
	return string(d), nil
}

// Scan reads the document.
func (d *document) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = nil
	case string:
		*d = document(v)
	case []byte:
		*d = bytes.Clone(v)
	default:
		return fmt.Errorf("a document cannot be read from %T", v)
	}
	return nil
}

// GormDataType tells gorm what kind of column this is.
func (document) GormDataType() string { return "json" }

// encode is the document of a value.
func encode(v any) (document, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return checked(raw)
	}
	return json.Marshal(v)
}

// checked refuses what the database would refuse later, in the middle of a transaction.
func checked(raw json.RawMessage) (document, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, ErrMalformed
	}
	return document(raw), nil
}
