package simulation_test

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/review"
	"recourse/play"
)

// desk is what a story's steps refer to besides offers and requests: items of evidence and announced uploads by their names or
// files, records that were read for a later decision, and what was answered to steps that are sent at once.
type desk struct {
	items   map[string]string
	uploads map[string]string
	hashes  map[int]string
	groups  map[string][]int        // statuses
	scans   map[string]dispute.Scan // by evidence
}

func newDesk() desk {
	return desk{items: map[string]string{}, uploads: map[string]string{}, hashes: map[int]string{}, groups: map[string][]int{}, scans: map[string]dispute.Scan{}}
}

// learn keeps what the step's name stands for.
func (s *stage) learn(step play.Step, answer casefile.Answer) {
	if id, ok := answer.Result["upload"].(string); ok && step.As != "" {
		s.uploads[step.As] = id
	}
	if id, ok := answer.Result["evidence"].(string); ok && step.Do == "submit_evidence" {
		for _, name := range []string{step.As, step.Fields["file"].Text} {
			s.items[name] = id
		}
	}
}

// resolve puts identifiers in the place of names.
func (s *stage) resolve(step play.Step, data map[string]any) {
	for field, names := range map[string]map[string]string{"request": s.requests, "item": s.items, "upload": s.uploads} {
		if name, ok := data[field].(string); ok {
			data[field] = names[name]
		}
	}
	if file, ok := data["file"].(string); ok && (step.Do == "announce_upload" || step.Do == "submit_evidence") {
		data["sha256"], data["size"] = fmt.Sprintf("%x", sha256.Sum256([]byte(file))), len(file)
	}
	wish := dispute.Scan(step.Fields["scan"].Text)
	delete(data, "scan")
	s.world.Scanner = func(evidence string) dispute.Scan { // a file is looked at in the instant of its receipt, so it is this step's
		if _, asked := s.scans[evidence]; !asked {
			s.scans[evidence] = map[dispute.Scan]dispute.Scan{"": dispute.ScanClean, "never": dispute.ScanPending}[wish]
			if wish == dispute.ScanInfected || wish == dispute.ScanUnscannable {
				s.scans[evidence] = wish
			}
		}
		return s.scans[evidence]
	}
	if step.Do == "snooze" {
		data["until"] = paid.Add(step.Fields["until"].Length)
	}
	if findings := step.Fields["findings"].Findings; findings != nil {
		given := make([]dispute.Finding, len(findings))
		for i, f := range findings {
			given[i] = dispute.Finding{Claim: f.Claim, Holds: f.Holds, Rule: f.Rule}
			for _, name := range f.Evidence {
				given[i].Evidence = append(given[i].Evidence, s.items[name])
			}
		}
		data["findings"] = given
	}
}

// ask sends a command, unless who asks has no business with it at all.
func (s *stage) ask(target string, step play.Step, by casefile.Actor, data map[string]any) (casefile.Answer, error) {
	if step.Refused == string(casefile.NotAllowed) && !slices.ContainsFunc(access.Relations, func(to access.Relation) bool {
		return access.Allowed(step.Do, by.Role, to)
	}) {
		return casefile.Answer{Refused: casefile.NotAllowed}, nil
	}
	if file, ok := data["file"].(string); ok && step.Do == "inspect_return" { // what an inspection shows is handed in first
		handed, err := s.world.Do(target, "submit_evidence", by, map[string]any{"type": "photo_of_package", "file": file})
		if err != nil {
			return handed, err
		}
		data["file"] = handed.Result["evidence"]
	}
	return s.world.Do(target, verb(step.Do), by, data)
}

// latestOffer is the other side's offer that stands, else its last one, else the last of all.
func (s *stage) latestOffer(id string, by casefile.Role) string {
	var last, theirs, standing string
	for _, o := range s.world.Dispute(id).Offers {
		last = o.ID
		if o.By != by {
			theirs = o.ID
			if o.State == dispute.Standing {
				standing = o.ID
			}
		}
	}
	return cmp.Or(standing, theirs, last)
}

// link changes how accounts are linked, which is no command of a case, and has the reviews of those counted anew who are another person by it.
func (s *stage) link(step play.Step) bool {
	if step.Do != "link_accounts" && step.Do != "unlink_accounts" {
		return false
	}
	tie := [3]string{step.Fields["party"].Text, step.Fields["to"].Text, step.Fields["kind"].Text}
	concerned := s.person(tie[0])
	if step.Do == "link_accounts" {
		s.ties = append(s.ties, tie)
		concerned = s.person(tie[0])
	} else {
		s.ties = slices.DeleteFunc(s.ties, func(t [3]string) bool { return t == tie || t == [3]string{tie[1], tie[0], tie[2]} })
	}
	var everybody []string
	for _, p := range s.story.Parties {
		everybody = append(everybody, p.Name)
		s.world.Persons[p.Name] = s.person(p.Name)[1:]
	}
	for i := range s.world.Reviewers {
		c := &s.world.Reviewers[i]
		c.Linked = slices.DeleteFunc(slices.Clone(everybody), func(id string) bool { return id != c.ID && !s.linked(c.ID, id) })
	}
	if tie[2] == "person" {
		s.recount(concerned)
	}
	return true
}

// person are an account and all others of the same person.
func (s *stage) person(account string) []string {
	all := []string{account}
	for i := 0; i < len(all); i++ {
		for _, t := range s.ties {
			for end, id := range t[:2] {
				if t[2] == "person" && id == all[i] && !slices.Contains(all, t[1-end]) {
					all = append(all, t[1-end])
				}
			}
		}
	}
	return all
}

// linked: one person, or any account of the one with any of the other.
func (s *stage) linked(a, b string) bool {
	own, theirs := s.person(a), s.person(b)
	return slices.Contains(own, b) || slices.ContainsFunc(s.ties, func(t [3]string) bool {
		return slices.Contains(own, t[0]) && slices.Contains(theirs, t[1]) || slices.Contains(own, t[1]) && slices.Contains(theirs, t[0])
	})
}

func (s *stage) recount(accounts []string) {
	var published []review.Review
	for _, c := range s.world.Cases {
		if r, is := c.(review.Review); is && r.Public() && slices.Contains(accounts, r.Buyer) {
			published = append(published, r)
		}
	}
	slices.SortFunc(published, func(a, b review.Review) int {
		return cmp.Or(a.PublishedAt.Compare(b.PublishedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, r := range published {
		answer, err := s.world.Do(r.ID, "recount", casefile.Links, review.Recount{Change: "rct_1"})
		require.NoError(s, err)
		require.True(s, answer.Accepted())
	}
}

// readBefore keeps the records that decisions after an instant were made on, as they stood when all steps of theirs were done.
func (s *stage) readBefore(at time.Duration) {
	for _, step := range s.story.Steps {
		read, names := step.Fields["read"]
		if _, done := s.hashes[step.Number]; !names || done || read.Length >= at {
			continue
		}
		require.NoError(s, s.world.Advance(paid.Add(read.Length)))
		id := s.only[step.Order]
		if step.Dispute != "" {
			id = s.disputes[step.Dispute]
		}
		s.hashes[step.Number] = s.world.Dispute(id).RecordHash()
	}
}

// together holds the answers of steps that are sent at once against the list of what is expected, in any order.
func (s *stage) together() {
	for _, step := range s.story.Steps {
		if len(step.AnyOrder) == 0 {
			continue
		}
		require.ElementsMatch(s, step.AnyOrder, s.groups[step.Together], "%s:%d", s.story.File, step.Line)
	}
}

// statusOf is how the API answers in a group of steps.
func statusOf(a casefile.Answer) int {
	switch {
	case a.Accepted():
		return 200
	case a.Refused == casefile.NotAllowed:
		return 403
	}
	return 409
}
