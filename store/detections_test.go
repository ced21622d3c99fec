package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"recourse/domain/detect"
)

func (f *fixture) detection(id, subject string, by detect.Detector, found time.Time) Detection {
	return Detection{ID: id, Policy: "p", Report: "rep_" + id, FoundAt: found, Finding: detect.Finding{Detector: by, Subject: subject, Since: found.Add(-time.Hour), Until: found,
		Rows: []string{"dsp_1"}, Total: 1, Text: "One."}}
}

func TestADetectorHasOneOpenDetectionAnAccount(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		keep := func(d Detection) bool {
			fresh, err := f.KeepDetection(f.ctx, d)
			require.NoError(f.t, err)
			return fresh
		}
		first := f.detection("det_1", "acc_1", detect.Brushing, zero)
		require.True(f.t, keep(first))
		require.False(f.t, keep(first), "the same again")
		require.False(f.t, keep(f.detection("det_2", "acc_1", detect.Brushing, zero.Add(time.Hour))), "another one while the first is open")
		require.True(f.t, keep(f.detection("det_3", "acc_1", detect.Tracking, zero)))
		require.True(f.t, keep(f.detection("det_4", "acc_2", detect.Brushing, zero)))

		until, open, err := f.LastDetected(f.ctx, detect.Brushing, "acc_1")
		require.NoError(f.t, err)
		require.True(f.t, open)
		require.Equal(f.t, zero, until)
		require.NoError(f.t, f.EndDetection(f.ctx, "det_1", "unsubstantiated", zero.Add(2*time.Hour)))
		require.True(f.t, keep(f.detection("det_5", "acc_1", detect.Brushing, zero.Add(3*time.Hour))))
		until, open, err = f.LastDetected(f.ctx, detect.Brushing, "acc_1")
		require.NoError(f.t, err)
		require.True(f.t, open)
		require.Equal(f.t, zero.Add(3*time.Hour), until)

		require.NoError(f.t, f.EndDetection(f.ctx, "det_1", "substantiated", zero.Add(9*time.Hour)))
		page, err := f.Detections(f.ctx, DetectionQuery{Open: new(false)})
		require.NoError(f.t, err)
		require.Len(f.t, page.Data, 1)
		require.Equal(f.t, "substantiated", page.Data[0].Outcome)
		require.Equal(f.t, zero.Add(2*time.Hour), page.Data[0].EndedAt, "it ended when it was answered first")
		require.Equal(f.t, first.Finding, page.Data[0].Finding)
	})
}

func TestDetectionsPageWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for i := range 25 {
			_, err := f.KeepDetection(f.ctx, f.detection(fmt.Sprintf("det_%02d", i), fmt.Sprintf("acc_%02d", i), detect.Detectors[i%2], zero.Add(time.Duration(i/5)*time.Hour)))
			require.NoError(f.t, err)
		}
		var got []string
		q := DetectionQuery{Limit: 7}
		for pages := 1; ; pages++ {
			page, err := f.Detections(f.ctx, q)
			require.NoError(f.t, err)
			for _, d := range page.Data {
				got = append(got, d.ID)
			}
			if !page.HasMore {
				require.Equal(f.t, 4, pages)
				break
			}
			q.After = page.Next
		}
		require.Len(f.t, got, 25)
		for i, id := range got {
			require.Equal(f.t, fmt.Sprintf("det_%02d", 24-i), id, "the latest first")
		}
		for q, n := range map[DetectionQuery]int{{Detector: "complaint_spike"}: 13, {Subject: "acc_03"}: 1, {Clock: "clk_none"}: 0} {
			page, err := f.Detections(f.ctx, q)
			require.NoError(f.t, err)
			require.Len(f.t, page.Data, n, "%+v", q)
		}
		_, err := f.Detections(f.ctx, DetectionQuery{After: "nonsense"})
		require.ErrorIs(f.t, err, ErrCursor)
	})
}

func TestAMarkSettlesBeforeWhatMayHaveBeenOnItsWay(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		mark := func() int64 {
			n, err := f.DetectorMark(f.ctx, "")
			require.NoError(f.t, err)
			return n
		}
		age := func() {
			require.NoError(f.t, f.db.Model(&markRow{}).Where("scope = ''").Update("seen_at", at(zero.AddDate(-10, 0, 0))).Error)
		}
		require.Zero(f.t, mark())
		require.NoError(f.t, f.MoveDetectorMark(f.ctx, "", 10))
		require.Zero(f.t, mark(), "a transaction that began before may commit yet")
		require.NoError(f.t, f.MoveDetectorMark(f.ctx, "", 20))
		require.Zero(f.t, mark())
		age()
		require.Equal(f.t, int64(10), mark())
		require.NoError(f.t, f.MoveDetectorMark(f.ctx, "", 30))
		require.Equal(f.t, int64(10), mark())
		age()
		require.Equal(f.t, int64(30), mark())
		require.NoError(f.t, f.MoveDetectorMark(f.ctx, "", 25))
		require.Equal(f.t, int64(30), mark(), "it never moves back")
		other, err := f.DetectorMark(f.ctx, "clk_other")
		require.NoError(f.t, err)
		require.Zero(f.t, other)
	})
}

func TestWhatTheLogSaysToDetectors(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, c := range []struct{ id, kind, order, reason string }{
			{"ord_1", "order", "ord_1", ""}, {"ord_2", "order", "ord_2", ""}, {"ord_3", "order", "ord_3", ""},
			{"dsp_1", "dispute", "ord_1", "not_as_described.wrong_item"}, {"dsp_2", "dispute", "ord_2", "not_as_described.quality"},
			{"rev_1", "review", "ord_1", ""}, {"rev_2", "review", "ord_2", ""}, {"rev_3", "review", "ord_3", ""},
		} {
			require.NoError(f.t, f.db.Create(&caseRow{ID: c.id, Kind: c.kind, OrderID: c.order, Reason: c.reason, Sequence: 1, Applied: 1, LastAt: at(zero), OpenedAt: at(zero),
				ChangedAt: at(zero), Buyer: "acc_b", Seller: "acc_s"}).Error)
		}
		say := func(id string, sequence int64, what, role, data string) {
			require.NoError(f.t, f.db.Exec("INSERT INTO events (case_id, sequence, type, by_id, by_role, at, data, seals, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, '{}', '', '')",
				id, sequence, what, "acc_"+role, role, at(zero.Add(time.Duration(sequence)*time.Hour)), data).Error)
		}
		say("ord_1", 1, "order.funded", "platform", `{}`)
		say("ord_1", 2, "order.delivered", "carrier", `{"strength": "weak"}`)
		say("ord_2", 2, "order.delivered", "carrier", `{"strength": "suspect"}`)
		say("ord_3", 2, "order.delivered", "carrier", `{"strength": "strong"}`)
		say("rev_1", 3, "review.submitted", "buyer", `{"stars": 5, "text": "secret"}`)
		say("rev_1", 4, "review.submitted", "buyer", `{"text": "secret", "edited": true}`)
		say("rev_2", 3, "review.submitted", "buyer", `{"stars": 4}`)
		say("rev_3", 1, "review.submitted", "buyer", `{"stars": 1}`)
		say("dsp_1", 1, "dispute.opened", "buyer", `{}`)
		say("dsp_1", 2, "dispute.closed", "system", `{"outcome": "decided_for_buyer"}`)
		say("dsp_2", 2, "dispute.closed", "system", `{"outcome": "decided_for_seller"}`)
		say("ord_2", 3, "tracking.suspect", "seller", `{"reasons": ["check_digit", "reused"], "tracking": "secret"}`)
		say("ord_3", 3, "message.posted", "seller", `{"text": "secret"}`)
		say("ord_3", 4, "message.flagged", "system", `{"message": 3, "rule": "contact_data"}`)
		say("ord_3", 5, "message.posted", "reviewer", `{"text": "secret"}`)
		say("ord_3", 6, "message.flagged", "system", `{"message": 5, "rule": "contact_data"}`)
		say("rev_1", 5, "message.flagged", "system", `{"message": 3, "rule": "insult"}`)

		rows, _, err := f.Sight(f.ctx, "", 0)
		require.NoError(f.t, err)
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint(r.Kind, " ", r.ID, " ", r.OrderID, " ", r.Code, " ", r.Stars, " ", r.Early, " ", r.Author))
			require.Equal(f.t, []string{"acc_b", "acc_s"}, []string{r.Buyer, r.Seller})
		}
		require.Equal(f.t, []string{
			"order ord_1 ord_1  0 false ",
			"review rev_1 ord_1  5 false ",
			"review rev_2 ord_2  4 true ", // a delivery that is contradicted is none
			"review rev_3 ord_3  1 true ", // the delivery came later
			"dispute dsp_1 ord_1 not_as_described.wrong_item 0 false ",
			"ruling dsp_1/2 ord_1 not_as_described.wrong_item 0 false ",
			"suspect ord_2/3/check_digit ord_2 check_digit 0 false ",
			"suspect ord_2/3/reused ord_2 reused 0 false ",
			"message ord_3/4 ord_3 contact_data 0 false acc_seller",
		}, got)
		require.NotContains(f.t, fmt.Sprint(rows), "secret")
		kept, err := f.Sightings(f.ctx, SightingQuery{Kind: detect.Message, Side: "author", Account: "acc_seller", After: zero, Until: zero.Add(24 * time.Hour)})
		require.NoError(f.t, err)
		require.Equal(f.t, rows[8:], kept)
		n, err := f.CountSightings(f.ctx, SightingQuery{Kind: detect.Order, Side: "buyer", Account: "acc_b", After: zero.Add(-24 * time.Hour), Until: zero})
		require.NoError(f.t, err)
		require.Equal(f.t, 3, n)
		n, err = f.CountSightings(f.ctx, SightingQuery{Kind: detect.Dispute, Side: "buyer", Account: "acc_b", After: zero, Until: zero.Add(24 * time.Hour)})
		require.NoError(f.t, err)
		require.Equal(f.t, 1, n)
	})
}

func TestNoAccountStandsInAnotherColumn(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for _, side := range []string{"", "id = '' OR seller", "code"} {
			_, err := f.Sightings(f.ctx, SightingQuery{Side: side, Account: "x", Kind: detect.Order})
			require.Error(f.t, err)
			_, err = f.CountSightings(f.ctx, SightingQuery{Side: side, Account: "x", Kind: detect.Order})
			require.Error(f.t, err)
		}
	})
}

func TestWhatDetectorsAskHasItsIndex(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		rows, found := make([]sightingRow, 3000), make([]detectionRow, 3000)
		for i := range rows {
			part := fmt.Sprint(i % 97)
			rows[i] = sightingRow{ID: fmt.Sprintf("ord_x%d", i), Kind: string(detect.Kinds[i%6]), OrderID: "ord_x", Buyer: "buyer" + part, Seller: "seller" + part, At: at(zero.Add(time.Duration(i) * time.Minute))}
			if i%40 == 0 {
				rows[i].Author = "author" + part
			}
			found[i] = detectionRow{ID: fmt.Sprintf("det_%d", i), Detector: string(detect.Detectors[i%6]), Subject: fmt.Sprint("seller", i%500), SinceAt: at(zero), UntilAt: at(zero),
				FoundAt: at(zero.Add(time.Duration(i) * time.Minute)), Finding: document("{}"), ReportID: "rep_x", EndedAt: at(zero)}
		}
		require.NoError(f.t, f.db.CreateInBatches(&rows, 500).Error)
		require.NoError(f.t, f.db.CreateInBatches(&found, 500).Error)
		f.fill(3000)
		for _, side := range sideColumns {
			for name, ask := range map[string]func(context.Context) error{
				"sightings": func(ctx context.Context) error {
					_, err := f.Sightings(ctx, SightingQuery{Kind: detect.Message, Side: side, Account: side + "7", After: zero, Until: zero.Add(time.Hour)})
					return err
				},
				"orders of a buyer": func(ctx context.Context) error {
					_, err := f.CountSightings(ctx, SightingQuery{Kind: detect.Order, Side: "buyer", Account: "buyer7", After: zero, Until: zero.Add(time.Hour)})
					return err
				},
				"last": func(ctx context.Context) error {
					_, _, err := f.LastDetected(ctx, detect.Brushing, "seller7")
					return err
				},
			} {
				for _, statement := range f.overheard(ask) {
					f.explain(name+" of a "+side, statement, false)
				}
			}
		}
		for name, q := range map[string]DetectionQuery{"all": {}, "detector": {Detector: "brushing"}, "subject": {Subject: "seller7"}, "closed": {Open: new(false)},
			"next page": {Detector: "brushing", After: cursorOf(zero.Add(time.Hour), "det_1")}} {
			f.plan("detections, "+name, func(tx *gorm.DB) *gorm.DB {
				tx, err := q.scope(tx)
				require.NoError(f.t, err)
				var rows []detectionRow
				return tx.Limit(21).Find(&rows)
			})
		}
		for _, clock := range []string{"", "clk_plan"} {
			for _, statement := range f.overheard(func(ctx context.Context) error { _, _, err := f.Sight(ctx, clock, 5); return err }) {
				f.explain("what happened since, on clock "+clock, statement, false)
			}
		}
	})
}
