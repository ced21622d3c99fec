package bundle_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// panelCase is a dispute with an appeal of each party, a panel, and a member who was set aside.
func panelCase(t testing.TB) (*recorder, string) {
	r := newRecorder(t)
	p := &player{recorder: r}
	for _, id := range []string{"cleo", "dora", "emil", "fay", "gus", "hal"} {
		r.world.Reviewers = append(r.world.Reviewers, casefile.Candidate{ID: id, Role: casefile.Reviewer, Linked: []string{id}})
	}
	r.world.Reviewers = append(r.world.Reviewers, casefile.Candidate{ID: "sue", Role: casefile.Supervisor, Linked: []string{"sue"}})
	buyer, seller, sue := casefile.Actor{ID: "ada", Role: casefile.Buyer}, casefile.Actor{ID: "bolt", Role: casefile.Seller}, casefile.Actor{ID: "sue", Role: casefile.Supervisor}
	type m = map[string]any
	do := func(to, name string, who casefile.Actor, data any) casefile.Answer {
		a := p.do(to, name, who, data)
		require.True(t, a.Accepted(), "%s: %+v", name, a)
		return a
	}
	do("ord_1", "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, m{"buyer": "ada", "seller": "bolt", "currency": "EUR", "shipping": 350,
		"paid_at": paid, "ship_by": paid.Add(48 * time.Hour), "guaranteed_by": paid.Add(20 * 24 * time.Hour), "terms": p.terms(), "postcode": "75011",
		"lines": []m{{"sku": "LAMP-7", "title": "Lamp", "quantity": 1, "price": 4200}}})
	do("ord_1", "ship", seller, m{"carrier": "courier", "tracking": "T-1"})
	do("ord_1", "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, m{"strength": "strong"})
	dsp := do("ord_1", "open_dispute", buyer, m{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "Cracked."}).Result["dispute"].(string)
	offer := do(dsp, "offer", seller, m{"remedy": "refund_partial", "amount": 500}).Result["offer"]
	do(dsp, "reject_offer", buyer, m{"offer": offer})
	do(dsp, "escalate", buyer, nil)
	require.NoError(t, r.world.Advance(r.world.Now.Add(6*24*time.Hour)))
	do(dsp, "decide", casefile.Actor{ID: r.world.Dispute(dsp).Bench.Reviewer, Role: casefile.Reviewer}, m{"outcome": "decided_for_buyer", "refund": 4550, "release": 0, "reasons": "It was cracked."})
	do(dsp, "appeal", seller, m{"text": "It was whole.\r\n„Ganz“"})
	do(dsp, "appeal", buyer, m{"text": "And the fare?"})
	do(dsp, "object_to_reviewer", seller, m{"reviewer": r.world.Dispute(dsp).Panel.Members[1], "text": "I know him."})
	do(dsp, "rule_objection", sue, m{"upheld": true})
	return r, dsp
}

// forge records the log of a case otherwise, as whoever has every key could, and returns the bundle of its seller.
func (r *recorder) forge(dsp string, change func(*casefile.Event)) []byte {
	var log []casefile.Record
	for _, was := range r.events[dsp] {
		var prev casefile.Hash
		if n := len(log); n > 0 {
			prev = log[n-1].Hash
		}
		e := was.Event
		e.Data = maps.Clone(e.Data)
		change(&e)
		sealed, err := casefile.Seal(dsp, prev, e, r.entropy)
		require.NoError(r.t, err)
		log = append(log, sealed)
	}
	r.events[dsp] = log
	for i := range r.commands[dsp] {
		if c := &r.commands[dsp][i]; c.HeadPlace > 0 {
			c.Head = log[c.HeadPlace-1].Hash
		}
	}
	return r.bundle(dsp, casefile.Actor{ID: "bolt", Role: casefile.Seller})
}

// drawAgain makes seed, candidates and members of a draw what its nonce and its appeals say.
func drawAgain(data map[string]any) {
	seed := dispute.Seed(data["nonce"].(string), list(data["appeals"])...)
	candidates := list(data["candidates"])
	slices.SortFunc(candidates, func(a, b string) int { return strings.Compare(dispute.Rank(seed, a), dispute.Rank(seed, b)) })
	data["seed"], data["candidates"], data["members"] = seed, candidates, candidates[:3]
}

func list(v any) []string {
	switch v := v.(type) {
	case []string:
		return slices.Clone(v)
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, item.(string))
		}
		return out
	}
	return nil
}

// Nobody sits twice for one who was set aside: the draw that is told again has the next of the candidates.
func TestWhoWasSetAsideIsReplacedOnce(t *testing.T) {
	r, dsp := panelCase(t)
	was := r.events[dsp]
	i := slices.IndexFunc(was, func(e casefile.Record) bool { return e.Type == casefile.PanelDrawn && e.Data["replaces"] != nil })
	require.GreaterOrEqual(t, i, 0)
	again := was[i]
	r.events[dsp] = slices.Insert(slices.Clone(was), i+1, again)
	place := int64(0)
	text := r.forge(dsp, func(e *casefile.Event) {
		if place++; place == int64(i)+2 {
			e.Data["members"] = append(list(e.Data["members"]), list(e.Data["candidates"])[0])
		}
		e.Sequence = place
	})
	require.ErrorContains(t, verify(t, text), "it replaces somebody else than who was set aside")
}

func TestADrawThatWasNotBoundIsNamed(t *testing.T) {
	type data = map[string]any
	for _, c := range []struct {
		what  string
		harm  func(first data)      // of the draw of the panel
		next  func(data, []string)  // of the draw for a member who was set aside, with the members before
		other func(*casefile.Event) // of any event
		at    int                   // which of the two is wrong
		says  string                // empty: neither
	}{
		{what: "nothing"},
		{what: "a nonce that pleased more", harm: func(d data) { d["nonce"] = "another"; drawAgain(d) }, says: "its nonce is not the one that was committed to"},
		{what: "a commitment that came with the draw", harm: func(d data) { d["nonce"] = "another"; d["commitment"] = dispute.Hash("another"); drawAgain(d) }, says: "its commitment is not that of the decision"},
		{what: "a decision without a commitment", other: func(e *casefile.Event) {
			if e.Type == casefile.DisputeDecided {
				delete(e.Data, "draw_commitment")
			}
		}, says: "its commitment is not that of the decision"},
		{what: "an appeal that pleased more", harm: func(d data) { d["appeals"] = []string{dispute.Hash("x"), list(d["appeals"])[1]}; drawAgain(d) }, says: "its appeals are not the hashes"},
		{what: "an appeal left out", harm: func(d data) { d["appeals"] = list(d["appeals"])[:1]; drawAgain(d) }, says: "its appeals are not the hashes"},
		{what: "appeals in another order", harm: func(d data) { a := list(d["appeals"]); slices.Reverse(a); d["appeals"] = a; drawAgain(d) }, says: "its appeals are not the hashes"},
		{what: "another text of an appeal", other: func(e *casefile.Event) {
			if e.Type == casefile.DisputeAppealed {
				e.Data["text"] = "No."
			}
		}, says: "its appeals are not the hashes"},
		{what: "another seed", harm: func(d data) { d["seed"] = dispute.Hash("x") }, says: "its seed is not that"},
		{what: "a reviewer of the day after", harm: func(d data) { d["candidates"] = append(list(d["candidates"]), "new"); drawAgain(d) }, says: "no reviewer when the decision was made known: new"},
		{what: "a candidate who is passed over in silence", harm: func(d data) { d["candidates"] = list(d["candidates"])[1:]; drawAgain(d) }, says: "nothing is said of who was a reviewer when the decision was made known"},
		{what: "the next who is passed over in silence", at: 1, next: func(d data, was []string) {
			d["candidates"] = list(d["candidates"])[1:]
			d["members"] = append(was, list(d["candidates"])[0])
		}, says: "nothing is said of who was a reviewer when the decision was made known"},
		{what: "other ranks", harm: func(d data) { a := list(d["candidates"]); slices.Reverse(a); d["candidates"], d["members"] = a, a[:3] }, says: "not in the order of their ranks"},
		{what: "somebody twice", harm: func(d data) {
			a := list(d["candidates"])
			d["candidates"], d["members"] = slices.Insert(a, 0, a[0]), slices.Insert(a, 0, a[0])[:3]
		}, says: "not in the order of their ranks"},
		{what: "members of another's choice", harm: func(d data) { a := list(d["candidates"]); d["members"] = []string{a[0], a[1], a[3]} }, says: "its members are not the first"},
		{what: "nobody", harm: func(d data) { d["members"] = []string{} }, says: "its members are not the first"},
		{what: "nobody could be drawn", harm: func(d data) { d["candidates"], d["members"] = []string{}, []string{} }, says: "its members are not the first"},
		{what: "another nonce for the next", at: 1, next: func(d data, _ []string) { d["nonce"] = "another" }, says: "its nonce is not the one that was committed to"},
		{what: "not the next", at: 1, next: func(d data, was []string) { d["members"] = append(was, list(d["candidates"])[1]) }, says: "its members are not the first"},
		{what: "somebody else went", at: 1, next: func(d data, was []string) { d["replaces"] = was[0] }, says: "it replaces somebody else"},
		{what: "the panel was drawn anew", at: 1, next: func(d data, _ []string) { delete(d, "replaces"); d["members"] = list(d["candidates"]) }, says: "it replaces somebody else"},
		{what: "an objection that was not upheld", at: 1, other: func(e *casefile.Event) {
			if e.Type == casefile.ObjectionRuled {
				e.Data["upheld"] = false
			}
		}, says: "it replaces somebody else"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r, dsp := panelCase(t)
			var where []string
			text := r.forge(dsp, func(e *casefile.Event) {
				if c.other != nil {
					c.other(e)
				}
				if e.Type != casefile.PanelDrawn {
					return
				}
				if e.Data["replaces"] == nil && c.harm != nil {
					c.harm(e.Data)
				}
				if e.Data["replaces"] != nil && c.next != nil {
					was := list(e.Data["members"])
					c.next(e.Data, was[:len(was)-1])
				}
				where = append(where, fmt.Sprintf("event %d of %s", e.Sequence, dsp))
			})
			require.Len(t, where, 2)
			err := verify(t, text)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			var fault *bundle.Fault
			require.ErrorAs(t, err, &fault)
			require.Equal(t, where[c.at], fault.Where, err)
			require.ErrorContains(t, err, c.says)
		})
	}
}
