package dispute_test

import (
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/simulation"
	"recourse/policies"
)

const (
	day   = 24 * time.Hour
	micro = time.Microsecond
)

// opening is when the dispute of a scene is opened, after payment.
const opening = 6 * day

// paid is when every order of these tests was paid.
var paid = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// fields is the data of a command.
type fields map[string]any

// The people of every scene.
var (
	ada      = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	bolt     = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	cleo     = casefile.Actor{ID: "cleo", Role: casefile.Reviewer} // the first who is asked
	dora     = casefile.Actor{ID: "dora", Role: casefile.Reviewer}
	sue      = casefile.Actor{ID: "sue", Role: casefile.Supervisor}
	sam      = casefile.Actor{ID: "sam", Role: casefile.Supervisor}
	operator = casefile.Actor{ID: "olga", Role: casefile.Operator}
	platform = casefile.Actor{ID: "market", Role: casefile.Platform}
	carrier  = casefile.Actor{ID: "upu", Role: casefile.Carrier}
	system   = casefile.Actor{Role: casefile.System}
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	require.TestingT
	Helper()
}

// scene is one order with at most one dispute, in a world without anything else. Times are counted from payment.
type scene struct {
	tester
	*simulation.World
	order, id string
}

// terms are the default policy's, read once.
var terms = sync.OnceValue(func() policy.OrderTerms { return policies.Default().ForOrder() })

// registered is a scene with a paid order: one lamp of 42.00 and 3.50 for its shipping, in euros.
func registered(t tester, change ...func(*protection.Registration)) *scene {
	t.Helper()
	s := &scene{tester: t, World: simulation.New(paid), order: "ord_1"}
	s.Reviewers = staff(6, 3)
	r := registration()
	for _, c := range change {
		c(&r)
	}
	s.must(s.order, "register_order", platform, r)
	return s
}

func registration() protection.Registration {
	return protection.Registration{Buyer: ada.ID, Seller: bolt.ID, Currency: "EUR", Country: "FR", Postcode: "75011", Shipping: 350, PaidAt: paid,
		ShipBy: paid.Add(10 * day), GuaranteedBy: paid.Add(20 * day), Terms: terms(),
		Lines: []protection.RegistrationLine{{SKU: "LAMP", Title: "Desk lamp", Quantity: 1, Price: 4200}}}
}

// staff are so many reviewers and supervisors, without any earlier case.
func staff(reviewers, supervisors int) []casefile.Candidate {
	var all []casefile.Candidate
	for _, name := range []string{"cleo", "dora", "emil", "fay", "gus", "hal"}[:reviewers] {
		all = append(all, casefile.Candidate{ID: name, Role: casefile.Reviewer, Linked: []string{name}})
	}
	for _, name := range []string{"sue", "sam", "sid"}[:supervisors] {
		all = append(all, casefile.Candidate{ID: name, Role: casefile.Supervisor, Linked: []string{name}})
	}
	return all
}

// delivered is a scene whose order came on the fifth day.
func delivered(t tester, change ...func(*protection.Registration)) *scene {
	t.Helper()
	s := registered(t, change...)
	s.at(day)
	s.must(s.order, "ship", bolt, fields{"carrier": "upu", "tracking": "RB123456785US"})
	s.at(5 * day)
	s.must(s.order, "deliver", carrier, fields{"strength": "strong"})
	return s
}

// opened is a scene with a dispute about a damaged lamp that asks for all of the money, opened on the sixth day.
func opened(t tester) *scene {
	t.Helper()
	return disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
}

func disputed(t tester, claim fields, change ...func(*protection.Registration)) *scene {
	t.Helper()
	s := delivered(t, change...)
	s.at(opening)
	s.open(claim)
	return s
}

func (s *scene) open(claim fields) {
	s.Helper()
	claim["text"] = "The shade is cracked."
	s.id = s.must(s.order, "open_dispute", ada, claim).Result["dispute"].(string)
}

// at moves time to an instant after payment; every deadline before it is taken, one at it is not yet.
func (s *scene) at(after time.Duration) {
	s.Helper()
	require.False(s, paid.Add(after).Before(s.Now), "time does not go back")
	require.NoError(s, s.Advance(paid.Add(after)))
}

// wait lets so much time pass.
func (s *scene) wait(length time.Duration) {
	s.Helper()
	s.at(s.Now.Sub(paid) + length)
}

// late lets time pass until a deadline is just over.
func (s *scene) late(name string) {
	s.Helper()
	s.at(s.due(name).Sub(paid) + micro)
}

// must sends a command that is accepted.
func (s *scene) must(to, name string, by casefile.Actor, data any) casefile.Answer {
	s.Helper()
	answer, err := s.World.Do(to, name, by, data)
	require.NoError(s, err)
	require.True(s, answer.Accepted(), "%s by %s at %s: %+v", name, by.ID, s.Now.Sub(paid), answer)
	return answer
}

// do sends the dispute a command that is accepted.
func (s *scene) do(name string, by casefile.Actor, data fields) casefile.Answer {
	s.Helper()
	return s.must(s.id, name, by, data)
}

// refused sends the dispute a command that is refused with the code and changes nothing.
func (s *scene) refused(code casefile.Code, name string, by casefile.Actor, data fields) casefile.Answer {
	s.Helper()
	before := s.d()
	answer, err := s.World.Do(s.id, name, by, data)
	require.NoError(s, err)
	require.Equal(s, code, answer.Refused, "%s by %s in %s: %+v", name, by.ID, before.Status, answer)
	require.Equal(s, before, s.d(), "a refusal changes nothing")
	return answer
}

// offer makes an offer and returns its identifier.
func (s *scene) offer(by casefile.Actor, data fields) string {
	s.Helper()
	return s.do("offer", by, data).Result["offer"].(string)
}

func (s *scene) d() dispute.Dispute { return s.Dispute(s.id) }

// due is the instant of a deadline of the dispute that is set; the name may leave out what stands behind a slash.
func (s *scene) due(name string) time.Time {
	s.Helper()
	d, found := s.deadline(name)
	require.True(s, found, "no deadline %q in %+v", name, s.d().Clocks.Deadlines)
	return d.DueAt
}

func (s *scene) deadline(name string) (clock.Deadline, bool) {
	for _, d := range s.d().Deadlines() {
		if d.Name == name || strings.HasPrefix(d.Name, name+"/") {
			return d, true
		}
	}
	return clock.Deadline{}, false
}

func (s *scene) status(want dispute.Status) {
	s.Helper()
	require.Equal(s, want, s.d().Status)
}

// ended checks how the dispute ended and what it moved from escrow.
func (s *scene) ended(outcome dispute.Outcome, refunded, released money.Minor) {
	s.Helper()
	d := s.d()
	require.Equal(s, outcome, d.Outcome)
	require.Equal(s, dispute.Closed, d.Status)
	require.Equal(s, dispute.Final, d.Stage)
	for _, c := range s.Order(s.order).Claims {
		if c.ID == s.id {
			require.Equal(s, refunded, c.Refunded, "refunded")
			require.Equal(s, released, c.Released, "released")
		}
	}
}

// happened are the events of a type, in order.
func (s *scene) happened(of casefile.EventType) []casefile.Event {
	var found []casefile.Event
	for _, e := range s.Timeline {
		if e.Type == of {
			found = append(found, e.Event)
		}
	}
	return found
}

func inChoice(r *protection.Registration) { r.Programmes = []string{protection.Choice} }

// due0 is the instant of a deadline as the state keeps it, also of a case that is over.
func (s *scene) due0(name string) time.Time {
	s.Helper()
	clocks := s.d().Clocks
	d, found := clocks.Get(name)
	require.True(s, found)
	return d.DueAt
}
