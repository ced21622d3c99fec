package seed

import (
	"context"
	"fmt"

	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/internal/issuer"
)

// Person is somebody to sign in as. Those who work for the marketplace have no account; they sign in under a name.
type Person struct {
	Name    string        `json:"name"`
	Role    casefile.Role `json:"role"`
	Account string        `json:"account"`
}

// people are all who have a part in the stories. Reviewers are given cases in this order.
var people = []struct {
	name    string
	role    casefile.Role
	country string
	reserve int64 // in cents
}{
	{"Ada", casefile.Buyer, "FR", 0},
	{"Iris", casefile.Buyer, "DE", 0},
	{"Bolt", casefile.Seller, "CN", 200_00},
	{"Volt", casefile.Seller, "CN", 50_00},
	{"Noor", casefile.Buyer, "FR", 0},
	{"Reef", casefile.Seller, "CN", 50_00},
	{"Gilt", casefile.Seller, "CN", 50_00},
	{"Mila", casefile.Buyer, "PL", 0},
	{"Ware", casefile.Seller, "CN", 50_00},
	{"Cleo", casefile.Reviewer, "", 0},
	{"Dara", casefile.Reviewer, "", 0},
	{"Emil", casefile.Reviewer, "", 0},
	{"Fay", casefile.Reviewer, "", 0},
	{"Sol", casefile.Supervisor, "", 0},
}

// staff sign in under their names.
var staff = []Person{
	{"Otto", casefile.Operator, "otto"},
	{"Platform", casefile.Platform, "platform"},
}

// Personas are all people as the pages' sign-in knows them.
func (s *Seeded) Personas() []issuer.Persona {
	personas := make([]issuer.Persona, len(s.People))
	for i, p := range s.People {
		personas[i] = issuer.Persona{Name: p.Name, Role: p.Role, Account: p.Account}
	}
	return personas
}

// setStage makes the clock and the accounts.
func (t *teller) setStage(ctx context.Context) error {
	clock, err := Clock(ctx, t.api)
	if err != nil {
		return fmt.Errorf("make the clock: %w", err)
	}
	t.clock = clock.ID
	if err := t.settle(ctx, clock); err != nil {
		return err
	}
	for _, p := range people {
		body := client.NewAccount{Role: client.NewAccountRole(p.role), Name: p.name, Country: p.country, Clock: t.clock}
		if p.reserve > 0 {
			body.Reserve = euros(p.reserve)
		}
		account, err := client.Result[client.Account](t.api.CreateAccount(ctx, nil, body, client.Key("seed-account-"+p.name)))
		if err != nil {
			return fmt.Errorf("make the account of %s: %w", p.name, err)
		}
		t.accounts[p.name] = account.ID
		t.people = append(t.people, Person{Name: p.name, Role: p.role, Account: account.ID})
	}
	t.people = append(t.people, staff...)
	return nil
}

func euros(cents int64) *client.Money { return &client.Money{Amount: cents, Currency: "EUR"} }

// Clock is the clock that everything is seeded on. It is made if it is not there.
func Clock(ctx context.Context, platform *client.Client) (client.TestClock, error) {
	return client.Result[client.TestClock](platform.CreateTestClock(ctx, nil, client.NewTestClock{Now: begin}, client.Key("seed-clock")))
}
