package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// NewFile is what is known of a file before its bytes are read.
type NewFile struct {
	ID    string
	Name  string // as its sender called it; never a path
	By    string // account
	Case  string // the case it is for, if it was named
	Limit int64  // in bytes
	// Type is asked what the content is once all of it was read.
	Type func() string
}

// File is a stored file. Its type was decided by its content.
type File struct {
	ID        string
	Hash      string // SHA-256 of the bytes, in hexadecimal
	Size      int64
	Type      string
	Name      string
	By        string
	Case      string
	CreatedAt time.Time
}

// Evidence says in which case a file was handed in.
type Evidence struct {
	ID         string
	Case       string
	Sequence   int64
	Type       string
	File       string
	By         casefile.Actor
	ReceivedAt time.Time
}

type fileRow struct {
	ID          string `gorm:"primaryKey"`
	Hash        string
	Size        int64
	ContentType string
	Name        string
	ByID        string
	CaseID      optional
	CreatedAt   instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (fileRow) TableName() string { return "files" }

func (r fileRow) file() File {
	return File{ID: r.ID, Hash: r.Hash, Size: r.Size, Type: r.ContentType, Name: r.Name, By: r.ByID, Case: string(r.CaseID), CreatedAt: r.CreatedAt.Time}
}

type evidenceRow struct {
	ID         string `gorm:"primaryKey"`
	CaseID     string
	Sequence   int64
	Type       string
	FileID     optional
	ByID       string
	ByRole     string
	ReceivedAt instant
}

// TableName is where the rows are.
func (evidenceRow) TableName() string { return "evidence" }

var errNoBlobs = errors.New("no blob store is set up")

// SaveFile stores a file: its bytes first, then what is known of them, so that whoever finds the one finds the other.
func (s *Store) SaveFile(ctx context.Context, n NewFile, from io.Reader, once Once) (File, error) {
	what := "save file " + n.ID
	if s.blobs == nil {
		return File{}, doing(what, errNoBlobs)
	}
	row := fileRow{ID: n.ID, Name: n.Name, ByID: n.By, CaseID: optional(n.Case), CreatedAt: at(s.now())}
	var err error
	row.Hash, row.Size, err = s.blobs.Put(ctx, n.ID, from, n.Limit)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", what, err)
	}
	row.ContentType = n.Type()
	err = s.write(ctx, what, func(tx *gorm.DB) error {
		made, err := s.once(tx, once, n.ID, func() error { return tx.Create(&row).Error })
		if err != nil || made == n.ID {
			return err
		}
		row = fileRow{} // gorm would look for the key that is in it
		return tx.Where("id = ?", made).Take(&row).Error
	})
	return row.file(), err
}

// File is what is known of a stored file.
func (s *Store) File(ctx context.Context, id string) (File, error) {
	var row fileRow
	err := s.from(ctx).Where("id = ?", id).Take(&row).Error
	return row.file(), doing("read file "+id, err)
}

// OpenFile reads the bytes of a stored file.
func (s *Store) OpenFile(ctx context.Context, id string) (File, io.ReadCloser, error) {
	file, err := s.File(ctx, id)
	if err != nil {
		return file, nil, err
	}
	if s.blobs == nil {
		return file, nil, doing("open file "+id, errNoBlobs)
	}
	bytes, err := s.blobs.Open(ctx, file.Hash)
	return file, bytes, doing("open file "+id, err)
}

// EvidenceOf says where a file was handed in.
func (s *Store) EvidenceOf(ctx context.Context, fileID string) ([]Evidence, error) {
	var rows []evidenceRow
	err := s.from(ctx).Where("file_id = ? AND file_id IS NOT NULL", fileID).Order("received_at, id").Find(&rows).Error
	list := make([]Evidence, len(rows))
	for i, r := range rows {
		list[i] = Evidence{ID: r.ID, Case: r.CaseID, Sequence: r.Sequence, Type: r.Type, File: string(r.FileID),
			By: casefile.Actor{ID: r.ByID, Role: casefile.Role(r.ByRole)}, ReceivedAt: r.ReceivedAt.Time}
	}
	return list, doing("read evidence of "+fileID, err)
}

// recordEvidence keeps which files were handed in, as the events of this step say it.
func (w *work) recordEvidence() error {
	if len(w.batch.evidence) == 0 {
		return nil
	}
	return w.tx.Create(&w.batch.evidence).Error
}

// evidenceIn is what an event says of evidence, if it says any.
func evidenceIn(caseID string, e casefile.Event) (evidenceRow, bool) {
	id, _ := e.Data["evidence"].(string)
	if e.Type != casefile.EvidenceReceived || id == "" {
		return evidenceRow{}, false
	}
	kind, _ := e.Data["type"].(string)
	file, _ := e.Data["file"].(string)
	return evidenceRow{ID: id, CaseID: caseID, Sequence: e.Sequence, Type: kind, FileID: optional(file), ByID: e.By.ID, ByRole: string(e.By.Role),
		ReceivedAt: at(e.At)}, true
}
