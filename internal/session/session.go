// Package session keeps people signed in to web pages. A browser holds a random identifier and nothing else. What is kept
// is found under the identifier's hash and sealed with a key that is drawn from the identifier itself, so that whoever reads
// the place where sessions are kept can neither take one over nor read the token in it.
package session

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrNone says that there is no such session, or none any more.
var ErrNone = errors.New("there is no such session")

// Session is one person signed in in one browser.
type Session struct {
	Subject string `json:"sub"`
	Role    string `json:"role"`
	Name    string `json:"name"`
	Token   string `json:"token"` // with which the API is asked
	// TokenEnds is when that token does; zero: it does not say. Refresh is what the next one is had with, if the issuer gave
	// something for that, and Identity what the issuer said who signed in, to be shown when they sign out.
	TokenEnds time.Time `json:"token_ends,omitzero"`
	Refresh   string    `json:"refresh,omitempty"`
	Identity  string    `json:"identity,omitempty"`

	BeganAt time.Time `json:"-"`
	EndsAt  time.Time `json:"-"` // whatever happens
}

// Record is a session as it is kept.
type Record struct {
	Hash    string // of the identifier, as hexadecimal digits
	Subject string // whose it is, to end all of somebody's
	Sealed  []byte
	BeganAt time.Time
	SeenAt  time.Time
	EndsAt  time.Time
}

// Keeper is where sessions are kept.
type Keeper interface {
	// AddSession keeps a new record.
	AddSession(ctx context.Context, r Record) error
	// Session is the record of the hash, or ErrNone.
	Session(ctx context.Context, hash string) (Record, error)
	// SeeSession notes that the session was used.
	SeeSession(ctx context.Context, hash string, at time.Time) error
	// ResealSession puts other content in the place of what is sealed. Of a session that is not there any more it does nothing.
	ResealSession(ctx context.Context, hash string, sealed []byte) error
	// EndSession forgets one session, EndSessions all of somebody's. None is no error.
	EndSession(ctx context.Context, hash string) error
	EndSessions(ctx context.Context, subject string) error
	// ForgetSessions forgets what ended before now, or was not used since the other instant.
	ForgetSessions(ctx context.Context, now, unusedSince time.Time) error
}

// Book begins, finds and ends sessions.
type Book struct {
	Keeper Keeper
	Idle   time.Duration // a session that is not used for so long ends
	Length time.Duration // no session is longer, whatever is done in it
	Now    func() time.Time
}

// seenEvery is how exactly the last use is known: a fraction of what ends a session that is not used.
const seenEvery = 20

// Begin keeps a new session and returns its identifier, for the browser alone. It ends by Length, or with its token where there is
// nothing to have the next one with.
func (b *Book) Begin(ctx context.Context, s Session) (string, error) {
	now := b.Now()
	if err := b.Keeper.ForgetSessions(ctx, now, now.Add(-b.Idle)); err != nil {
		return "", fmt.Errorf("forget ended sessions: %w", err)
	}
	id := rand.Text() + rand.Text()
	sealed, err := closed(id, s)
	if err != nil {
		return "", err
	}
	record := Record{Hash: hash(id), Subject: s.Subject, Sealed: sealed, BeganAt: now, SeenAt: now, EndsAt: now.Add(b.Length)}
	if s.Refresh == "" && !s.TokenEnds.IsZero() && s.TokenEnds.Before(record.EndsAt) {
		record.EndsAt = s.TokenEnds
	}
	if err := b.Keeper.AddSession(ctx, record); err != nil {
		return "", fmt.Errorf("keep a session: %w", err)
	}
	return id, nil
}

// Renew keeps what the session is from now on: another token. It ends no later for that.
func (b *Book) Renew(ctx context.Context, id string, s Session) error {
	sealed, err := closed(id, s)
	if err != nil {
		return err
	}
	if err := b.Keeper.ResealSession(ctx, hash(id), sealed); err != nil {
		return fmt.Errorf("keep a session's next token: %w", err)
	}
	return nil
}

// closed is the session in the box that only its identifier opens.
func closed(id string, s Session) ([]byte, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode a session: %w", err)
	}
	box, err := seal(id)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return box.Seal(nonce, nonce, content, nil), nil
}

// Find is the session of the identifier, or ErrNone when it has ended or never was.
func (b *Book) Find(ctx context.Context, id string) (Session, error) {
	if id == "" {
		return Session{}, ErrNone
	}
	record, err := b.Keeper.Session(ctx, hash(id))
	if err != nil {
		return Session{}, err
	}
	now := b.Now()
	if !now.Before(record.EndsAt) || now.Sub(record.SeenAt) >= b.Idle {
		return Session{}, errors.Join(ErrNone, b.Keeper.EndSession(ctx, record.Hash))
	}
	box, err := seal(id)
	if err != nil {
		return Session{}, err
	}
	if len(record.Sealed) < box.NonceSize() {
		return Session{}, ErrNone
	}
	content, err := box.Open(nil, record.Sealed[:box.NonceSize()], record.Sealed[box.NonceSize():], nil)
	if err != nil {
		return Session{}, fmt.Errorf("%w: its seal is broken", ErrNone)
	}
	s := Session{BeganAt: record.BeganAt, EndsAt: record.EndsAt}
	if err := json.Unmarshal(content, &s); err != nil {
		return Session{}, fmt.Errorf("decode a session: %w", err)
	}
	if now.Sub(record.SeenAt) > b.Idle/seenEvery {
		if err := b.Keeper.SeeSession(ctx, record.Hash, now); err != nil {
			return Session{}, fmt.Errorf("note that a session is used: %w", err)
		}
	}
	return s, nil
}

// Lasts says whether the session goes on, without counting as a use of it: a page that is open keeps nobody signed in.
func (b *Book) Lasts(ctx context.Context, id string) (bool, error) {
	record, err := b.Keeper.Session(ctx, hash(id))
	switch now := b.Now(); {
	case errors.Is(err, ErrNone):
		return false, nil
	case err != nil:
		return false, err
	default:
		return now.Before(record.EndsAt) && now.Sub(record.SeenAt) < b.Idle, nil
	}
}

// End ends the session of the identifier, if there is one.
func (b *Book) End(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	return b.Keeper.EndSession(ctx, hash(id))
}

// EndAll ends all sessions of somebody, in every browser.
func (b *Book) EndAll(ctx context.Context, subject string) error {
	return b.Keeper.EndSessions(ctx, subject)
}

// Token is what a form of the session shows, to prove that a page of ours made it. It needs no place to be kept.
func Token(id string) string {
	mac := hmac.New(sha256.New, []byte(id))
	mac.Write([]byte("recourse form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// IsToken says whether the token is that of the session.
func IsToken(id, token string) bool {
	return id != "" && subtle.ConstantTimeCompare([]byte(Token(id)), []byte(token)) == 1
}

func hash(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// seal is the box of a session, whose key only its identifier gives.
func seal(id string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(id), nil, "recourse session", 32)
	if err != nil {
		return nil, fmt.Errorf("draw the key of a session: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal a session: %w", err)
	}
	return cipher.NewGCM(block)
}
