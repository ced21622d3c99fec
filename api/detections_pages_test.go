package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/detection"
	"recourse/domain/casefile"
	"recourse/domain/detect"
	"recourse/domain/kinds"
	"recourse/domain/protection"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// overDatabase has the server read what detectors found from a database of its own.
func (s *stage) overDatabase() *store.Store {
	s.t.Helper()
	real, err := store.Open(s.t.Context(), "sqlite:"+filepath.Join(s.t.TempDir(), "cases.db"), store.Options{Kinds: kinds.All()})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, real.Close()) })
	require.NoError(s.t, real.Migrate(s.t.Context()))
	s.server.store = listing{Store: s.server.store, real: real}
	return real
}

// listing lists what is in a database; all else is of the world.
type listing struct {
	Store
	real *store.Store
}

func (l listing) Detections(ctx context.Context, q store.DetectionQuery) (store.Page[store.Detection], error) {
	return l.real.Detections(ctx, q)
}

// found keeps a detection of its own account.
func (s *stage) found(in *store.Store, id string, when time.Time) {
	s.t.Helper()
	fresh, err := in.KeepDetection(s.t.Context(), store.Detection{ID: id, Policy: "p", Report: "rep_" + id, FoundAt: when,
		Finding: detect.Finding{Detector: detect.Brushing, Subject: "acc_" + id, Since: when, Until: when, Rows: []string{"ord_1"}, Total: 1}})
	require.NoError(s.t, err)
	require.True(s.t, fresh)
}

// TestDetectionsPageWithoutGapsOrRepeatsWhileSomeAreFound: what is found while somebody reads is newer than where the reader began,
// or stands at one instant with a row that was read; what was there is shown once, and nothing is left out.
func TestDetectionsPageWithoutGapsOrRepeatsWhileSomeAreFound(t *testing.T) {
	s := newStage(t)
	in := s.overDatabase()
	began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var there []string
	for i := range 25 { // five at each instant
		there = append(there, fmt.Sprintf("det_%02d", i))
		s.found(in, there[i], began.Add(time.Duration(i/5)*time.Hour))
	}
	slices.Reverse(there)
	for _, filter := range []string{"", "&open=true", "&detector=brushing"} {
		seen, query := []string{}, "/v1/detections?limit=4"+filter
		for pages := 1; ; pages++ {
			var page wire.DetectionPage
			s.get(s.aSupervisor(), query).is(http.StatusOK).into(&page)
			for _, d := range page.Data {
				seen = append(seen, d.ID)
			}
			if !page.HasMore {
				require.Empty(t, page.Next)
				require.GreaterOrEqual(t, pages, 7)
				break
			}
			require.Len(t, page.Data, 4)
			name := strings.TrimPrefix(strings.TrimPrefix(filter, "&"), "open=") + fmt.Sprint(pages)
			s.found(in, "det_new_"+name, began.Add(time.Duration(10+pages)*time.Hour))
			s.found(in, page.Data[3].ID+"_beside_"+name, page.Data[3].FoundAt) // behind the last one that was read, by its identifier
			query = "/v1/detections?limit=4" + filter + "&after=" + page.Next
		}
		old := slices.DeleteFunc(slices.Clone(seen), func(id string) bool { return len(id) != len("det_00") })
		require.Equal(t, there, old, "%s: each that was there once, the latest first", filter)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(seen))), len(seen), "%s: nothing twice", filter)
	}
}

// TestWhatDetectorsFoundIsReadByWhomItConcernsAloneAndHoldsNobodysWords: three buyers were written to, and what was written is flagged.
// Whoever may not read detections gets no byte of them; whoever may gets no byte of what was written.
func TestWhatDetectorsFoundIsReadByWhomItConcernsAloneAndHoldsNobodysWords(t *testing.T) {
	s := newStage(t)
	in := s.overDatabase()
	clock := identifier.New("clk")
	_, err := in.CreateClock(t.Context(), clock, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), store.Once{})
	require.NoError(t, err)
	seller := casefile.Actor{ID: s.seller, Role: casefile.Seller}
	for range 3 {
		order := bought(t, in, clock, identifier.New("acc"), seller.ID)
		text, err := json.Marshal(map[string]string{"text": "Write to " + canary + "@mail.example."})
		require.NoError(t, err)
		_, err = in.Knock(t.Context(), store.Knock{ID: identifier.New("cmd"), Case: order, Name: "post_message", By: seller, Data: text})
		require.NoError(t, err)
		_, err = in.Step(t.Context(), order)
		require.NoError(t, err)
	}
	result, err := (&detection.Sweep{Store: in}).Run(t.Context(), clock)
	require.NoError(t, err)
	require.Len(t, result.Found, 1)
	d := result.Found[0]

	queries := []string{"", "?subject=" + seller.ID, "?detector=messages", "?open=true", "?limit=1", "?clock=" + clock, "?after=nonsense", "?limit=0"}
	roles := map[casefile.Role]bool{casefile.Buyer: false, casefile.Seller: false, casefile.Platform: false, casefile.Carrier: false, casefile.System: false,
		casefile.Reviewer: true, casefile.Supervisor: true, casefile.Operator: true, casefile.Auditor: true}
	for role, may := range roles {
		callers := []who{{id: "somebody", role: role}}
		if role == casefile.Seller || role == casefile.Buyer {
			callers = append(callers, who{id: seller.ID, role: role}) // whom it is about
		}
		for _, by := range callers {
			for _, query := range queries {
				a := s.get(by, "/v1/detections"+query)
				require.NotContains(t, string(a.body), canary, "%s %s", role, query)
				if may {
					continue
				}
				require.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, a.status, "%s %s: %s", role, query, a.body)
				for _, secret := range append([]string{d.ID, d.Report, d.Policy, d.Finding.Text, "contact_data"}, d.Finding.Rows...) {
					require.NotContains(t, string(a.body), secret, "%s %s", role, query)
				}
			}
			if may {
				var page wire.DetectionPage
				s.get(by, "/v1/detections").is(http.StatusOK).into(&page)
				require.Len(t, page.Data, 1)
				require.Equal(t, []any{d.ID, d.Report, d.Finding.Rows}, []any{page.Data[0].ID, page.Data[0].Report, page.Data[0].Rows})
			}
		}
	}
	require.NotContains(t, string(s.get(who{}, "/v1/detections").refused(wire.ProblemCodeUnauthenticated).body), d.ID)
}

// bought begins an order on a clock.
func bought(t *testing.T, in *store.Store, clock, buyer, seller string) string {
	t.Helper()
	at, err := in.Clock(t.Context(), clock)
	require.NoError(t, err)
	data, err := json.Marshal(protection.Registration{Buyer: buyer, Seller: seller, Currency: "EUR", PaidAt: at.Now, ShipBy: at.Now.Add(48 * time.Hour),
		GuaranteedBy: at.Now.Add(20 * 24 * time.Hour), Country: "FR", Terms: policies.Default().ForOrder(),
		Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: 4200}}})
	require.NoError(t, err)
	id := identifier.New("ord")
	_, err = in.Begin(t.Context(), store.NewCase{ID: id, Kind: casefile.KindOrder, Clock: clock, Command: store.Knock{ID: identifier.New("cmd"), Case: id,
		Name: "register_order", By: casefile.Actor{ID: "platform", Role: casefile.Platform}, Data: data}})
	require.NoError(t, err)
	_, err = in.Step(t.Context(), id)
	require.NoError(t, err)
	return id
}
