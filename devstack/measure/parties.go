package measure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
	"recourse/domain/casefile"
)

// tokenTime is longer than any run takes.
const tokenTime = 4 * time.Hour

// party is somebody with a token of their own, as in production.
type party struct {
	id  string
	api *client.Client
}

// somebody signs in under a name that is an account's, or a machine's.
func (s *system) somebody(id string, role casefile.Role) (party, error) {
	token, err := s.token(id, role, tokenTime)
	if err != nil {
		return party{}, err
	}
	api, err := client.New(s.base, client.Bearer(token))
	if err != nil {
		return party{}, err
	}
	return party{id: id, api: api.Over(s.http)}, nil
}

// court is who is there in every story: the marketplace, the carrier, and those who decide.
type court struct {
	system     *system
	platform   party
	carrier    party
	supervisor party
	reviewers  map[string]party
}

// reviewersAtWork is how many reviewers the marketplace of the measurements has.
const reviewersAtWork = 12

// openCourt signs in the machines and hires those who decide.
func (s *system) openCourt(ctx context.Context) (*court, error) {
	c := &court{system: s, reviewers: map[string]party{}}
	var err error
	if c.platform, err = s.somebody("marketplace", casefile.Platform); err != nil {
		return nil, err
	}
	if c.carrier, err = s.somebody("carrier", casefile.Carrier); err != nil {
		return nil, err
	}
	if c.supervisor, err = c.account(ctx, client.NewAccountRoleSupervisor); err != nil {
		return nil, err
	}
	for range reviewersAtWork {
		reviewer, err := c.account(ctx, client.NewAccountRoleReviewer)
		if err != nil {
			return nil, err
		}
		c.reviewers[reviewer.id] = reviewer
	}
	return c, nil
}

// account opens an account and signs its owner in.
func (c *court) account(ctx context.Context, role client.NewAccountRole) (party, error) {
	account, err := client.Result[client.Account](c.platform.api.CreateAccount(ctx, nil, client.NewAccount{Role: role, Country: "DE"}))
	if err != nil {
		return party{}, fmt.Errorf("open the account of a %s: %w", role, err)
	}
	return c.system.somebody(account.ID, casefile.Role(role))
}

// policy keeps a policy that differs from the default in some keys, and returns its version.
func (c *court) policy(ctx context.Context, overrides map[string]any) (string, error) {
	p, err := client.Result[client.PolicyDocument](c.platform.api.CreatePolicy(ctx, nil, client.PolicyOverrides{Overrides: overrides}))
	if err != nil {
		return "", fmt.Errorf("keep a policy: %w", err)
	}
	return p.Version, nil
}

// done is for answers of which nothing is needed but that they are good.
func done(resp *http.Response, err error) error {
	_, err = client.Result[any](resp, err)
	return err
}

// settled waits for a command that was stored and not answered in time: under load that is the contract, and its time
// counts. Every other error it returns as it is.
func (p party) settled(ctx context.Context, err error) error {
	pending, ok := errors.AsType[*client.PendingError](err)
	if !ok {
		return err
	}
	command, err := p.api.Await(ctx, pending.ID)
	switch {
	case err != nil:
		return err
	case command.State != client.CommandStateAccepted:
		return fmt.Errorf("command %s was refused: %v", command.ID, command.Problem)
	}
	return nil
}

// euro is an amount of money.
func euro(minor int64) *client.Money { return &client.Money{Amount: minor, Currency: "EUR"} }
