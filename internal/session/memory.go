package session

import (
	"context"
	"maps"
	"sync"
	"time"
)

// Memory keeps sessions in this process: they end with it. For tests, and for a page server that is one process.
type Memory struct {
	mu      sync.Mutex
	records map[string]Record
}

// AddSession keeps a new record.
func (m *Memory) AddSession(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records == nil {
		m.records = map[string]Record{}
	}
	m.records[r.Hash] = r
	return nil
}

// Session is the record of the hash, or ErrNone.
func (m *Memory) Session(_ context.Context, hash string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, there := m.records[hash]
	if !there {
		return Record{}, ErrNone
	}
	return r, nil
}

// SeeSession notes that the session was used.
func (m *Memory) SeeSession(_ context.Context, hash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, there := m.records[hash]; there {
		r.SeenAt = at
		m.records[hash] = r
	}
	return nil
}

// ResealSession puts other content in the place of what is sealed.
func (m *Memory) ResealSession(_ context.Context, hash string, sealed []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, there := m.records[hash]; there {
		r.Sealed = sealed
		m.records[hash] = r
	}
	return nil
}

// EndSession forgets one session.
func (m *Memory) EndSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, hash)
	return nil
}

// EndSessions forgets all of somebody's.
func (m *Memory) EndSessions(_ context.Context, subject string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.records, func(_ string, r Record) bool { return r.Subject == subject })
	return nil
}

// ForgetSessions forgets what ended before now, or was not used since the other instant.
func (m *Memory) ForgetSessions(_ context.Context, now, unusedSince time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.records, func(_ string, r Record) bool { return !now.Before(r.EndsAt) || !r.SeenAt.After(unusedSince) })
	return nil
}
