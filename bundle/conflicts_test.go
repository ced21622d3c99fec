package bundle_test

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/play"
)

// entangle gives some reviewers and supervisors a link or earlier cases with a party of the story, others none.
func (p *player) entangle(by *rand.Rand) (linked int) {
	buyer, seller := p.story.Orders[0].Buyer, p.story.Orders[0].Seller
	party := func() string { return []string{buyer, seller}[by.IntN(2)] }
	for i := range p.world.Reviewers {
		c := &p.world.Reviewers[i]
		switch by.IntN(5) {
		case 0:
			with := party()
			c.Linked, c.Kinds = append(c.Linked, with), map[string][]string{with: {"devicecanary"}}
			linked++
		case 1, 2:
			for range 1 + by.IntN(3) {
				c.Duties = append(c.Duties, casefile.PastDuty{Case: "dsp_" + string(rune('a'+by.IntN(26))), Party: party(), At: paid.Add(-time.Duration(by.IntN(80)) * 24 * time.Hour)})
			}
		}
	}
	return linked
}

// TestAPartyLearnsOfNoLinkAndDecidesTheCaseAgain plays stories in which reviewers are linked to the parties or had cases with them.
// Every reader comes to the same by the rules; the parties without a word of who is linked to whom, or how.
func TestAPartyLearnsOfNoLinkAndDecidesTheCaseAgain(t *testing.T) {
	linked, told, waived, drawn, withheld := 0, 0, 0, 0, 0
	for _, story := range stories(t) {
		if !slices.ContainsFunc(story.Parties, func(p play.Party) bool { return p.Role == string(casefile.Reviewer) }) {
			continue
		}
		p := newPlayer(t, story)
		if len(p.world.Reviewers) > 1 { // enough for a panel, whatever speaks against some
			for _, id := range []string{"rev_u", "rev_v", "rev_w", "rev_x", "rev_y"} {
				p.world.Reviewers = append(p.world.Reviewers, casefile.Candidate{ID: id, Role: casefile.Reviewer, Linked: []string{id}})
			}
		}
		if sits := func(s play.Step) bool { return s.Do == "vote" }; slices.ContainsFunc(story.Steps, sits) {
			// Its own reviewers must decide for there to be an appeal; the draw of the panel passes over one of the others.
			last, buyer := &p.world.Reviewers[len(p.world.Reviewers)-1], story.Orders[0].Buyer
			last.Linked, last.Kinds = []string{last.ID, buyer}, map[string][]string{buyer: {"devicecanary"}}
			linked++
		} else {
			name := sha256.Sum256([]byte(story.Name))
			linked += p.entangle(rand.New(rand.NewPCG(3, binary.BigEndian.Uint64(name[:])))) // its own chance: another story changes nothing for this one
		}
		p.run(func() {})
		for _, id := range slices.Sorted(keys(p.disputes)) {
			d := p.world.Dispute(p.disputes[id])
			for _, e := range p.events[d.ID] {
				if e.Data["conflict_waived"] == true {
					waived++
				}
				if e.Type == casefile.PanelDrawn && e.Data["conflicts"] != nil {
					drawn++
				}
			}
			for _, reader := range []casefile.Actor{{ID: d.Buyer, Role: casefile.Buyer}, {ID: d.Seller, Role: casefile.Seller},
				{ID: "otto", Role: casefile.Operator}, {ID: "ann", Role: casefile.Auditor}, {ID: "rev_u", Role: casefile.Reviewer}} {
				text := p.bundle(d.ID, reader)
				r := open(t, text)
				_, err := bundle.Verify(r, published())
				require.NoError(t, err, "%s as %s", story.Name, reader.Role)
				_, err = bundle.Replay(r)
				require.NoError(t, err, "%s as %s", story.Name, reader.Role)
				says := unpacked(t, text)
				if reader.Role == casefile.Buyer || reader.Role == casefile.Seller {
					for _, word := range []string{"devicecanary", "linked_to_party", `"linked"`, `"kinds"`, `"links"`, `"why":"earlier_case"`} {
						require.False(t, strings.Contains(says, word), "%s of %s as %s", word, story.Name, reader.Role)
					}
					withheld += strings.Count(says, `"excluded":true`)
				} else {
					told += strings.Count(says, "devicecanary")
					require.False(t, strings.Contains(says, `"excluded":true`))
				}
			}
		}
	}
	t.Logf("%d linked, told %d times to who works with cases; %d waived, %d draws with conflicts, %d times withheld", linked, told, waived, drawn, withheld)
	for _, n := range []int{linked, told, waived, drawn, withheld} {
		require.Positive(t, n)
	}
}

// TestALinkAndAnEarlierCaseLookTheSameToAParty: who compares bundles of two cases must not find out which of the two it was.
func TestALinkAndAnEarlierCaseLookTheSameToAParty(t *testing.T) {
	facts := func(dora casefile.Candidate) string {
		r, d, _ := decidedCase(t, casefile.Buyer)
		dora.ID, dora.Role = "dora", casefile.Reviewer
		at := slices.IndexFunc(r.commands[d.ID], func(c bundle.Trigger) bool { return c.Command.Name == "decide" })
		facts := r.commands[d.ID][at].Facts
		facts.Reviewers = append(slices.Clone(facts.Reviewers), dora)
		for line := range strings.SplitSeq(unpacked(t, r.bundle(d.ID, casefile.Actor{ID: d.Buyer, Role: casefile.Buyer})), "\n") {
			if _, facts, is := strings.Cut(line, `"facts"`); is && strings.Contains(line, `"name":"decide"`) {
				return facts
			}
		}
		require.Fail(t, "no decision")
		return ""
	}
	linked := facts(casefile.Candidate{Linked: []string{"dora", "bolt"}, Kinds: map[string][]string{"bolt": {"device"}}})
	earlier := facts(casefile.Candidate{Duties: []casefile.PastDuty{{Case: "dsp_9", Party: "bolt", At: paid}}})
	require.Equal(t, linked, earlier)
	require.Contains(t, linked, `"excluded":true`)
	require.NotContains(t, facts(casefile.Candidate{Linked: []string{"dora", "somebody"}}), `"excluded":true`)
}
