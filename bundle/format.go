package bundle

import (
	"encoding/json"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/receipt"
)

// Format names the form of a bundle. It is signed with the rest of the manifest.
const Format = "recourse-bundle-1"

// Manifest says what a bundle holds: the hash of every part, and how far the log of each case went. It is the part that is
// signed.
type Manifest struct {
	Format   string         `json:"format"`
	Case     string         `json:"case"`     // what the bundle is about
	Audience casefile.Actor `json:"audience"` // for whom it was redacted
	Cases    []Place        `json:"cases"`
	Policy   string         `json:"policy"` // version: the hash of its content
	Parts    []Part         `json:"parts"`
}

// Place is how far the log of a case goes.
type Place struct {
	ID       string        `json:"id"`
	Kind     string        `json:"kind"`
	Head     casefile.Hash `json:"head"`
	Sequence int64         `json:"sequence"` // of the last event
}

// Part is one file of a bundle.
type Part struct {
	Path   string        `json:"path"`
	Size   int64         `json:"size"`
	SHA256 casefile.Hash `json:"sha256"`
}

// The parts of a bundle. Those of a case lie in a folder of its own.
const (
	manifestPart   = "manifest.json"
	signaturePart  = "manifest.sig"
	readmePart     = "README.txt"
	policyPart     = "policy.json"
	documentPart   = "policy.yaml" // left out when the document is not kept any more
	ledgerPart     = "ledger.jsonl"
	decisionsPart  = "decisions.jsonl"
	evidencePart   = "evidence.jsonl"
	proofsPart     = "roots.jsonl"
	timelineFile   = "timeline.jsonl"
	commandsFile   = "commands.jsonl"
	deadlinesFile  = "deadlines.jsonl"
	endFile        = "case.json"
	evidenceFolder = "evidence/"
	shownFolder    = "shown/"
)

// isContent says that a part is the bytes of a file and not something that this program wrote.
func isContent(path string) bool {
	return strings.HasPrefix(path, evidenceFolder) || strings.HasPrefix(path, shownFolder)
}

func partOf(caseID, file string) string { return "cases/" + caseID + "/" + file }

// signature is the part that says who signed the manifest's bytes.
type signature struct {
	Key       string `json:"key"`
	Signature []byte `json:"signature"`
}

// Event is one event of a timeline: with the commitment of each field, and the values that the audience may read.
type Event struct {
	Case     string                    `json:"case"`
	Sequence int64                     `json:"sequence"`
	Type     casefile.EventType        `json:"type"`
	By       casefile.Actor            `json:"by"`
	At       time.Time                 `json:"at"`
	Fields   map[string]casefile.Field `json:"fields,omitempty"`
	PrevHash casefile.Hash             `json:"prev_hash"`
	Hash     casefile.Hash             `json:"hash"`
}

// event is the event as the chain has it, with the data that is shown.
func (e Event) event() casefile.Event {
	out := casefile.Event{Sequence: e.Sequence, Type: e.Type, By: e.By, At: e.At}
	for name, f := range e.Fields {
		if f.Shown() {
			if out.Data == nil {
				out.Data = map[string]any{}
			}
			out.Data[name] = f.Value
		}
	}
	return out
}

// Command is one command that was carried out or refused, with its answer and, as far as the rules needed them, the facts that
// it was judged by.
type Command struct {
	ID         string                    `json:"id"`
	Case       string                    `json:"case"`
	Sequence   int64                     `json:"sequence"`
	Name       string                    `json:"name"`
	By         casefile.Actor            `json:"by"`
	At         time.Time                 `json:"at"`
	IfRevision *int64                    `json:"if_revision,omitempty"`
	Fields     map[string]casefile.Field `json:"fields,omitempty"`
	Unreadable bool                      `json:"unreadable,omitempty"` // refused, and its data has no canonical form
	Withheld   bool                      `json:"withheld,omitempty"`   // somebody else's attempt, which was refused: of its answer there is the code
	Answer     json.RawMessage           `json:"answer"`
	Facts      *casefile.Facts           `json:"facts,omitempty"`
	Events     int64                     `json:"events"` // how many it recorded
	Head       casefile.Hash             `json:"head"`   // of the log after it
	HeadPlace  int64                     `json:"head_sequence"`
	Receipt    *receipt.Receipt          `json:"receipt,omitempty"` // of an accepted one
}

// command is the command as the rules read it, with the data that is shown, and the names of what is not.
func (c Command) command() (casefile.Command, []string, error) {
	data, hidden := map[string]any{}, []string(nil)
	for name, f := range c.Fields {
		if f.Shown() {
			data[name] = f.Value
		} else {
			hidden = append(hidden, name)
		}
	}
	if c.Unreadable || c.Withheld {
		hidden = append(hidden, "")
	}
	out := casefile.Command{ID: c.ID, Case: c.Case, Sequence: c.Sequence, Name: c.Name, By: c.By, At: c.At, IfRevision: c.IfRevision}
	var err error
	if len(c.Fields) > 0 {
		out.Data, err = json.Marshal(data)
	}
	return out, hidden, err
}

// Deadline is one deadline that came.
type Deadline struct {
	Name    string          `json:"name"`
	Due     time.Time       `json:"due_at"`
	Noticed time.Time       `json:"noticed_at"`
	Moved   bool            `json:"moved,omitempty"` // it was noticed too late, and moved (PROCEDURE 12, R3)
	Facts   *casefile.Facts `json:"facts,omitempty"`
}

// Transfer is one line of the ledger with its postings.
type Transfer struct {
	Case string    `json:"case"`
	At   time.Time `json:"at"`
	ledger.Transfer
}

// Policy is the pinned policy as its keys were resolved when the order was registered.
type Policy struct {
	Version string            `json:"version"`
	Terms   policy.OrderTerms `json:"terms"`
}

// Decision is a decision that was made known, with what it rests on. A decision of a panel has no findings of its own; the
// votes are among the commands.
type Decision struct {
	Case       string            `json:"case"`
	Sequence   int64             `json:"sequence"` // of the event that made it known
	ID         string            `json:"id"`
	By         string            `json:"by"`
	At         time.Time         `json:"at"`
	Outcome    string            `json:"outcome"`
	Refund     money.Minor       `json:"refund"`
	Release    money.Minor       `json:"release"`
	Return     bool              `json:"return,omitempty"`
	Reasons    string            `json:"reasons"`
	RecordHash string            `json:"record_hash"`
	Findings   []dispute.Finding `json:"findings,omitempty"`
}

// Evidence is one file that was handed in. Path is where its bytes are in the bundle, Shown what was made of it for readers who
// did not hand it in; neither: only the hash is for this audience, or there is nothing left to include.
type Evidence struct {
	ID     string        `json:"id"`
	Case   string        `json:"case"`
	SHA256 casefile.Hash `json:"sha256"`
	Size   int64         `json:"size"`
	Type   string        `json:"content_type"`
	Path   string        `json:"path,omitempty"`
	Shown  *Image        `json:"shown,omitempty"`

	Missing bool `json:"missing,omitempty"` // the platform has lost it
}

// Image is what was made of the pixels of an image that was handed in, and is shown in its place.
type Image struct {
	SHA256 casefile.Hash `json:"sha256"`
	Size   int64         `json:"size"`
	Type   string        `json:"content_type"`
	Path   string        `json:"path,omitempty"` // empty: the platform has lost it
}
