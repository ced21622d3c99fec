package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"recourse/internal/session"
)

// sessionRow is somebody signed in to the pages. Neither the identifier nor the token can be had from it.
type sessionRow struct {
	ID      string `gorm:"primaryKey"` // the hash of what the browser holds
	Subject string
	Sealed  []byte
	BeganAt instant
	SeenAt  instant
	EndsAt  instant
}

// TableName is where the rows are.
func (sessionRow) TableName() string { return "sessions" }

// AddSession keeps a new session.
func (s *Store) AddSession(ctx context.Context, r session.Record) error {
	row := sessionRow{ID: r.Hash, Subject: r.Subject, Sealed: r.Sealed, BeganAt: at(r.BeganAt), SeenAt: at(r.SeenAt), EndsAt: at(r.EndsAt)}
	return doing("keep a session", s.db.WithContext(ctx).Create(&row).Error)
}

// Session is the session under the hash, or session.ErrNone. It is read where it is written: a page that follows a sign-in
// at once must find it.
func (s *Store) Session(ctx context.Context, hash string) (session.Record, error) {
	var row sessionRow
	switch err := s.db.WithContext(ctx).Where("id = ?", hash).Take(&row).Error; {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return session.Record{}, session.ErrNone
	case err != nil:
		return session.Record{}, doing("find a session", err)
	}
	return session.Record{Hash: row.ID, Subject: row.Subject, Sealed: row.Sealed, BeganAt: row.BeganAt.Time, SeenAt: row.SeenAt.Time, EndsAt: row.EndsAt.Time}, nil
}

// SeeSession notes that a session was used.
func (s *Store) SeeSession(ctx context.Context, hash string, when time.Time) error {
	return doing("note that a session is used", s.db.WithContext(ctx).Model(&sessionRow{}).Where("id = ?", hash).Update("seen_at", at(when)).Error)
}

// ResealSession puts other content in the place of what is sealed.
func (s *Store) ResealSession(ctx context.Context, hash string, sealed []byte) error {
	return doing("keep a session's next token", s.db.WithContext(ctx).Model(&sessionRow{}).Where("id = ?", hash).Update("sealed", sealed).Error)
}

// EndSession forgets one session, if it is there.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	return doing("end a session", s.db.WithContext(ctx).Where("id = ?", hash).Delete(&sessionRow{}).Error)
}

// EndSessions forgets all sessions of somebody.
func (s *Store) EndSessions(ctx context.Context, subject string) error {
	return doing("end somebody's sessions", s.db.WithContext(ctx).Where("subject = ?", subject).Delete(&sessionRow{}).Error)
}

// ForgetSessions forgets what has ended, or was not used since.
func (s *Store) ForgetSessions(ctx context.Context, now, unusedSince time.Time) error {
	return doing("forget ended sessions", s.db.WithContext(ctx).Where("ends_at <= ? OR seen_at <= ?", at(now), at(unusedSince)).Delete(&sessionRow{}).Error)
}
