package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/receipt"
	"recourse/domain/report"
	"recourse/store"
)

// shownBundles stands in for what writes bundles: it says for whom.
type shownBundles struct{ fail error }

func (b *shownBundles) Write(_ context.Context, caseID string, eyes disclosure.Eyes, to io.Writer) error {
	if b.fail != nil {
		return b.fail
	}
	_, err := fmt.Fprintf(to, "%s for %s %s, evidence %t", caseID, eyes.By.Role, eyes.By.ID, eyes.Evidence)
	return err
}

func (b *shownBundles) WriteReferral(_ context.Context, given report.Handover, _ disclosure.Eyes, to io.Writer) error {
	if b.fail != nil {
		return b.fail
	}
	_, err := to.Write(given.Statement)
	return err
}

// keysOf reads the published keys as anybody does: without a token.
func (s *stage) keysOf() receipt.Keys {
	s.t.Helper()
	keys, err := receipt.ParseKeys(s.get(who{}, "/v1/keys").is(http.StatusOK).body)
	require.NoError(s.t, err)
	return keys
}

func TestAnAcceptedCommandIsAnsweredWithItsReceipt(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	a := s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_partial","amount":{"amount":500,"currency":"EUR"}}`, "Idempotency-Key", "one").is(http.StatusCreated)
	given, err := receipt.Parse([]byte(a.header.Get("Receipt")))
	require.NoError(t, err)
	require.NoError(t, given.Verify(s.keysOf()))
	require.Equal(t, d.ID, given.Case)
	require.Equal(t, "offer", given.Name)
	log := s.world.cases[d.ID].log
	require.Equal(t, log[len(log)-1].Hash, given.Head)
	require.Equal(t, int64(len(log)), given.HeadSequence)

	again := s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_partial","amount":{"amount":500,"currency":"EUR"}}`, "Idempotency-Key", "one").is(http.StatusCreated)
	require.Equal(t, a.header.Get("Receipt"), again.header.Get("Receipt"), "the same request has the same receipt")

	var shown struct {
		Receipt receipt.Receipt
		Command struct {
			ID, Case, Name string
			Sequence       int64
			By             casefile.Actor
			At             time.Time
			Fields         map[string]casefile.Field
		}
	}
	body := s.get(s.aSeller(), "/v1/commands/"+given.Command+"/receipt").is(http.StatusOK).body
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&shown))
	require.Equal(t, given, shown.Receipt)
	c := shown.Command
	covers, err := shown.Receipt.Covers(casefile.Command{ID: c.ID, Case: c.Case, Name: c.Name, Sequence: c.Sequence, By: c.By, At: c.At}, c.Fields)
	require.NoError(t, err)
	require.True(t, covers, "with the command as it was stored the content can be hashed again")
	for name, f := range c.Fields {
		require.NoError(t, f.Check(name))
	}
	s.get(s.aBuyer(), "/v1/commands/"+given.Command+"/receipt").refused(wire.ProblemCodeNotFound)
	s.get(who{id: "auditor", role: casefile.Auditor}, "/v1/commands/"+given.Command+"/receipt").is(http.StatusOK)
}

func TestWhatWasNotAcceptedHasNoReceipt(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	a := s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/escalate", `{}`).refused(wire.ProblemCodeWrongStage)
	require.Empty(t, a.header.Get("Receipt"))
	s.get(s.aSeller(), "/v1/commands/"+a.problem.Command+"/receipt").refused(wire.ProblemCodeNotFound)
	s.world.silent = true
	a = s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/concede", `{}`).is(http.StatusAccepted)
	require.Empty(t, a.header.Get("Receipt"))
	var pending wire.Command
	a.into(&pending)
	s.get(s.aSeller(), "/v1/commands/"+pending.ID+"/receipt").refused(wire.ProblemCodeNotFound)
}

func TestAnybodyReadsKeysAndRoots(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Rate, c.Burst = 0.001, 3 })
	require.Len(t, s.keysOf(), 1)
	for i := range 3 {
		s.world.roots = append(s.world.roots, store.Root{Day: fmt.Sprintf("2026-03-0%d", 3-i), Size: 7, Root: casefile.Hash{1}, MadeAt: s.world.now})
	}
	var page wire.RootPage
	s.get(who{}, "/v1/roots?limit=2").is(http.StatusOK).into(&page)
	require.Len(t, page.Data, 2)
	require.True(t, page.HasMore)
	require.Equal(t, "2026-03-02", page.Next)
	require.Equal(t, casefile.Hash{1}.String(), page.Data[0].Root)
	s.get(who{}, "/v1/roots?after=x").refused(wire.ProblemCodeValidationFailed)
	s.get(who{}, "/v1/roots").refused(wire.ProblemCodeRateLimited)
	s.get(thePlatform(), "/v1/orders").is(http.StatusOK) // who has a token is counted by itself
	s.get(who{}, "/v1/orders").refused(wire.ProblemCodeUnauthenticated)
}

func TestABundleIsForTheOneWhoAsks(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID + "/bundle"
	for _, c := range []struct {
		by       who
		evidence bool
	}{{s.aBuyer(), true}, {s.aSeller(), true}, {s.aSupervisor(), true}, {thePlatform(), false}, {who{id: "operator", role: casefile.Operator}, false},
		{who{id: "auditor", role: casefile.Auditor}, true}} {
		a := s.get(c.by, at).is(http.StatusOK)
		require.Equal(t, fmt.Sprintf("%s for %s %s, evidence %t", d.ID, c.by.role, c.by.id, c.evidence), string(a.body))
		require.Equal(t, "application/zip", a.header.Get("Content-Type"))
		require.Equal(t, fmt.Sprint(len(a.body)), a.header.Get("Content-Length"))
		require.Equal(t, `attachment; filename=`+d.ID+`.zip`, a.header.Get("Content-Disposition"))
	}
	s.get(who{id: s.otherBuyer, role: casefile.Buyer}, at).refused(wire.ProblemCodeNotFound)
	s.get(s.aReviewer(), at).refused(wire.ProblemCodeNotAllowed) // who does not have the case
	s.get(aCarrier(), at).refused(wire.ProblemCodeNotAllowed)
}

func TestABundleThatCannotBeWrittenIsAProblemAndLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/bundle"
	for _, c := range []struct {
		err  error
		code wire.ProblemCode
	}{{fmt.Errorf("write: %w", syscall.ENOSPC), wire.ProblemCodeStorageFull}, {store.ErrUnavailable, wire.ProblemCodeStorageUnavailable}, {errors.New("boom"), wire.ProblemCodeInternal}} {
		s.server.bundles = &shownBundles{fail: c.err}
		s.get(s.aBuyer(), at).refused(c.code)
	}
	s.server.bundles = &shownBundles{}
	s.get(s.aBuyer(), at).is(http.StatusOK)
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestWithoutAKeyThereAreNeitherReceiptsNorBundles(t *testing.T) {
	s := newStage(t)
	s.server.signing, s.server.bundles = nil, nil
	d := s.aDispute()
	a := s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/concede", `{}`).is(http.StatusOK)
	require.Empty(t, a.header.Get("Receipt"))
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID+"/bundle").refused(wire.ProblemCodeNotFound)
	var set wire.KeySet
	s.get(who{}, "/v1/keys").is(http.StatusOK).into(&set)
	require.Empty(t, set.Keys)
	_, err := New(Config{}, Services{Store: s.world, Deliver: s.world, Bundles: &shownBundles{}})
	require.ErrorContains(t, err, "key")
}
