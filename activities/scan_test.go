package activities_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"recourse/activities"
	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/internal/clamd"
	"recourse/internal/identifier"
	"recourse/internal/media"
	"recourse/store"
)

// shelf is a door with files behind it, and what was made of them.
type shelf struct {
	door
	kind    string
	content []byte
	name    string // as its sender called it
	silent  bool   // the storage does not answer
	kept    map[string]store.NewRendition
}

func (s *shelf) OpenFile(_ context.Context, id string) (store.File, io.ReadCloser, error) {
	switch {
	case s.content == nil:
		return store.File{}, nil, store.ErrNotFound
	case s.silent:
		return store.File{ID: id, Type: s.kind}, io.NopCloser(iotest.ErrReader(store.ErrStorage)), nil
	}
	return store.File{ID: id, Type: s.kind, Name: s.name}, io.NopCloser(bytes.NewReader(s.content)), nil
}

func (s *shelf) KeepRenditions(_ context.Context, _ string, made ...store.NewRendition) error {
	s.kept = map[string]store.NewRendition{}
	for _, m := range made {
		s.kept[m.Use] = m
	}
	return nil
}

// says is a scanner that reads to the end and says what it is told.
type says struct {
	result clamd.Result
	err    error
	read   []byte
}

func (s *says) Scan(_ context.Context, from io.Reader) (clamd.Result, error) {
	var err error
	if s.read, err = io.ReadAll(from); err != nil {
		return clamd.Result{}, err
	}
	return s.result, s.err
}

func photo(t *testing.T) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 600, 300))))
	return b.Bytes()
}

func handedIn(scan dispute.Scan) dispute.Dispute {
	return dispute.Dispute{Items: []dispute.Item{{ID: "evd_1", File: "fil_1", Step: 5, Scan: scan}}}
}

var file5 = contract.TransferInput{Case: "dsp_1", Step: 5}

// reported is the one command that was stored.
func (s *shelf) reported(t *testing.T) map[string]any {
	t.Helper()
	require.Len(t, s.knocks, 1)
	id := identifier.Derive("cmd", "dsp_1", "5", "record_scan")
	knock, there := s.knocks[id]
	require.True(t, there)
	require.Equal(t, "record_scan", knock.Name)
	require.Equal(t, casefile.Actor{Role: casefile.System}, knock.By)
	require.True(t, knock.Internal)
	var data map[string]any
	require.NoError(t, json.Unmarshal(knock.Data, &data))
	require.EqualValues(t, 5, data["step"])
	return data
}

func TestACleanImageIsReportedWithWhatIsShownOfIt(t *testing.T) {
	s := &shelf{door: door{state: handedIn(dispute.ScanPending)}, kind: "image/png", content: photo(t)}
	scanner := &says{result: clamd.Result{Verdict: clamd.Clean}}
	scans := activities.NewScans(s, scanner, media.Defaults(), quiet)
	for range 2 {
		require.NoError(t, scans.ScanFile(t.Context(), file5))
	}
	require.Equal(t, s.content, scanner.read)
	require.Equal(t, "clean", s.reported(t)["verdict"])
	require.Equal(t, store.Rendition{Use: store.Shown, Type: "image/jpeg", Width: 600, Height: 300}, s.kept[store.Shown].Rendition)
	require.Equal(t, store.Rendition{Use: store.Thumbnail, Type: "image/jpeg", Width: 256, Height: 128}, s.kept[store.Thumbnail].Rendition)
}

func TestOnlyAHarmlessImageIsMadeAnew(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		content []byte
		result  clamd.Result
		want    map[string]any
	}{
		"infected":            {"image/png", photo(t), clamd.Result{Verdict: clamd.Infected, Signature: "Test.Marked"}, map[string]any{"step": 5.0, "verdict": "infected", "signature": "Test.Marked"}},
		"unscannable":         {"image/png", photo(t), clamd.Result{Verdict: clamd.Unscannable, Why: "locked"}, map[string]any{"step": 5.0, "verdict": "unscannable"}},
		"a document":          {"application/pdf", []byte("%PDF-1.4"), clamd.Result{Verdict: clamd.Clean}, map[string]any{"step": 5.0, "verdict": "clean"}},
		"no image after all":  {"image/png", photo(t)[:100], clamd.Result{Verdict: clamd.Clean}, map[string]any{"step": 5.0, "verdict": "unscannable"}},
		"a file that is gone": {"image/png", nil, clamd.Result{Verdict: clamd.Clean}, map[string]any{"step": 5.0, "verdict": "unscannable"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{door: door{state: handedIn(dispute.ScanPending)}, kind: c.kind, content: c.content}
			require.NoError(t, activities.NewScans(s, &says{result: c.result}, media.Defaults(), quiet).ScanFile(t.Context(), file5))
			require.Equal(t, c.want, s.reported(t))
			require.Empty(t, s.kept)
		})
	}
}

func TestOnATestClockAFileSaysInItsNameHowItsScanGoes(t *testing.T) {
	for _, c := range []struct{ name, clock, want string }{
		{"scan-infected.txt", "clk_1", "infected"}, {"scan-unscannable.tar.txt", "clk_1", "unscannable"}, {"scan-never.txt", "clk_1", "unanswered"},
		{"scan-nothing.txt", "clk_1", "clean"}, {"my scan-infected.txt", "clk_1", "clean"},
		{"scan-infected.txt", "", "clean"}, {"scan-never.txt", "", "clean"}, // elsewhere a name says nothing
	} {
		s := &shelf{door: door{state: handedIn(dispute.ScanPending), clock: c.clock}, kind: "text/plain", content: []byte("x"), name: c.name}
		scanner := &says{result: clamd.Result{Verdict: clamd.Clean}}
		require.NoError(t, activities.NewScans(s, scanner, media.Defaults(), quiet).ScanFile(t.Context(), file5))
		require.Equal(t, c.want, s.reported(t)["verdict"], "%s on %q", c.name, c.clock)
		require.Equal(t, c.want == "clean", scanner.read != nil)
	}
	s := &shelf{door: door{state: dispute.Dispute{Items: []dispute.Item{{ID: "evd_1", File: "fil_1", Step: 5, Scan: dispute.ScanPending, Unanswered: true}}}}, content: []byte("x")}
	require.NoError(t, activities.NewScans(s, &says{}, media.Defaults(), quiet).ScanFile(t.Context(), file5))
	require.Empty(t, s.knocks, "it is not asked again")
}

func TestAFileThatDoesNotWaitIsNotScanned(t *testing.T) {
	for _, scan := range []dispute.Scan{"", dispute.ScanClean, dispute.ScanInfected} {
		s, scanner := &shelf{door: door{state: handedIn(scan)}, kind: "text/plain", content: []byte("x")}, &says{}
		require.NoError(t, activities.NewScans(s, scanner, media.Defaults(), quiet).ScanFile(t.Context(), file5))
		require.Nil(t, scanner.read)
		require.Empty(t, s.knocks)
	}
}

func TestAScannerThatDoesNotAnswerIsAskedAgainAndNothingIsAssumed(t *testing.T) {
	for name, c := range map[string]struct {
		s       *shelf
		scanner *says
		errType string
	}{
		"the scanner is silent": {&shelf{door: door{state: handedIn(dispute.ScanPending)}, content: []byte("x")}, &says{err: fmt.Errorf("x: %w", clamd.ErrUnavailable)}, contract.ErrTypeScan},
		"the storage is":        {&shelf{door: door{state: handedIn(dispute.ScanPending)}, content: []byte("x"), silent: true}, &says{}, contract.ErrTypeScan},
		"an order has no files": {&shelf{door: door{state: order()}}, &says{}, contract.ErrTypeScan},
	} {
		t.Run(name, func(t *testing.T) {
			err := activities.NewScans(c.s, c.scanner, media.Defaults(), quiet).ScanFile(t.Context(), file5)
			var failure *temporal.ApplicationError
			require.ErrorAs(t, err, &failure)
			require.Equal(t, c.errType, failure.Type())
			require.False(t, failure.NonRetryable())
			require.Empty(t, c.s.knocks)
		})
	}
}
