package bundle_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
	"recourse/domain/disclosure"
	"recourse/domain/dispute"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/receipt"
	"recourse/domain/simulation"
	"recourse/play"
	"recourse/policies"

	"go.yaml.in/yaml/v3"
)

var paid = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// signer signs for the platform in these tests.
var signer = receipt.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))

func published() receipt.Keys { return receipt.Keys{signer.KeyID(): signer.Public()} }

// recorder keeps what a store would: the chain of each case, its commands and its deadlines.
type recorder struct {
	t         testing.TB
	world     *simulation.World
	entropy   *rand.ChaCha8
	events    map[string][]casefile.Record
	commands  map[string][]bundle.Trigger
	deadlines map[string][]bundle.Deadline
	transfers map[string][]bundle.Transfer
	files     map[string][]byte // bytes by the file's identifier
	shown     map[string][]byte // and of the images that were made of them
	policy    []byte
}

func newRecorder(t testing.TB) *recorder {
	r := &recorder{t: t, world: simulation.New(paid), entropy: rand.NewChaCha8([32]byte{1}), events: map[string][]casefile.Record{},
		commands: map[string][]bundle.Trigger{}, deadlines: map[string][]bundle.Deadline{}, transfers: map[string][]bundle.Transfer{}, files: map[string][]byte{}, shown: map[string][]byte{}}
	r.world.Watch = r.record
	return r
}

func (r *recorder) head(id string) casefile.Hash {
	if n := len(r.events[id]); n > 0 {
		return r.events[id][n-1].Hash
	}
	return casefile.Hash{}
}

func (r *recorder) record(s simulation.Step) {
	for _, e := range s.Change.Events {
		sealed, err := casefile.Seal(s.Case, r.head(s.Case), e, r.entropy)
		require.NoError(r.t, err)
		r.events[s.Case] = append(r.events[s.Case], sealed)
	}
	at := r.world.Now
	for _, t := range s.Change.Transfers {
		r.transfers[s.Case] = append(r.transfers[s.Case], bundle.Transfer{Case: s.Case, At: at, Transfer: t})
	}
	facts := s.Facts
	if s.Command == nil {
		r.deadlines[s.Case] = append(r.deadlines[s.Case], bundle.Deadline{Name: s.Due.Name, Due: s.Due.DueAt, Noticed: at, Facts: &facts})
		return
	}
	answer, err := json.Marshal(s.Answer)
	require.NoError(r.t, err)
	t := bundle.Trigger{Command: *s.Command, Answer: answer, Facts: &facts, Events: int64(len(s.Change.Events)), Head: r.head(s.Case), HeadPlace: int64(len(r.events[s.Case]))}
	t.Command.Sequence = int64(len(r.commands[s.Case])) + 1
	_, err = r.entropy.Read(t.Salt[:])
	require.NoError(r.t, err)
	r.commands[s.Case] = append(r.commands[s.Case], t)
}

func seq[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// source is a dispute with its order, as a store would give them.
func (r *recorder) source(dsp string) bundle.Source {
	order := r.world.Dispute(dsp).Order
	s := bundle.Source{About: dsp, Transfers: seq(r.transfers[order]), Policy: r.policy}
	var leaves []merkle.Leaf
	for _, id := range []string{dsp, order} {
		s.Cases = append(s.Cases, bundle.Case{ID: id, State: r.world.Cases[id], Head: r.head(id), At: r.world.Now, Events: seq(r.events[id]),
			Commands: seq(r.commands[id]), Deadlines: seq(r.deadlines[id])})
		half := r.events[id][len(r.events[id])/2]
		leaves = append(leaves, merkle.Leaf{Case: id, Sequence: half.Sequence, Head: half.Hash})
	}
	var hashes []casefile.Hash
	for _, l := range leaves {
		h, err := l.Hash()
		require.NoError(r.t, err)
		hashes = append(hashes, h)
	}
	for i, l := range leaves {
		s.Proofs = append(s.Proofs, merkle.Proof{Day: "2026-02-01", Root: merkle.Root(hashes), Size: 2, Index: int64(i), Leaf: l, Path: merkle.Path(hashes, i)})
	}
	for _, item := range r.world.Dispute(dsp).Items {
		if item.File != "" {
			content := r.files[item.File]
			f := bundle.File{Evidence: item.ID, Case: dsp, SHA256: sha256.Sum256(content), Size: int64(len(content)), Type: "image/jpeg"}
			if image, made := r.shown[item.File]; made {
				f.Shown = &bundle.Content{SHA256: sha256.Sum256(image), Size: int64(len(image)), Type: "image/jpeg"}
			}
			s.Files = append(s.Files, f)
		}
	}
	s.Open = func(hash casefile.Hash) (io.ReadCloser, error) {
		for _, kept := range []map[string][]byte{r.files, r.shown} {
			for _, content := range kept {
				if sha256.Sum256(content) == hash {
					return io.NopCloser(bytes.NewReader(content)), nil
				}
			}
		}
		return nil, fs.ErrNotExist
	}
	return s
}

func (r *recorder) bundle(dsp string, by casefile.Actor) []byte {
	var out bytes.Buffer
	require.NoError(r.t, bundle.Write(&out, r.source(dsp), bundle.Options{Eyes: eyes(by), Signer: signer}))
	return out.Bytes()
}

// eyes are those of domain/access: who runs the platform does not read evidence.
func eyes(by casefile.Actor) disclosure.Eyes {
	return disclosure.Eyes{By: by, Evidence: by.Role != casefile.Operator && by.Role != casefile.Platform}
}

func open(t testing.TB, text []byte) *bundle.Reader {
	t.Helper()
	r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	return r
}

// player acts a case file's steps in a recorded world, each text being a canary of its own. What the file expects is the
// business of domain/simulation.
type player struct {
	*recorder
	story    play.Story
	roles    map[string]casefile.Role
	disputes map[string]string
	only     map[string]string
	offers   map[string]string
	canaries int
	scans    map[string]dispute.Scan // by evidence
}

func stories(t testing.TB) []play.Story {
	all, problems, err := play.Load([]string{"../cases"})
	require.NoError(t, err)
	require.Empty(t, problems)
	require.NotEmpty(t, all)
	return all
}

func newPlayer(t testing.TB, s play.Story) *player {
	p := &player{recorder: newRecorder(t), story: s, roles: map[string]casefile.Role{}, disputes: map[string]string{}, only: map[string]string{}, offers: map[string]string{}, scans: map[string]dispute.Scan{}}
	for _, party := range s.Parties {
		role := casefile.Role(party.Role)
		p.roles[party.Name] = role
		if role == casefile.Reviewer || role == casefile.Supervisor {
			p.world.Reviewers = append(p.world.Reviewers, casefile.Candidate{ID: party.Name, Role: role, Linked: []string{party.Name, "acc_linkedcanary"}, Load: 3,
				Duties: []casefile.PastDuty{{Case: "dsp_elsewherecanary", Party: "acc_somebodycanary", At: paid}}})
		}
		if party.Reserve != nil {
			p.world.Funds.Reserve = party.Reserve.Minor
		}
	}
	terms := p.terms()
	for _, o := range s.Orders {
		reg := protection.Registration{Buyer: o.Buyer, Seller: o.Seller, Currency: o.Currency, Shipping: o.Shipping.Minor, PaidAt: paid,
			ShipBy: paid.Add(o.ShipBy), GuaranteedBy: paid.Add(o.GuaranteedBy), Programmes: o.Programmes, Postcode: o.Postcode, Terms: terms}
		for _, l := range o.Lines {
			reg.Lines = append(reg.Lines, protection.RegistrationLine{SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Price: l.Price.Minor, Category: l.Category})
		}
		p.do("ord_"+o.Name, "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, reg)
	}
	return p
}

func (p *player) terms() policy.OrderTerms {
	pinned := policies.Default()
	if len(p.story.Policy) > 0 {
		overrides := map[string]string{}
		for _, o := range p.story.Policy {
			overrides[o.Key] = fmt.Sprint(o.Value)
		}
		var err error
		pinned, err = pinned.Override(overrides)
		require.NoError(p.t, err)
	}
	var err error
	p.policy, err = yaml.Marshal(pinned)
	require.NoError(p.t, err)
	return pinned.ForOrder()
}

func (p *player) do(to, name string, by casefile.Actor, data any) casefile.Answer {
	answer, err := p.world.Do(to, name, by, data)
	require.NoError(p.t, err)
	return answer
}

var ofOrder = []string{"register_order", "ship", "deliver", "track", "confirm_receipt", "extend_protection", "grant_extension", "refuse_extension",
	"open_dispute", "chargeback", "close_chargeback", "cancel_order", "sign_goodwill"}

// run plays the whole story and calls look after every step, and at the end.
func (p *player) run(look func()) {
	for _, step := range p.story.Steps {
		require.NoError(p.t, p.world.Advance(paid.Add(step.At)))
		p.step(step)
		look()
	}
	require.NoError(p.t, p.world.Advance(paid.Add(900*24*time.Hour)))
	look()
}

func (p *player) step(step play.Step) {
	by := casefile.Actor{ID: step.By, Role: p.roles[step.By]}
	if by.Role == "" {
		by.Role = casefile.Role(step.By)
	}
	dsp := p.only[step.Order]
	if step.Dispute != "" {
		dsp = p.disputes[step.Dispute]
	}
	data := p.data(step)
	to := dsp
	switch {
	case slices.Contains(ofOrder, step.Do):
		to = "ord_" + step.Order
	case step.Do == "post_message" && step.Fields["to"].Text == "order":
		to = "ord_" + step.Order
	case step.Do == "declare_incident":
		to = "ord_" + p.story.Orders[0].Name
		data["from"], data["until"] = paid.Add(step.Fields["from"].Length), paid.Add(step.Fields["until"].Length)
		for _, id := range slices.Sorted(keys(p.world.Cases)) {
			if id != to && !p.world.Cases[id].Closed() {
				p.do(id, step.Do, casefile.Actor{Role: casefile.Operator}, data)
			}
		}
	}
	if to == "" || p.world.Cases[to] == nil {
		return // a verb of a part of the procedure that is no case of this bundle
	}
	p.scan(dispute.Scan(step.Fields["scan"].Text))
	answer := p.do(to, step.Do, by, data)
	if id, ok := answer.Result["dispute"].(string); ok && step.Do == "open_dispute" && answer.Accepted() {
		p.disputes[step.As], p.only[step.Order] = id, id
		p.do(id, "decide", casefile.Actor{ID: "mallory", Role: casefile.Reviewer}, map[string]any{"outcome": "decided_for_seller", "refund": 0, "release": 1, "reasons": p.canary("attempt")})
	}
	if id, ok := answer.Result["offer"].(string); ok && step.As != "" {
		p.offers[step.As] = id
	}
}

// scan lets the next file be scanned as its step says. It is looked at in the instant of its receipt.
func (p *player) scan(wish dispute.Scan) {
	switch wish {
	case "":
		wish = dispute.ScanClean
	case "never":
		wish = dispute.ScanPending
	}
	p.world.Scanner = func(evidence string) dispute.Scan {
		if p.scans[evidence] == "" {
			p.scans[evidence] = wish
		}
		return p.scans[evidence]
	}
}

// canary is a text that stands nowhere else.
func (p *player) canary(what string) string {
	p.canaries++
	return fmt.Sprintf("canary%04d%s", p.canaries, what)
}

func (p *player) data(step play.Step) map[string]any {
	data := map[string]any{}
	for field, v := range step.Fields {
		switch {
		case field == "scan":
		case v.Amount.Currency != "":
			data[field] = v.Amount.Minor
		case v.Length != 0:
			data[field] = policy.Duration(v.Length)
		case v.Text != "":
			data[field] = v.Text
		case v.Number != 0:
			data[field] = v.Number
		case v.Flag:
			data[field] = true
		case v.Names != nil:
			data[field] = v.Names
		}
	}
	for from, to := range map[string]string{"by_days": "by", "days": "days"} {
		if days, ok := data[from]; ok {
			data[to] = fmt.Sprintf("%vd", days)
		}
	}
	if refs := step.Fields["lines"].Lines; refs != nil {
		lines := []dispute.Line{}
		for _, r := range refs {
			lines = append(lines, dispute.Line{SKU: r.SKU, Quantity: r.Quantity})
		}
		data["lines"] = lines
	}
	for _, name := range []string{"text", "reasons"} {
		if text, ok := data[name].(string); ok && strings.TrimSpace(text) != "" {
			data[name] = p.canary(step.Do)
		}
	}
	dsp := p.only[step.Order]
	if step.Dispute != "" {
		dsp = p.disputes[step.Dispute]
	}
	switch step.Do {
	case "sign_goodwill":
		data["dispute"] = dsp
	case "snooze":
		data["until"] = paid.Add(step.Fields["until"].Length)
	case "submit_evidence":
		if data["file"] != nil {
			file := p.canary("file")
			p.files[file], p.shown[file] = []byte(p.canary("bytes")), []byte(p.canary("pixels"))
			data["file"], data["sha256"] = file, fmt.Sprintf("%x", sha256.Sum256(p.files[file]))
		}
	case "inspect_return":
		delete(data, "file")
		data["text"] = p.canary("inspection")
	case "accept_offer", "reject_offer", "withdraw_offer", "confirm_performance", "ship_replacement":
		if named, ok := data["offer"].(string); ok {
			data["offer"] = p.offers[named]
		} else if p.world.Cases[dsp] != nil {
			for _, o := range p.world.Dispute(dsp).Offers {
				if o.State == dispute.Standing && string(o.By) != string(p.roles[step.By]) {
					data["offer"] = o.ID
				}
			}
		}
	case "decide":
		data["record_hash"] = p.world.Dispute(dsp).RecordHash()
		data["findings"] = []dispute.Finding{{Claim: string(p.world.Dispute(dsp).Claim.Reason), Holds: data["refund"] != nil, Rule: "PROCEDURE 5"}}
	}
	return data
}

func keys[V any](m map[string]V) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
