package browser

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// Scene is a situation in which no story stops, because it would tell nobody anything who tries the product, and in which something is
// offered that is offered nowhere else.
type Scene struct {
	seed.Case
	Report, Review, Incident string // what the scene is about beside its order
}

// Scenes are all of them. They have a clock and people of their own, so that no story is another because of them.
type Scenes struct {
	Clock  string
	People []seed.Person
	All    []Scene
}

// begin is where the clock of the scenes stands first.
var begin = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const (
	second = time.Second // in which what is due at once is done
	day    = 24 * time.Hour
)

// cast are the people of the scenes that somebody signs in as. Everybody else is a guest.
var cast = []seed.Person{{Name: "Hana", Role: casefile.Buyer}, {Name: "Kiln", Role: casefile.Seller}, {Name: "Ruth", Role: casefile.Reviewer}, {Name: "Saul", Role: casefile.Reviewer},
	{Name: "Tess", Role: casefile.Reviewer}, {Name: "Ugo", Role: casefile.Reviewer}, {Name: "Vera", Role: casefile.Supervisor}}

// Stage sets the scenes beside the stories, and welcomes their people.
func (p *Places) Stage(ctx context.Context, s *stack.Stack) error {
	t := &stage{ctx: ctx, api: p.Platform, accounts: map[string]string{}}
	t.clock = t.sent("platform", "/v1/test_clocks", client.NewTestClock{Now: begin}).ID
	t.now, t.scenes.Clock = begin, t.clock
	t.enter(cast[:3]) // one who decides, and nobody else: an appeal has no judges
	t.noDecision()
	reviews := t.reviewed()
	t.turn(7*day + time.Hour) // the seals of the reviews are broken
	t.enter(cast[3:])
	t.moderated(reviews)
	t.returned()
	t.withdrawn()
	t.heard()
	t.reported()
	t.sent("operator", "/v1/accounts/"+t.accounts["Kiln"]+"/standing/measures", map[string]any{"scope": "list", "for": "10d", "cause": "Twelve pans without a bottom."})
	incident := t.sent("operator", "/v1/incidents", client.NewIncident{Clock: t.clock, Country: "IS", From: t.now, Until: t.now.Add(2 * day), Text: "No ship leaves the harbour."})
	t.shown(Scene{Case: seed.Case{Story: "harbour_shut"}, Incident: incident.ID})
	if t.err != nil {
		return fmt.Errorf("set the scenes: %w", t.err)
	}
	p.Scenes = t.scenes
	p.Seeded.People = append(p.Seeded.People, t.scenes.People...)
	s.Welcome(p.Seeded.Personas())
	return nil
}

// stage sets scenes. After the first error nothing is done any more.
type stage struct {
	ctx      context.Context // of the one call that the stage is for
	api      *client.Client
	clock    string
	now      time.Time
	accounts map[string]string // by name
	guests   int
	scenes   Scenes
	err      error
}

// made is what a command has made, or the case that it was about.
type made struct {
	ID         string `json:"id"`
	Version    int64  `json:"version"`
	Revision   int64  `json:"revision"`
	RecordHash string `json:"record_hash"`
}

// sent carries out a command as somebody.
func (t *stage) sent(as, path string, body any) made { return t.asked(http.MethodPost, as, path, body) }

// asked makes a request as somebody, and waits until it is carried out.
func (t *stage) asked(method, as, path string, body any) (answer made) {
	if id, known := t.accounts[as]; known {
		as = id
	}
	key := rand.Text()
	for t.err == nil {
		var err error
		answer, err = client.Result[made](t.api.Do(t.ctx, method, path, body, client.Key(key), client.ActAs(as)))
		pending, later := errors.AsType[*client.PendingError](err)
		if later {
			_, err = t.api.Await(t.ctx, pending.ID)
		}
		if err != nil {
			t.err = fmt.Errorf("%s as %s: %w", path, as, err)
		}
		if !later {
			break
		}
	}
	return answer
}

// turn moves the clock on, and waits until it stands still again.
func (t *stage) turn(length time.Duration) {
	t.now = t.now.Add(length)
	for t.err == nil {
		clock, err := client.Result[client.TestClock](t.api.AdvanceTestClock(t.ctx, t.clock, nil, client.ClockAdvance{To: t.now}))
		if t.err = err; err == nil && clock.Status == client.TestClockStatusReady && !clock.Now.Before(t.now) {
			return
		}
	}
}

// enter makes accounts.
func (t *stage) enter(people []seed.Person) {
	for _, p := range people {
		body := client.NewAccount{Role: client.NewAccountRole(p.Role), Name: p.Name, Country: "FR", Clock: t.clock}
		p.Account = t.sent("platform", "/v1/accounts", body).ID
		t.accounts[p.Name] = p.Account
		t.scenes.People = append(t.scenes.People, p)
	}
}

// guest is somebody whom no reviewer has met.
func (t *stage) guest(role casefile.Role) string {
	t.guests++
	body := client.NewAccount{Role: client.NewAccountRole(role), Name: fmt.Sprintf("Guest %d", t.guests), Country: "FR", Clock: t.clock}
	return t.sent("platform", "/v1/accounts", body).ID
}

// shown keeps a scene.
func (t *stage) shown(s Scene) { t.scenes.All = append(t.scenes.All, s) }

func caseOf(name, order, dispute string) Scene {
	return Scene{Case: seed.Case{Story: name, Order: order, Dispute: dispute}}
}

func euros(cents int64) client.Money { return client.Money{Amount: cents, Currency: "EUR"} }

// bought is an order that has arrived.
func (t *stage) bought(buyer, seller, title string, cents int64) string {
	of := func(name string) string {
		if id, known := t.accounts[name]; known {
			return id
		}
		return name
	}
	paid := t.now.Add(-2 * day)
	order := t.sent("platform", "/v1/orders", client.NewOrder{Buyer: of(buyer), Seller: of(seller), Currency: "EUR", Clock: t.clock, PaidAt: paid, ShipBy: paid.Add(5 * day),
		GuaranteedBy: paid.Add(20 * day), Postcode: "75011", Lines: []client.NewLine{{Sku: "S-1", Title: title, Quantity: 1, Price: euros(cents), Category: "home"}}}).ID
	t.sent(seller, "/v1/orders/"+order+"/shipments", map[string]any{"carrier": "other", "tracking": rand.Text()[:12]})
	t.sent("carrier", "/v1/orders/"+order+"/deliveries", map[string]any{"strength": "strong", "postcode": "75011"})
	return order
}

// disputed opens a dispute about the order.
func (t *stage) disputed(buyer, order string, remedy client.Remedy) string {
	return t.sent(buyer, "/v1/orders/"+order+"/disputes", map[string]any{"reason": "not_as_described.description", "remedy": remedy, "text": "It was to be oak."}).ID
}

// claimed is a dispute of two guests that a reviewer has, and about which everything was said.
func (t *stage) claimed(title string, cents int64, by string) (order, dispute string, parties [2]string) {
	buyer, seller := t.guest(casefile.Buyer), t.guest(casefile.Seller)
	order = t.bought(buyer, seller, title, cents)
	dispute = t.disputed(buyer, order, client.RemedyRefundFull)
	at := "/v1/disputes/" + dispute
	offer := t.sent(seller, at+"/offers", map[string]any{"remedy": "refund_partial", "amount": euros(cents / 2)})
	t.sent(buyer, at+"/offers/"+offer.ID+"/reject", map[string]any{"version": offer.Version})
	t.sent(buyer, at+"/escalate", map[string]any{})
	t.sent(buyer, at+"/evidence", map[string]any{"type": "statement", "text": "It is pine."})
	t.waived(dispute, buyer, seller)
	t.sent(by, at+"/claim", map[string]any{})
	return order, dispute, [2]string{buyer, seller}
}

// waived gives up the rest of the parties' time.
func (t *stage) waived(dispute string, parties ...string) {
	for _, party := range parties {
		t.sent(party, "/v1/disputes/"+dispute+"/waive_hearing", map[string]any{})
	}
}

// appealed is a decision from which both parties have appealed.
func (t *stage) appealed(dispute string, cents int64, by string, parties [2]string) {
	at := "/v1/disputes/" + dispute
	record := t.asked(http.MethodGet, by, at+"/record", nil)
	t.sent(by, at+"/decide", map[string]any{"outcome": "decided_for_buyer", "refund": euros(cents), "release": euros(0), "reasons": "It is pine.",
		"record_hash": record.RecordHash, "if_revision": record.Revision})
	for _, party := range parties {
		t.sent(party, at+"/appeal", map[string]any{"text": "Nobody has looked at the grain."})
	}
}
