package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/policies"
	"recourse/store"
)

// inForce is the word for the policy that holds for new orders.
const inForce = "default"

// shelf keeps policies that were read once: a version is the hash of its content, so it never changes.
type shelf struct {
	store Policies
	own   policy.Policy // of this release

	mu   sync.Mutex
	read map[string]policy.Policy
}

func newShelf(from Policies) *shelf {
	p := policies.Default()
	return &shelf{store: from, own: p, read: map[string]policy.Policy{p.Version: p}}
}

// Policy is the policy of a version, or the one in force: the last that was published, else the one of this release.
func (s *shelf) Policy(ctx context.Context, version, clock string) (policy.Policy, error) {
	if version == "" || version == inForce {
		kept, err := s.store.PolicyInForce(ctx, clock)
		if errors.Is(err, store.ErrNotFound) {
			return s.own, nil
		}
		if err != nil {
			return policy.Policy{}, err
		}
		return s.parsed(kept)
	}
	s.mu.Lock()
	p, known := s.read[version]
	s.mu.Unlock()
	if known {
		return p, nil
	}
	kept, err := s.store.Policy(ctx, version)
	if err != nil {
		return policy.Policy{}, err
	}
	return s.parsed(kept)
}

// most bounds how many policies are kept in memory; a sandbox can make any number.
const most = 1000

func (s *shelf) parsed(kept store.Policy) (policy.Policy, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, known := s.read[kept.Version]; known {
		return p, nil
	}
	p, err := policy.Parse([]byte(kept.Document))
	if err != nil {
		return p, fmt.Errorf("read policy %s: %w", kept.Version, err)
	}
	if len(s.read) >= most {
		clear(s.read)
	}
	s.read[kept.Version] = p
	return p, nil
}

// Override keeps the policy in force with other values of some keys.
func (s *shelf) Override(ctx context.Context, overrides map[string]string, by casefile.Actor) (policy.Policy, error) {
	base, err := s.Policy(ctx, inForce, "")
	if err != nil {
		return base, err
	}
	p, err := base.Override(overrides)
	if unsound, ok := errors.AsType[*policy.Invalid](err); ok {
		return p, unsoundPolicy(unsound, overrides)
	}
	if err != nil {
		return p, fmt.Errorf("override a policy: %w", err)
	}
	document, err := yaml.Marshal(p)
	if err != nil {
		return p, fmt.Errorf("write policy %s: %w", p.Version, err)
	}
	return p, s.store.KeepPolicy(ctx, store.Policy{Version: p.Version, Document: string(document), By: by.ID})
}

// unsoundPolicy tells which keys are wrong. What was submitted as a value is not repeated.
func unsoundPolicy(unsound *policy.Invalid, overrides map[string]string) error {
	p := invalid("", "", "")
	p.fields = nil
	for _, one := range unsound.Problems {
		message := one.Message
		for _, value := range overrides {
			if value != "" && strings.Contains(message, value) {
				message = "does not have a value that fits this key"
			}
		}
		p.fields = append(p.fields, wire.FieldError{Pointer: "/overrides/" + shown(one.Key), Code: "policy", Message: message})
	}
	return p
}

// policyView shows a policy as it is used.
func policyView(p policy.Policy) (wire.PolicyDocument, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return wire.PolicyDocument{}, fmt.Errorf("encode policy %s: %w", p.Version, err)
	}
	view := wire.PolicyDocument{Version: p.Version}
	if err := json.Unmarshal(text, &view.Policy); err != nil {
		return view, fmt.Errorf("encode policy %s: %w", p.Version, err)
	}
	return view, nil
}
