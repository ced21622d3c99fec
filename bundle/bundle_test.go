package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// audiences are who takes a bundle of a dispute away.
func audiences(d dispute.Dispute) []casefile.Actor {
	list := []casefile.Actor{{ID: d.Buyer, Role: casefile.Buyer}, {ID: d.Seller, Role: casefile.Seller}, {ID: "gwen", Role: casefile.Supervisor},
		{ID: "otto", Role: casefile.Operator}, {ID: "platform", Role: casefile.Platform}, {ID: "ann", Role: casefile.Auditor}, {ID: "uninvolved", Role: casefile.Reviewer}}
	if d.Bench.Reviewer != "" {
		list = append(list, casefile.Actor{ID: d.Bench.Reviewer, Role: casefile.Reviewer})
	}
	if d.Panel != nil {
		for _, member := range d.Panel.Members {
			list = append(list, casefile.Actor{ID: member, Role: casefile.Reviewer})
		}
	}
	return list
}

// unpacked is everything that a bundle says, as text.
func unpacked(t testing.TB, text []byte) string {
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	var all strings.Builder
	for _, f := range archive.File {
		all.WriteString(f.Name + "\n")
		require.Equal(t, time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), f.Modified.UTC(), "a date that the calendar has, and always the same")
		from, err := f.Open()
		require.NoError(t, err)
		_, err = io.Copy(&all, from)
		require.NoError(t, err)
		require.NoError(t, from.Close())
	}
	return all.String()
}

// TestEveryStoryVerifiesAndIsDecidedAgainForEveryReader plays every case file, and takes the bundle of each dispute away for
// each reader: at the end, and at every moment at which something is hidden that is known later.
func TestEveryStoryVerifiesAndIsDecidedAgainForEveryReader(t *testing.T) {
	bundles, hidden, stoodIn, passed := 0, 0, 0, 0
	moments := map[dispute.Status]int{}
	for _, story := range stories(t) {
		t.Run(story.Name, func(t *testing.T) {
			p := newPlayer(t, story)
			look := func(last bool) {
				for _, name := range slices.Sorted(keys(p.disputes)) {
					d := p.world.Dispute(p.disputes[name])
					if !last && !slices.Contains([]dispute.Status{dispute.WaitingSignature, dispute.AppealWindow, dispute.PanelReview}, d.Status) {
						continue
					}
					moments[d.Status]++
					readers := audiences(d)
					if testing.Short() { // one of them, in turns
						readers = readers[bundles%len(readers):][:1]
					}
					for i, by := range readers {
						text := p.bundle(d.ID, by)
						if i == 0 {
							require.Equal(t, text, p.bundle(d.ID, by), "the same case has the same bytes")
						}
						r := open(t, text)
						report, err := bundle.Verify(r, published())
						require.NoError(t, err, "%s as %s", d.ID, by.Role)
						require.True(t, report.Signed)
						again, err := bundle.Replay(r)
						require.NoError(t, err, "%s as %s", d.ID, by.Role)
						require.Len(t, again.Cases, 2)
						for i, id := range []string{d.ID, d.Order} {
							require.Equal(t, bundle.EndOf(p.world.Cases[id]), again.Cases[i].End)
							stoodIn, passed = stoodIn+again.Cases[i].StoodIn, passed+again.Cases[i].Passed
							hidden += report.Cases[i].Hidden
							require.Equal(t, len(p.events[id]), report.Cases[i].Events)
							require.Equal(t, len(p.commands[id]), report.Cases[i].Commands)
						}
						p.mayNotSee(d, by, unpacked(t, text))
						bundles++
					}
				}
			}
			p.run(func() { look(false) })
			look(true)
		})
	}
	t.Logf("%d bundles, %d fields hidden, %d commands decided with a stand-in, %d refused ones passed over, at %v", bundles, hidden, stoodIn, passed, moments)
	require.Positive(t, moments[dispute.WaitingSignature], "no story waits for a signature")
	require.Positive(t, moments[dispute.AppealWindow], "no story waits for an appeal")
	require.Positive(t, moments[dispute.PanelReview], "no story has a panel")
	require.Positive(t, stoodIn)
	require.Positive(t, passed)
}

// announced says that a decision was made known: one that a supervisor has not signed, or would not sign, never is.
func (p *player) announced(id, decision string) bool {
	return slices.ContainsFunc(p.events[id], func(e casefile.Record) bool {
		return e.Type == casefile.DisputeDecided && e.Data["decision"] == decision
	})
}

// mayNotSee looks for what must not be in a bundle, by rules that are written down here once more: texts of attempts that came to
// nothing, evidence where the reader runs the platform, decisions that no one has signed, why a reviewer gave a case back, votes before
// all are in, what a panel will be drawn by, and who reviewers are beside this case.
func (p *player) mayNotSee(d dispute.Dispute, by casefile.Actor, text string) {
	party := by.Role == casefile.Buyer || by.Role == casefile.Seller
	for _, secret := range []string{"acc_linkedcanary", "dsp_elsewherecanary", "acc_somebodycanary", `"load":3`} {
		require.NotContains(p.t, text, secret, "%s", by.Role)
	}
	votesHidden := d.Status == dispute.PanelReview && !d.Panel.Failed && len(d.Panel.Votes) < len(d.Panel.Members)
	for _, c := range p.commands[d.ID] {
		if nonce := c.Facts.Nonce; nonce != "" {
			drawn := slices.ContainsFunc(p.events[d.ID], func(e casefile.Record) bool { return e.Type == casefile.PanelDrawn && e.Data["nonce"] == nonce })
			require.Equal(p.t, drawn, strings.Contains(text, nonce), "the nonce of %s in %s, for %s", c.Command.Name, d.Status, by.Role)
		}
	}
	for _, id := range []string{d.ID, d.Order} {
		for _, c := range p.commands[id] {
			own := c.Command.By == by
			accepted := !bytes.Contains(c.Answer, []byte(`"refused"`))
			data := string(c.Command.Data)
			unsafe := slices.ContainsFunc(d.Items, func(i dispute.Item) bool {
				return i.ID == casefile.Derive("evd", c.Command.ID) && i.File != "" && i.Scan != dispute.ScanClean
			})
			for _, word := range strings.FieldsFunc(data, func(r rune) bool { return r == '"' || r == ' ' }) {
				if !strings.HasPrefix(word, "canary") {
					continue
				}
				forbidden := party && !own && unsafe ||
					!own && by.Role != casefile.Auditor && !accepted ||
					!own && by.Role != casefile.Auditor && c.Command.Name == "vote" && votesHidden ||
					party && c.Command.Name == "decide" && !p.announced(d.ID, casefile.Derive("dec", c.Command.ID)) ||
					party && (c.Command.Name == "release" || c.Command.Name == "snooze") ||
					(by.Role == casefile.Operator || by.Role == casefile.Platform) && (c.Command.Name == "submit_evidence" || c.Command.Name == "inspect_return")
				if forbidden {
					require.NotContains(p.t, text, word, "%s of %s, for %s", c.Command.Name, c.Command.By.ID, by.Role)
				} else {
					require.Contains(p.t, text, word, "%s of %s, for %s", c.Command.Name, c.Command.By.ID, by.Role)
				}
			}
		}
	}
	for _, item := range d.Items {
		if item.File == "" {
			continue
		}
		own := by.Role == item.By && item.Scan == dispute.ScanClean
		shown := by.Role != item.By && item.Scan == dispute.ScanClean && by.Role != casefile.Operator && by.Role != casefile.Platform
		require.Equal(p.t, own, strings.Contains(text, string(p.files[item.File])), "the original of %s for %s", item.ID, by.Role)
		require.Equal(p.t, shown, strings.Contains(text, string(p.shown[item.File])), "what is shown of %s for %s", item.ID, by.Role)
		require.Contains(p.t, text, fmt.Sprintf("%x", sha256.Sum256(p.files[item.File])))
	}
}
