package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The uses of a rendition.
const (
	Shown     = "shown"     // in place of the file
	Thumbnail = "thumbnail" // in lists
)

// Rendition is an image that was made of a file, to be shown in its place.
type Rendition struct {
	Use    string
	Type   string
	Width  int
	Height int
	Hash   string // of what is stored
	Size   int64
}

// NewRendition is a rendition with its bytes.
type NewRendition struct {
	Rendition
	Bytes []byte
}

type renditionRow struct {
	FileID      string `gorm:"primaryKey"`
	Use         string `gorm:"primaryKey;column:purpose"`
	Hash        string
	Size        int64
	ContentType string
	Width       int64
	Height      int64
	CreatedAt   instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (renditionRow) TableName() string { return "renditions" }

func (r renditionRow) rendition() Rendition {
	return Rendition{Use: r.Use, Type: r.ContentType, Width: int(r.Width), Height: int(r.Height), Hash: r.Hash, Size: r.Size}
}

// KeepRenditions stores what was made of a file. What is there already stays: the same is made of the same file.
func (s *Store) KeepRenditions(ctx context.Context, fileID string, made ...NewRendition) error {
	what := "keep renditions of " + fileID
	if s.blobs == nil {
		return doing(what, errNoBlobs)
	}
	rows := make([]renditionRow, len(made))
	for i, m := range made {
		id, err := s.mint("fil")
		if err != nil {
			return doing(what, err)
		}
		hash, size, err := s.blobs.Put(ctx, id, bytes.NewReader(m.Bytes), int64(len(m.Bytes)))
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		rows[i] = renditionRow{FileID: fileID, Use: m.Use, Hash: hash, Size: size, ContentType: m.Type, Width: int64(m.Width), Height: int64(m.Height),
			CreatedAt: at(s.now())}
	}
	return s.write(ctx, what, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
}

// Renditions are what was made of a file: nothing where it is no image, or nobody has looked at it yet.
func (s *Store) Renditions(ctx context.Context, fileID string) ([]Rendition, error) {
	var rows []renditionRow
	err := s.from(ctx).Where("file_id = ?", fileID).Order("purpose").Find(&rows).Error
	list := make([]Rendition, len(rows))
	for i, r := range rows {
		list[i] = r.rendition()
	}
	return list, doing("read renditions of "+fileID, err)
}

// OpenRendition reads the bytes of a rendition. Where there is none it is ErrNotFound.
func (s *Store) OpenRendition(ctx context.Context, fileID, use string) (Rendition, io.ReadCloser, error) {
	list, err := s.Renditions(ctx, fileID)
	if err != nil {
		return Rendition{}, nil, err
	}
	at := slices.IndexFunc(list, func(r Rendition) bool { return r.Use == use })
	if at < 0 {
		return Rendition{}, nil, doing("open "+use+" of "+fileID, ErrNotFound)
	}
	if s.blobs == nil {
		return Rendition{}, nil, doing("open "+use+" of "+fileID, errNoBlobs)
	}
	content, err := s.blobs.Open(ctx, list[at].Hash)
	return list[at], content, doing("open "+use+" of "+fileID, err)
}
