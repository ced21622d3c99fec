package identity

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"recourse/domain/casefile"
)

// ErrToken says that a token is not good. Why is in the error's text, for the log; the caller is told only to sign in again.
var ErrToken = errors.New("the token is not valid")

// ErrKeys says that the issuer's keys cannot be read now, so that nothing can be said about the token.
var ErrKeys = errors.New("the issuer's keys cannot be read")

// algorithms are those that a token may be signed with: asymmetric ones, so that whoever can verify cannot sign.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA}

// types are what a token's header may call itself. Others, such as the proof of a logout, are signed by the same keys and
// mean something else.
var types = []string{"jwt", "at+jwt", "application/at+jwt"}

const (
	maxToken = 8 << 10
	// leeway is how far the issuer's clock may be from ours.
	leeway = 30 * time.Second
)

// Verifier checks tokens of one issuer for one audience.
type Verifier struct {
	issuer   string
	audience string
	keys     oidc.KeySet
	now      func() time.Time
	memory   memory
}

// NewVerifier checks tokens against the given keys. Now is the clock; nil: the process's.
func NewVerifier(issuer, audience string, keys oidc.KeySet, now func() time.Time) (*Verifier, error) {
	if issuer == "" || audience == "" {
		return nil, errors.New("verify tokens: an issuer and an audience must be set")
	}
	if now == nil {
		now = time.Now
	}
	return &Verifier{issuer: issuer, audience: audience, keys: keys, now: now}, nil
}

// claims are the parts of a token that are read.
type claims struct {
	Issuer    string        `json:"iss"`
	Audience  audience      `json:"aud"`
	Subject   string        `json:"sub"`
	Role      casefile.Role `json:"role"`
	Expires   *seconds      `json:"exp"`
	NotBefore *seconds      `json:"nbf"`
}

// Verify says who shows the token, or ErrToken, or ErrKeys when the keys cannot be had.
func (v *Verifier) Verify(ctx context.Context, token string) (Caller, error) {
	key, now, asked := sha256.Sum256([]byte(token)), v.now(), v.asked()
	c, known := v.memory.recall(key, asked, now)
	if !known {
		var err error
		if c, err = v.verified(ctx, token); err != nil {
			return Caller{}, err
		}
		v.memory.keep(key, knownClaims{claims: c, asked: asked, since: now})
	}
	if why := v.refuse(c); why != "" {
		return Caller{}, fmt.Errorf("%w: %s", ErrToken, why)
	}
	return Caller{ID: c.Subject, Role: c.Role}, nil
}

// asked counts how often the issuer was asked for its keys. Keys that are given once and for all are asked for by nobody.
func (v *Verifier) asked() int64 {
	if keys, ok := v.keys.(interface{ Asked() int64 }); ok {
		return keys.Asked()
	}
	return 0
}

// verified are the claims of a token that the issuer has signed.
func (v *Verifier) verified(ctx context.Context, token string) (c claims, err error) {
	if err := header(token); err != nil {
		return c, err
	}
	payload, err := v.keys.VerifySignature(ctx, token)
	if err != nil {
		if errors.Is(err, ErrKeys) || ctx.Err() != nil {
			return c, fmt.Errorf("%w: %w", ErrKeys, err)
		}
		return c, fmt.Errorf("%w: signature: %w", ErrToken, err)
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return c, fmt.Errorf("%w: claims: %w", ErrToken, err)
	}
	return c, nil
}

// header looks at how the token is signed and what it calls itself, before any key is asked for.
func header(token string) error {
	if len(token) > maxToken || !printable(token) {
		return fmt.Errorf("%w: it is too long, or holds what no token holds", ErrToken)
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if len(signed.Signatures) != 1 {
		return fmt.Errorf("%w: it has not one signature", ErrToken)
	}
	typ, _ := signed.Signatures[0].Protected.ExtraHeaders[jose.HeaderType].(string)
	if !slices.Contains(types, strings.ToLower(typ)) {
		return fmt.Errorf("%w: its type is not that of an access token", ErrToken)
	}
	return nil
}

// refuse says why the claims do not hold, or nothing when they do.
func (v *Verifier) refuse(c claims) string {
	now := v.now()
	switch {
	case c.Issuer != v.issuer:
		return "another issuer"
	case !slices.Contains(c.Audience, v.audience):
		return "another audience"
	case c.Expires == nil:
		return "it never expires"
	case !now.Before(c.Expires.Time):
		return "it has expired"
	case c.NotBefore != nil && now.Add(leeway).Before(c.NotBefore.Time):
		return "it is not valid yet"
	case c.Subject == "" || len(c.Subject) > maxSubject || !printable(c.Subject):
		return "it has no usable subject"
	case !KnownRole(c.Role):
		return "it has no known role"
	}
	return ""
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// audience is a name or a list of names.
type audience []string

// UnmarshalJSON reads both forms.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return fmt.Errorf("audience: %w", err)
	}
	*a = many
	return nil
}

// seconds is an instant as JWT writes it: seconds since 1970, perhaps with a fraction.
type seconds struct{ time.Time }

// UnmarshalJSON reads the number.
func (s *seconds) UnmarshalJSON(data []byte) error {
	var number float64
	if err := json.Unmarshal(data, &number); err != nil {
		return fmt.Errorf("instant: %w", err)
	}
	if number < 0 || number > 1<<40 {
		return errors.New("instant: out of range")
	}
	s.Time = time.UnixMicro(int64(number * 1e6))
	return nil
}
