// Package seed fills a sandbox with an order in every state and a dispute in every status, so that whoever starts the
// system for the first time finds something to look at. Everything is done as a marketplace would do it: through the public
// API, with the generated client, on a test clock.
//
// Every request has a key that is always the same, so a seed that was interrupted at any point is simply begun again: what
// was done is answered as it was the first time, and the rest follows.
package seed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/domain/standing"
)

// begin is where the clock stands before anything has happened, and present where it stands when all is seeded.
var (
	begin   = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	present = begin.Add(40 * day)
)

const day = 24 * time.Hour

// Seeded is what a seed has made.
type Seeded struct {
	Clock  string   `json:"clock"`
	People []Person `json:"people"`
	Cases  []Case   `json:"cases"`

	Standings []Standing `json:"-"` // of the sellers of whom something is recorded, as Look found them
}

// Standing is how an account stands.
type Standing struct {
	Case  string
	State client.StandingState
}

// Case is one order and, where it has one, its dispute.
type Case struct {
	Story   string `json:"story"`
	Order   string `json:"order"`
	Dispute string `json:"dispute,omitempty"`

	State  client.OrderState `json:"-"` // as Look found it
	Status client.Status     `json:"-"` // of the dispute
}

// Run makes everything that is not there yet. The client signs in as the platform.
func Run(ctx context.Context, api *client.Client) (Seeded, error) {
	t := &teller{api: api, accounts: map[string]string{}}
	if err := t.setStage(ctx); err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	tales := make([]*tale, len(stories))
	for i, s := range stories {
		tales[i] = &tale{story: s}
	}
	for _, next := range agenda(tales) {
		if err := t.turn(ctx, next.at); err != nil {
			return Seeded{}, fmt.Errorf("seed %s: %w", next.tale.name, err)
		}
		if err := next.act(ctx, t, next.tale); err != nil {
			return Seeded{}, fmt.Errorf("seed %s: %s on day %s: %w", next.tale.name, next.what, inDays(next.at), err)
		}
	}
	if err := t.turn(ctx, present.Sub(begin)); err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	if err := t.runDown(ctx, tales); err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	if err := t.detect(ctx); err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	seeded := Seeded{Clock: t.clock, People: t.people}
	for _, told := range tales {
		seeded.Cases = append(seeded.Cases, Case{Story: told.name, Order: told.order, Dispute: told.dispute})
	}
	return seeded, nil
}

// entry is one act of one story.
type entry struct {
	step
	tale *tale
}

// agenda is all acts of all stories by their time. What happens in the clock's last instant, and must find the clock
// there, is left to runDown.
func agenda(tales []*tale) []entry {
	var all []entry
	for _, told := range tales {
		for _, s := range told.steps {
			if s.at < present.Sub(begin) {
				all = append(all, entry{s, told})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	return all
}

// runDown does what happens in the last instant, and looks whether every story stands where it should. When the clock has
// gone on since an earlier seed, the stories have too, and there is nothing to look at.
func (t *teller) runDown(ctx context.Context, tales []*tale) error {
	for _, told := range tales {
		for _, s := range told.steps {
			if s.at < present.Sub(begin) {
				continue
			}
			if err := s.act(ctx, t, told); err != nil {
				return fmt.Errorf("%s: %s: %w", told.name, s.what, err)
			}
		}
	}
	if t.now.After(present) {
		return nil
	}
	for _, told := range tales {
		c := Case{Order: told.order, Dispute: told.dispute}
		if err := c.look(ctx, t.api); err != nil {
			return fmt.Errorf("%s: %w", told.name, err)
		}
		if c.State != told.state || c.Status != told.status {
			return fmt.Errorf("%s: wanted %s %s, got %s %s", told.name, told.state, told.status, c.State, c.Status)
		}
	}
	return nil
}

// detect has the detectors look at what was told, and sees that the tracking number that was used again has opened a case. Asked again
// it finds nothing twice.
func (t *teller) detect(ctx context.Context) error {
	page, err := client.Result[client.DetectionPage](t.api.RunDetectors(ctx, t.clock, nil, client.RunDetectorsJSONRequestBody{}, client.Key("seed-detectors")))
	if err != nil {
		return fmt.Errorf("run the detectors: %w", err)
	}
	if !slices.ContainsFunc(page.Data, func(d client.Detection) bool {
		return d.Detector == client.DetectorTracking && d.Subject == t.accounts["Reef"]
	}) {
		return fmt.Errorf("the detectors have found %d things, and not that a tracking number was used again", len(page.Data))
	}
	return nil
}

// Look reads where every case and every seller stands now.
func (s *Seeded) Look(ctx context.Context, api *client.Client) error {
	for i := range s.Cases {
		if err := s.Cases[i].look(ctx, api); err != nil {
			return fmt.Errorf("look at %s: %w", s.Cases[i].Story, err)
		}
	}
	s.Standings = nil
	for _, p := range s.People {
		if p.Role != casefile.Seller {
			continue
		}
		found, err := client.Result[client.Standing](api.GetStanding(ctx, p.Account, nil))
		if err != nil {
			return fmt.Errorf("look at the standing of %s: %w", p.Name, err)
		}
		if len(found.Entries)+len(found.Measures) > 0 {
			s.Standings = append(s.Standings, Standing{Case: standing.CaseID(p.Account), State: found.State})
		}
	}
	return nil
}

func (c *Case) look(ctx context.Context, api *client.Client) error {
	order, err := client.Result[client.Order](api.GetOrder(ctx, c.Order, nil))
	if err != nil {
		return fmt.Errorf("read %s: %w", c.Order, err)
	}
	c.State = order.State
	if c.Dispute == "" {
		return nil
	}
	dispute, err := client.Result[client.Dispute](api.GetDispute(ctx, c.Dispute, nil))
	if err != nil {
		return fmt.Errorf("read %s: %w", c.Dispute, err)
	}
	c.Status = dispute.Status
	return nil
}

// inDays writes a time on the clock as the stories do.
func inDays(d time.Duration) string { return fmt.Sprintf("%g", d.Hours()/24) }
