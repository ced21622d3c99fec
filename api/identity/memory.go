package identity

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// remembered is how long a signature that was verified is taken for good at most. Whether the token is in force is asked each time.
	remembered = time.Minute
	// rememberedMost bounds how many tokens a half of the memory keeps.
	rememberedMost = 4096
)

// memory knows the claims of tokens whose signatures were verified a moment ago, by their hashes: verifying one costs more than
// all else of a read, and a caller shows the same token again and again. What was verified before the issuer's keys were read
// anew is not known any more. It has two halves, the later and the earlier: when the later one is full, or its time is over, it
// becomes the earlier one, which is forgotten.
type memory struct {
	mu             sync.Mutex
	later, earlier map[hash]knownClaims
	began          time.Time
}

type hash = [sha256.Size]byte

type knownClaims struct {
	claims claims
	asked  int64 // how often the keys had been asked for before
	since  time.Time
}

// recall is what was verified of a token with the keys that there are, if that was not too long ago.
func (m *memory) recall(key hash, asked int64, now time.Time) (claims, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, found := m.later[key]
	if !found {
		k, found = m.earlier[key]
	}
	age := now.Sub(k.since)
	return k.claims, found && k.asked == asked && age >= 0 && age < remembered
}

func (m *memory) keep(key hash, k knownClaims) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.later == nil || len(m.later) >= rememberedMost || k.since.Sub(m.began) >= remembered {
		m.later, m.earlier, m.began = map[hash]knownClaims{}, m.later, k.since
	}
	m.later[key] = k
}
