// Package identifier mints identifiers: a prefix that says of what, and 26 characters that sort by the time of minting. It
// knows no words of the domain.
package identifier

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// alphabet is Crockford's base 32: no letter that is read as a digit, and in the order of its bytes, so that text sorts
// like the number.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// length is how many characters follow the prefix: 128 bits in fives, of which the first holds three.
const length = 26

// Source mints identifiers from a clock and a source of randomness. It may be used by many at once.
type Source struct {
	now     func() time.Time
	entropy io.Reader

	mu   sync.Mutex
	last [16]byte
}

// NewSource makes a source of identifiers; nil means the process's clock or the system's randomness.
func NewSource(now func() time.Time, entropy io.Reader) *Source {
	if now == nil {
		now = time.Now
	}
	if entropy == nil {
		entropy = rand.Reader
	}
	return &Source{now: now, entropy: entropy}
}

var standard = NewSource(nil, nil)

// New mints an identifier with the prefix ("cmd" gives "cmd_01J…") from the process's clock and the system's randomness.
func New(prefix string) string {
	id, err := standard.New(prefix)
	if err != nil {
		panic(fmt.Sprintf("identifier: %v", err)) // the system's randomness does not fail; if it did, nothing is safe
	}
	return id
}

// New mints an identifier that sorts after every other that this source has minted.
func (s *Source) New(prefix string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	var id [16]byte
	milli := uint64(s.now().UnixMilli())
	binary.BigEndian.PutUint64(id[:8], milli<<16)
	if lastMilli := binary.BigEndian.Uint64(s.last[:8]) >> 16; milli <= lastMilli {
		id = s.last // the same millisecond, or a clock that went back: count on instead of drawing anew
		for i := len(id) - 1; i >= 0; i-- {
			if id[i]++; id[i] != 0 {
				break
			}
		}
	} else if _, err := io.ReadFull(s.entropy, id[6:]); err != nil {
		return "", fmt.Errorf("draw an identifier: %w", err)
	}
	s.last = id
	return prefix + "_" + encode(id), nil
}

// Derive makes an identifier out of what it is for: the same parts give the same identifier, so that a repeat is known as
// one. It does not sort by time.
func Derive(prefix string, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part) // a hash takes every byte, and the length keeps ("ab","c") from ("a","bc")
	}
	return prefix + "_" + encode([16]byte(h.Sum(nil)[:16]))
}

// Valid says whether the text is an identifier with the prefix.
func Valid(prefix, id string) bool {
	rest, ok := strings.CutPrefix(id, prefix+"_")
	return ok && len(rest) == length && rest[0] <= '7' && strings.Trim(rest, alphabet) == ""
}

// encode writes 128 bits as 26 characters.
func encode(id [16]byte) string {
	high, low := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	var text [length]byte
	for i := length - 1; i >= 0; i-- {
		text[i] = alphabet[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(text[:])
}
