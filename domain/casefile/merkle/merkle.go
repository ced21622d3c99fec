// Package merkle is the tree over all cases whose root is published once a day: whoever has a case's bundle with its proof can
// show later that the case stood like this on that day, and nobody can change a case without changing what was published.
//
// It is the Merkle tree of RFC 6962, section 2.1: SHA-256, with 0x00 before a leaf and 0x01 before a node, so that neither can
// be taken for the other.
package merkle

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"

	"recourse/domain/casefile"
)

// Leaf is a case as it stood: the hash of its last event, and that event's sequence.
type Leaf struct {
	Case     string        `json:"case"`
	Sequence int64         `json:"sequence"`
	Head     casefile.Hash `json:"head"`
}

// Hash is the leaf's place in the tree. An identifier that has no canonical form is an error.
func (l Leaf) Hash() (casefile.Hash, error) {
	text, err := casefile.Canonical(map[string]any{"format": "recourse-leaf-1", "case": l.Case, "sequence": l.Sequence, "head": l.Head.String()})
	if err != nil {
		return casefile.Hash{}, fmt.Errorf("hash the leaf of a case: %w", err)
	}
	return sha256.Sum256(append([]byte{0}, text...)), nil
}

// node joins two subtrees.
func node(left, right casefile.Hash) casefile.Hash {
	sum := sha256.New()
	sum.Write([]byte{1})
	sum.Write(left[:])
	sum.Write(right[:])
	return casefile.Hash(sum.Sum(nil))
}

// split is how many of n leaves are on the left: the largest power of two below n.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// Root is the root over hashes of leaves, or over the roots of chunks that are all full but for the last one. Of none it is
// the hash of nothing.
func Root(hashes []casefile.Hash) casefile.Hash {
	switch n := len(hashes); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return hashes[0]
	default:
		k := split(n)
		return node(Root(hashes[:k]), Root(hashes[k:]))
	}
}

// Path is the audit path of the hash with the index, from below.
func Path(hashes []casefile.Hash, index int) []casefile.Hash {
	n := len(hashes)
	if n <= 1 {
		return nil
	}
	k := split(n)
	if index < k {
		return append(Path(hashes[:k], index), Root(hashes[k:]))
	}
	return append(Path(hashes[k:], index-k), Root(hashes[:k]))
}

// Chunk is how many leaves one kept subtree has. It is a power of two, so that each full chunk is a node of the whole tree: a
// proof needs the leaves of one chunk and the roots of the others, however many cases there are.
const Chunk = 256

// Proof shows that a leaf is part of a root.
type Proof struct {
	Day   string          `json:"day"` // of the root, a UTC date
	Root  casefile.Hash   `json:"root"`
	Size  int64           `json:"size"` // how many leaves the tree has
	Index int64           `json:"index"`
	Leaf  Leaf            `json:"leaf"`
	Path  []casefile.Hash `json:"path"`
}

// ErrProof is the error of a proof that does not lead from its leaf to its root.
var ErrProof = errors.New("the proof does not lead to the root")

// Verify walks from the leaf to the root (RFC 9162, section 2.1.3.2).
func (p Proof) Verify() error {
	if p.Index < 0 || p.Index >= p.Size {
		return fmt.Errorf("%w: there is no leaf %d of %d", ErrProof, p.Index, p.Size)
	}
	at, last := p.Index, p.Size-1
	hash, err := p.Leaf.Hash()
	if err != nil {
		return err
	}
	for _, beside := range p.Path {
		if last == 0 {
			return fmt.Errorf("%w: the path is too long", ErrProof)
		}
		if at&1 == 1 || at == last {
			hash = node(beside, hash)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			hash = node(hash, beside)
		}
		at, last = at>>1, last>>1
	}
	if last != 0 || hash != p.Root {
		return ErrProof
	}
	return nil
}
