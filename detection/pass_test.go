package detection_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/detection"
	"recourse/domain/casefile"
	"recourse/domain/detect"
	"recourse/domain/report"
	"recourse/policies"
	"recourse/store"
	"recourse/store/audit"
)

func TestASpikeOpensOneCaseAndRaisesTheDisputes(t *testing.T) {
	eachDatabase(t, func(m *market) {
		var disputes []string
		for range 4 {
			disputes = append(disputes, m.disputed())
		}
		require.Empty(m, m.run().Found, "four are too few")
		m.advance(time.Hour)
		disputes = append(disputes, m.disputed())

		result := m.run()
		require.Len(m, result.Found, 1)
		f := result.Found[0].Finding
		require.Equal(m, detect.ComplaintSpike, f.Detector)
		require.Equal(m, bolt.ID, f.Subject)
		require.ElementsMatch(m, disputes, f.Rows)

		r := m.report(result.Found[0].Report)
		require.Equal(m, result.Found[0].Finding.Text, r.Text)
		require.Equal(m, []string{bolt.ID}, r.Parties())
		require.Equal(m, result.Found[0].ID, r.Detection)
		require.Equal(m, f.Text, r.Text)
		require.Equal(m, report.Other, r.Behaviour)
		for _, id := range disputes {
			d := m.dispute(id)
			require.Len(m, d.Bench.Detected, 1)
			require.Equal(m, "waiting_seller", string(d.Status), "nothing else happened to it")
		}

		for range 2 {
			again := m.run()
			require.Empty(m, again.Found)
			require.Empty(m, again.Ended)
		}
		late := m.disputed()
		require.Empty(m, m.dispute(late).Bench.Detected)
		require.Empty(m, m.run().Found, "one case is open")
		require.Len(m, m.dispute(late).Bench.Detected, 1, "what is opened later is as urgent")
		require.Len(m, m.dispute(disputes[0]).Bench.Detected, 1, "and the others are told once")
		m.healthy()
	})
}

// healthy has the doctor look at everything, which decides every case again.
func (m *market) healthy() {
	m.Helper()
	result, err := audit.Run(m.Context(), m.store, audit.Options{Deep: true})
	require.NoError(m, err)
	for _, c := range result.Checks {
		require.Empty(m, c.Findings, c.Name)
	}
}

func TestWhatWasAnsweredRaisesNothing(t *testing.T) {
	for _, finding := range []report.Finding{report.Substantiated, report.Unsubstantiated, report.Duplicate, report.Inadmissible} {
		t.Run(string(finding), func(t *testing.T) {
			eachDatabase(t, func(m *market) {
				var disputes []string
				for range 5 {
					disputes = append(disputes, m.disputed())
				}
				found := m.run().Found
				require.Len(m, found, 1)
				late := m.disputed()
				m.run()
				disputes = append(disputes, late)
				for _, id := range disputes {
					require.Equal(m, []string{""}, m.answersTo(id))
				}
				m.answer(found[0].Report, finding)
				m.run()
				for _, id := range disputes {
					require.Equal(m, []string{string(finding)}, m.answersTo(id))
				}
				last := m.disputed()
				m.run()
				require.Empty(m, m.answersTo(last), "what is opened later is no more urgent")
				m.healthy()
			})
		})
	}
}

// answersTo are the findings of the reports that were opened about the parties of a dispute, in the order of their detection.
func (m *market) answersTo(id string) []string {
	m.Helper()
	var all []string
	for _, d := range m.dispute(id).Bench.Detected {
		all = append(all, d.Finding)
	}
	return all
}

func TestNoRowIsBehindTwoFindings(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for range 5 {
			m.disputed()
		}
		first := m.run().Found[0]
		m.answer(first.Report, report.Unsubstantiated)
		result := m.run()
		require.Len(m, result.Ended, 1)
		require.Equal(m, "unsubstantiated", result.Ended[0].Finding)
		require.Empty(m, result.Found, "the same disputes open no second case")
		for range 4 {
			m.disputed()
		}
		require.Empty(m, m.run().Found)
		fifth := m.disputed()
		second := m.run().Found
		require.Len(m, second, 1)
		require.Contains(m, second[0].Finding.Rows, fifth)
		require.Len(m, second[0].Finding.Rows, 5, "none of the first")
		require.NotEqual(m, first.ID, second[0].ID)

		page, err := m.store.Detections(m.Context(), store.DetectionQuery{Subject: bolt.ID, Clock: m.clock})
		require.NoError(m, err)
		require.Equal(m, []string{second[0].ID, first.ID}, []string{page.Data[0].ID, page.Data[1].ID})
		require.Equal(m, first.Finding, page.Data[1].Finding)
		require.Equal(m, "unsubstantiated", page.Data[1].Outcome)
	})
}

// failing is a store in which one kind of call fails at first.
type failing struct {
	*store.Store
	begins, knocks int
}

var errLost = errors.New("lost")

func (f *failing) Begin(ctx context.Context, n store.NewCase) (store.Receipt, error) {
	if f.begins--; f.begins >= 0 {
		return store.Receipt{}, errLost
	}
	return f.Store.Begin(ctx, n)
}

func (f *failing) Knock(ctx context.Context, k store.Knock) (store.Receipt, error) {
	if f.knocks--; f.knocks == 0 {
		return store.Receipt{}, errLost
	}
	return f.Store.Knock(ctx, k)
}

func TestAPassThatWasStoppedIsFinishedByTheNext(t *testing.T) {
	for name, broken := range map[string]failing{"before the report": {begins: 1}, "between two disputes": {knocks: 3}} {
		t.Run(name, func(t *testing.T) {
			eachDatabase(t, func(m *market) {
				broken := broken // each database breaks by itself
				var disputes []string
				for range 5 {
					disputes = append(disputes, m.disputed())
				}
				broken.Store = m.store
				m.sweep.Store = &broken
				result, err := m.sweep.Run(m.Context(), m.clock)
				require.ErrorIs(m, err, errLost)
				require.Len(m, result.Found, 1)
				_, err = m.store.Case(m.Context(), result.Found[0].Report)
				require.ErrorIs(m, err, store.ErrNotFound)
				m.settle()

				require.Empty(m, m.run().Found, "it was found before")
				require.NotEmpty(m, m.report(result.Found[0].Report).Text, "it was submitted")
				for _, id := range disputes {
					require.Len(m, m.dispute(id).Bench.Detected, 1)
				}
				require.Empty(m, m.run().Found)
			})
		})
	}
}

func TestTwoPassesAtOnceOpenOneCase(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for range 5 {
			m.disputed()
		}
		errs := make(chan error, 4)
		for range cap(errs) {
			go func() {
				_, err := m.sweep.Run(m.Context(), m.clock)
				errs <- err
			}()
		}
		for range cap(errs) {
			require.NoError(m, <-errs)
		}
		m.settle()
		page, err := m.store.Detections(m.Context(), store.DetectionQuery{Clock: m.clock})
		require.NoError(m, err)
		require.Len(m, page.Data, 1)
		reports, err := m.store.Reports(m.Context(), store.ReportQuery{CaseQuery: store.CaseQuery{Kind: casefile.KindReport}})
		require.NoError(m, err)
		require.Len(m, reports.Data, 1)
		require.Empty(m, reports.Data[0].Reporter)
		require.Equal(m, bolt.ID, reports.Data[0].Reported)
	})
}

func TestANumberThatIsUsedAgainIsSeen(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.delivered(m.buyer(), "T-1")
		require.Empty(m, m.run().Found)
		second := m.order(m.buyer())
		m.knock(second, "ship", bolt, map[string]any{"carrier": "courier", "tracking": "t 1"})
		found := m.run().Found
		require.Len(m, found, 1)
		require.Equal(m, detect.Tracking, found[0].Finding.Detector)
		require.Equal(m, "reused", found[0].Finding.Leading)
		require.Contains(m, found[0].Finding.Rows[0], second)
		require.Equal(m, report.FalseLogistics, m.report(found[0].Report).Behaviour)
	})
}

func TestWhatOneWritesInManyThreadsIsSeen(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for range 3 {
			buyer := m.buyer()
			order := m.delivered(buyer, fmt.Sprintf("T-%d", m.n))
			m.knock(order, "post_message", buyer, map[string]any{"text": "When does it come?"})
			m.knock(order, "post_message", bolt, map[string]any{"text": "Write to me at bolt@example.org, it is cheaper."})
		}
		found := m.run().Found
		require.Len(m, found, 1)
		require.Equal(m, detect.Messages, found[0].Finding.Detector)
		require.Equal(m, bolt.ID, found[0].Finding.Subject)
		require.Equal(m, report.OffPlatform, m.report(found[0].Report).Behaviour)
		require.NotContains(m, fmt.Sprint(found[0].Finding), "bolt@", "nothing that anybody wrote is kept with it")
	})
}

// brushed is a shop whose four buyers share a device and order again and again; the reviews of their orders are returned.
func (m *market) brushed() []string {
	m.Helper()
	ring := []casefile.Actor{m.buyer()}
	for range 3 {
		ring = append(ring, m.buyer(store.Link{Account: ring[0].ID, Kind: "device"}))
	}
	var reviews []string
	for i := range 12 {
		order := m.delivered(ring[i%4], fmt.Sprintf("T-%d", i))
		if i < 4 { // the first of each buyer, so that it is no repeat
			reviews = append(reviews, m.reviewed(order, ring[i%4]))
		}
	}
	return reviews
}

func TestReviewsOfABrushedShopDoNotCountUntilItsReportIsAnswered(t *testing.T) {
	for finding, counted := range map[report.Finding]bool{report.Unsubstantiated: true, report.Substantiated: false} {
		t.Run(string(finding), func(t *testing.T) {
			eachDatabase(t, func(m *market) {
				reviews := m.brushed()
				m.advance(8 * day)
				for _, id := range reviews {
					require.True(m, m.review(id).Counted)
				}
				found := m.run().Found
				require.Len(m, found, 1)
				require.Equal(m, detect.Brushing, found[0].Finding.Detector)
				for _, id := range reviews {
					require.False(m, m.review(id).Counted)
					require.Equal(m, "under_investigation", string(m.review(id).Reason))
				}
				m.answer(found[0].Report, finding)
				m.run()
				for _, id := range reviews {
					require.Equal(m, counted, m.review(id).Counted)
				}
				m.healthy()
			})
		})
	}
}

func TestSellersOfAnotherClockAreNotLookedAt(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for range 5 {
			m.disputed()
		}
		other, err := m.sweep.Run(m.Context(), "")
		require.NoError(m, err)
		require.Zero(m, other.Seen+other.Looks)
		require.Len(m, m.run().Found, 1)
	})
}

func TestAPassReadsOnlyWhatHasHappenedSince(t *testing.T) {
	eachDatabase(t, func(m *market) {
		for range 3 {
			m.order(m.buyer())
		}
		require.Equal(m, 3, m.run().Seen)
		mark, err := m.store.DetectorMark(m.Context(), m.clock)
		require.NoError(m, err)
		require.Zero(m, mark, "what was just seen may have something before it on its way")
		rows, last, err := m.store.Sight(m.Context(), m.clock, mark)
		require.NoError(m, err)
		require.Len(m, rows, 3)
		require.NotZero(m, last)
		after, none, err := m.store.Sight(m.Context(), m.clock, last)
		require.NoError(m, err)
		require.Zero(m, none)
		require.Empty(m, after)
		require.True(m, slices.IsSortedFunc(rows, func(a, b detect.Row) int { return a.At.Compare(b.At) }))
	})
}

func TestThereIsNoDetectorOfThatName(t *testing.T) {
	t.Parallel()
	_, _, err := detection.Examine(t.Context(), nil, policiesTerms, detection.Look{Detector: "crystal_ball", Account: "acc_1"}, time.Time{}, began)
	require.ErrorContains(t, err, "crystal_ball")
}

var policiesTerms = policies.Default().ForDetect()

func TestTheDoctorAsksWhatADetectorHasFound(t *testing.T) {
	eachDatabase(t, func(m *market) {
		id := m.disputed()
		m.healthy()
		m.knock(id, "detected", casefile.Detectors, map[string]any{"detection": "det_invented", "detector": "brushing"})
		result, err := audit.Run(m.Context(), m.store, audit.Options{Deep: true})
		require.NoError(m, err)
		var said []string
		for _, c := range result.Checks {
			for _, f := range c.Findings {
				said = append(said, c.Name+": "+f.What)
			}
		}
		require.Equal(m, []string{"what one case told another arrived, once: detected by a detector, which has found nothing of the kind"}, said)
	})
}
