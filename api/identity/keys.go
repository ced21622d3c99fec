package identity

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/time/rate"
)

// freshFor is how long the issuer's keys are taken for its keys: one that it has taken back verifies nothing after that, also where
// nobody shows a token of a newer one.
const freshFor = 5 * time.Minute

// KeysFromURL reads the issuer's keys over HTTP when they are first needed, and again when they are some minutes old or a token
// names a key that is not known. While the issuer does not answer, the keys that were read last are kept. Tokens with invented
// keys cannot make it ask often.
func KeysFromURL(ctx context.Context, url string) oidc.KeySet { return keysFromURL(ctx, url, time.Now) }

func keysFromURL(ctx context.Context, url string, now func() time.Time) *remote {
	r := &remote{now: now, read: now()}
	client := &http.Client{
		Timeout:   5 * time.Second,
		Transport: &sparing{next: http.DefaultTransport, limit: rate.NewLimiter(rate.Every(2*time.Second), 5), asked: &r.asked},
	}
	r.empty = func() oidc.KeySet {
		return oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), client), url)
	}
	r.set = r.empty()
	return r
}

// remote tells a key set that cannot be read from a signature that does not fit, and does not keep one for ever.
type remote struct {
	now   func() time.Time
	empty func() oidc.KeySet // one that has read nothing yet
	asked atomic.Int64

	mu   sync.Mutex
	set  oidc.KeySet
	read time.Time // not before this the keys of the set were read
}

// Asked counts how often the issuer was asked for its keys: what was verified before the last time may not verify any more.
func (r *remote) Asked() int64 { return r.asked.Load() }

// VerifySignature returns the payload of a token that one of the keys has signed.
func (r *remote) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	set, old := r.keys()
	if !old {
		return verified(ctx, set, token)
	}
	next := r.empty()
	payload, err := verified(ctx, next, token)
	if errors.Is(err, ErrKeys) || ctx.Err() != nil {
		return verified(ctx, set, token)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set = next
	return payload, err
}

// keys are those that were read last, and whether they are to be read again. Of many who ask at a time one is told so; if the issuer
// does not answer, it is asked again after as long.
func (r *remote) keys() (oidc.KeySet, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if now.Sub(r.read) < freshFor {
		return r.set, false
	}
	r.read = now
	return r.set, true
}

func verified(ctx context.Context, set oidc.KeySet, token string) ([]byte, error) {
	payload, err := set.VerifySignature(ctx, token)
	if err == nil {
		return payload, nil
	}
	if _, network := errors.AsType[net.Error](err); network && !errors.Is(err, ErrKeys) {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	return nil, err
}

var errSparing = fmt.Errorf("%w: they were asked for too often", ErrKeys)

// sparing bounds how often the issuer is asked.
type sparing struct {
	next  http.RoundTripper
	limit *rate.Limiter
	asked *atomic.Int64
}

// RoundTrip sends the request unless there were too many.
func (s *sparing) RoundTrip(req *http.Request) (*http.Response, error) {
	if !s.limit.Allow() {
		return nil, errSparing
	}
	s.asked.Add(1)
	resp, err := s.next.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%w: the answer is %d", ErrKeys, resp.StatusCode), resp.Body.Close())
	}
	return resp, nil
}

// KeysFromFile reads the issuer's keys from a JWKS document on disk.
func KeysFromFile(path string) (oidc.KeySet, error) {
	document, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys, err := KeysFromDocument(document)
	if err != nil {
		return nil, fmt.Errorf("read keys of %s: %w", path, err)
	}
	return keys, nil
}

// KeysFromDocument reads the issuer's keys from a JWKS document.
func KeysFromDocument(document []byte) (oidc.KeySet, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, fmt.Errorf("decode a key set: %w", err)
	}
	var public []crypto.PublicKey
	for _, key := range set.Keys {
		if !key.Valid() || !key.IsPublic() || key.Use != "" && key.Use != "sig" {
			continue
		}
		public = append(public, key.Key)
	}
	if len(public) == 0 {
		return nil, errors.New("the key set has no public key to verify with")
	}
	return &oidc.StaticKeySet{PublicKeys: public}, nil
}
