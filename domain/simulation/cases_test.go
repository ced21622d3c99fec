package simulation_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/simulation"
	"recourse/domain/standing"
	"recourse/play"
	"recourse/policies"
)

var paid = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// TestTheCaseFilesHoldByTheRulesAlone plays every case file in memory: what fails here is a rule, not the plumbing.
func TestTheCaseFilesHoldByTheRulesAlone(t *testing.T) {
	stories, problems, err := play.Load([]string{"../../cases"})
	require.NoError(t, err)
	require.Empty(t, problems)
	require.NotEmpty(t, stories)
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) {
			if slices.ContainsFunc(s.Steps, func(step play.Step) bool { return step.Do == "detect" }) {
				t.Skip("not run: detectors look at a database, which rules alone do not have; the end-to-end tests play this story")
			}
			newStage(t, s).run()
		})
	}
}

type stage struct {
	*testing.T
	story    play.Story
	world    *simulation.World
	disputes map[string]string // by name
	only     map[string]string // the latest dispute of an order
	offers   map[string]string
	requests map[string]string
	roles    map[string]casefile.Role
	filed    map[string]string // reports and reviews, by name
	ties     [][3]string       // links between accounts: the two, and the kind
	desk
}

func newStage(t *testing.T, s play.Story) *stage {
	return &stage{T: t, story: s, world: simulation.New(paid), disputes: map[string]string{}, only: map[string]string{},
		offers: map[string]string{}, requests: map[string]string{}, roles: map[string]casefile.Role{}, filed: map[string]string{}, desk: newDesk()}
}

func (s *stage) run() {
	terms := s.terms()
	for _, p := range s.story.Parties {
		role := casefile.Role(p.Role)
		s.roles[p.Name] = role
		if role == casefile.Reviewer || role == casefile.Supervisor {
			s.world.Reviewers = append(s.world.Reviewers, casefile.Candidate{ID: p.Name, Role: role, Linked: []string{p.Name}})
		}
		if p.Reserve != nil {
			s.world.Funds.Reserve = p.Reserve.Minor
		}
	}
	for _, o := range s.story.Orders {
		s.register(o, terms)
	}
	for _, step := range s.story.Steps {
		s.readBefore(step.At)
		require.NoError(s, s.world.Advance(paid.Add(step.At)))
		s.step(step)
	}
	s.together()
	at := 900 * 24 * time.Hour
	if s.story.Expect.At != nil {
		at = *s.story.Expect.At
	}
	require.NoError(s, s.world.Advance(paid.Add(at).Add(time.Microsecond)))
	s.expect()
}

func (s *stage) terms() policy.OrderTerms { return s.policy().ForOrder() }

func (s *stage) policy() policy.Policy {
	p := policies.Default()
	if len(s.story.Policy) > 0 {
		overrides := map[string]string{}
		for _, o := range s.story.Policy {
			overrides[o.Key] = fmt.Sprint(o.Value)
		}
		changed, err := p.Override(overrides)
		require.NoError(s, err)
		p = changed
	}
	return p
}

func orderID(name string) string { return "ord_" + name }

func (s *stage) register(o play.Order, terms policy.OrderTerms) {
	r := protection.Registration{Buyer: o.Buyer, Seller: o.Seller, Currency: o.Currency, Shipping: o.Shipping.Minor, PaidAt: paid,
		ShipBy: paid.Add(o.ShipBy), GuaranteedBy: paid.Add(o.GuaranteedBy), Programmes: o.Programmes, Postcode: o.Postcode, Terms: terms}
	for _, p := range s.story.Parties {
		if p.Name == o.Buyer {
			r.Country = p.Country
		}
	}
	for _, l := range o.Lines {
		r.Lines = append(r.Lines, protection.RegistrationLine{SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Price: l.Price.Minor, Category: l.Category})
	}
	answer, err := s.world.Do(orderID(o.Name), "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, r)
	require.NoError(s, err)
	require.True(s, answer.Accepted(), "register: %+v", answer)
}

func (s *stage) step(step play.Step) {
	by := casefile.Actor{ID: step.By, Role: s.roles[step.By]}
	if by.Role == "" {
		by.Role = casefile.Role(step.By)
	}
	if s.link(step) {
		return
	}
	target, data := s.command(step)
	answer, err := s.ask(target, step, by, data)
	require.NoError(s, err)
	where := fmt.Sprintf("%s:%d %s", s.story.File, step.Line, step.Do)
	if step.Together != "" {
		s.groups[step.Together] = append(s.groups[step.Together], statusOf(answer))
		return
	}
	require.Equal(s, casefile.Code(step.Refused), answer.Refused, "%s: %+v", where, answer)
	s.learn(step, answer)
	if id, ok := answer.Result["dispute"].(string); ok && step.Do == "open_dispute" && answer.Accepted() {
		s.disputes[step.As], s.only[step.Order] = id, id
	}
	if id, ok := answer.Result["offer"].(string); ok && step.As != "" {
		s.offers[step.As] = id
	}
	if id, ok := answer.Result["request"].(string); ok && step.As != "" {
		s.requests[step.As] = id
	}
}

var ofOrder = []string{"ship", "deliver", "track", "confirm_receipt", "extend_protection", "grant_extension", "refuse_extension",
	"open_dispute", "chargeback", "close_chargeback", "cancel_order"}

// command turns a step into the case that it goes to and the data of its command.
func (s *stage) command(step play.Step) (string, map[string]any) {
	data := map[string]any{}
	for field, v := range step.Fields {
		switch {
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
	if days, ok := data["by_days"]; ok {
		data["by"] = fmt.Sprintf("%dd", days)
	}
	if days, ok := data["days"]; ok {
		data["days"] = fmt.Sprintf("%dd", days)
	}
	if refs := step.Fields["lines"].Lines; refs != nil {
		lines := []dispute.Line{}
		for _, r := range refs {
			lines = append(lines, dispute.Line{SKU: r.SKU, Quantity: r.Quantity})
		}
		data["lines"] = lines
	}
	dsp := s.only[step.Order]
	if step.Dispute != "" {
		dsp = s.disputes[step.Dispute]
	}
	switch step.Do {
	case "report", "find", "need_info", "give_info", "refer", "answer_referral", "review", "reply", "moderate",
		"propose_hold", "second_hold", "edit_review", "report_review", "appeal_review":
		return s.file(step, data)
	case "contest":
		if step.Fields["report"].Text != "" {
			return s.file(step, data)
		}
		return standing.CaseID(step.By), s.contest(step, data)
	case "rule_removal":
		party := step.Fields["party"].Text
		delete(data, "party")
		return standing.CaseID(party), data
	case "post_message":
		to := step.Fields["to"].Text
		delete(data, "to")
		if to == "order" {
			return orderID(step.Order), data
		}
		return s.disputes[to], data
	case "declare_incident":
		from, until := step.Fields["from"].Length, step.Fields["until"].Length
		data["from"], data["until"] = paid.Add(from), paid.Add(until)
		for id := range s.world.Cases {
			if !s.world.Cases[id].Closed() {
				_, err := s.world.Do(id, "declare_incident", casefile.Actor{Role: casefile.Operator}, data)
				require.NoError(s, err)
			}
		}
		return s.world.Order(orderID(s.story.Orders[0].Name)).ID, data
	}
	if slices.Contains(ofOrder, step.Do) {
		return orderID(step.Order), data
	}
	switch step.Do {
	case "accept_offer", "reject_offer", "withdraw_offer", "confirm_performance", "ship_replacement":
		if named, ok := data["offer"].(string); ok {
			data["offer"] = s.offers[named]
		} else {
			data["offer"] = s.latestOffer(dsp, s.roles[step.By])
		}
	case "decide":
		data["record_hash"] = s.world.Dispute(dsp).RecordHash()
		if read, earlier := s.hashes[step.Number]; earlier {
			data["record_hash"] = read
		}
	case "sign_goodwill":
		data["dispute"] = dsp
		return orderID(step.Order), data
	}
	s.resolve(step, data)
	return dsp, data
}

func (s *stage) expect() {
	e := s.story.Expect
	at := func(line int) string { return fmt.Sprintf("%s:%d\n%s", s.story.File, line, s.told()) }
	for _, o := range e.Orders {
		if o.State != nil {
			require.Equal(s, o.State.Value, string(s.world.Order(orderID(o.Order)).State()), at(o.State.Line))
		}
	}
	amount := func(want *play.Money, got money.Minor) {
		if want != nil {
			require.Equal(s, want.Value.Minor, got, at(want.Line))
		}
	}
	for _, x := range e.Escrow {
		got := s.world.Order(orderID(x.Order)).Escrow()
		amount(x.Buyer, got.Refunded)
		amount(x.Seller, got.Released)
		amount(x.Fees, got.Fees)
		amount(x.Held, got.Held)
	}
	for _, g := range e.Goodwill {
		var got money.Minor
		for _, o := range s.story.Orders {
			got += s.world.Order(orderID(o.Name)).Goodwill[g.Party]
		}
		amount(&g.Money, got)
	}
	for _, d := range e.Disputes {
		id := s.disputes[d.Name]
		state := s.world.Dispute(id)
		if d.Stage != nil {
			require.Equal(s, d.Stage.Value, string(state.Stage), at(d.Line))
		}
		if d.Status != nil {
			require.Equal(s, d.Status.Value, string(state.Status), at(d.Line))
		}
		if d.Reviewer != nil {
			require.Equal(s, d.Reviewer.Value, cmp.Or(state.Bench.Reviewer, "nobody"), at(d.Line))
		}
		if d.Outcome != nil {
			require.Equal(s, d.Outcome.Value, string(state.Outcome), at(d.Line))
		}
		for _, c := range s.world.Order(state.Order).Claims {
			if c.ID == id {
				amount(d.Refunded, c.Refunded)
				amount(d.Released, c.Released)
			}
		}
	}
	s.standings(e, at)
	s.filings(e, at)
	s.events(e)
}

func (s *stage) events(e play.Expect) {
	var happened []string
	for _, entry := range s.world.Timeline {
		happened = append(happened, string(entry.Type))
	}
	rest := happened
	for _, want := range e.Events {
		i := slices.Index(rest, want.Type)
		require.GreaterOrEqual(s, i, 0, "%s:%d %s\n%s", s.story.File, want.Line, want.Type, s.told())
		rest = rest[i+1:]
	}
	for _, never := range e.Absent {
		require.NotContains(s, happened, never.Type, "%s:%d", s.story.File, never.Line)
	}
}

// told is the timeline as a reader of a failing test wants it.
func (s *stage) told() string {
	var b strings.Builder
	for _, entry := range s.world.Timeline {
		fmt.Fprintf(&b, "%8s  %-12s %s %v\n", entry.At.Sub(paid), entry.Case, entry.Type, entry.Data)
	}
	return b.String()
}
