package bundle

import (
	"encoding/json"
	"io"
	"iter"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
	"recourse/domain/disclosure"
	"recourse/domain/receipt"
)

// Source is what a bundle is made of, whole: what is not for the audience is left out while it is written. Rows come one by one,
// so that a long case needs no more memory than a short one.
type Source struct {
	About     string // the case that it is about: the first of Cases
	Cases     []Case // a dispute comes with its order, whose money it is about
	Transfers iter.Seq2[Transfer, error]
	Policy    []byte // the document of the pinned policy in YAML; nil: it is not kept
	Files     []File
	Open      func(sha256 casefile.Hash) (io.ReadCloser, error) // fs.ErrNotExist: the bytes are lost
	Proofs    []merkle.Proof
}

// Case is one case of a source. Head and Recorded are those of its last event, At what it takes for now.
type Case struct {
	ID        string
	State     casefile.Case
	Head      casefile.Hash
	At        time.Time
	Events    iter.Seq2[casefile.Record, error]
	Commands  iter.Seq2[Trigger, error] // those that were applied, in their sequence
	Deadlines iter.Seq2[Deadline, error]
}

// Trigger is a command as the store keeps it.
type Trigger struct {
	Command   casefile.Command
	Salt      casefile.Salt
	Answer    json.RawMessage
	Facts     *casefile.Facts
	Events    int64 // how many it recorded
	Head      casefile.Hash
	HeadPlace int64
}

// File is one file that was handed in as evidence of a case. Who may read it is who may read the item.
type File struct {
	Evidence string
	Case     string
	SHA256   casefile.Hash // zero: nothing is known of the file any more
	Size     int64
	Type     string
	Shown    *Content // what readers get who did not hand it in; of what is no image the file itself; nil: nothing was made of it
}

// Content is stored bytes.
type Content struct {
	SHA256 casefile.Hash
	Size   int64
	Type   string
}

// Options say for whom a bundle is written, and who signs it.
type Options struct {
	Eyes   disclosure.Eyes
	Signer receipt.Signer
}
