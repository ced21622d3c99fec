package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/bundle"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
	"recourse/domain/receipt"
	"recourse/play"
)

// taken are case files that between them have evidence that was announced, offers, a return, second signatures, votes, a panel
// that is drawn anew, withdrawals and money of every kind.
var taken = []string{"announced-in-time", "appeal-overturns", "decided-return-contested", "member-replaced", "second-signature-refused",
	"promise-of-resend-broken", "withdrawn-clock-resumes", "chargeback-during-dispute", "slow-desk"}

func TestWhatEachReaderTakesAwayOfAPlayedCaseVerifiesAndIsDecidedAgain(t *testing.T) {
	s := start(t, stack.Options{})
	m := newMarket(t, s, "", nil)
	keys := m.keys()
	var before []receipt.Receipt // of other cases
	for _, result := range played(t, s) {
		require.NotEmpty(t, result.Kept.Disputes, result.Name)
		for _, id := range result.Kept.Disputes {
			d := m.dispute(id)
			var own []receipt.Receipt
			for _, who := range []string{d.Buyer, d.Seller, string(casefile.Auditor)} {
				t.Run(result.Name+"/"+who, func(t *testing.T) {
					text := m.bundle(t, id, who)
					whole(t, text, keys, id, who)
					own = append(own, m.receipts(t, text, keys, id, who)...)
					for _, other := range before {
						require.Error(t, bundle.Covers(opened(t, text), other), "a receipt is of its own case")
					}
				})
			}
			require.NotEmpty(t, own, "%s: nobody sent a command", result.Name)
			before = append(before, own...)
		}
	}
}

func TestTheReceiptOfAnAnswerIsTheOneOfTheBundle(t *testing.T) {
	m := newMarket(t, start(t, stack.Options{}), "", nil)
	order := m.ordered(time.Now().Add(-time.Hour)).ID
	m.delivered(order)
	id, keys := m.disputed(order).ID, m.keys()
	answer := good(m.as(m.seller).PostMessage(t.Context(), id, nil, client.NewMessage{Text: "It left our house whole."})).in(t)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusCreated, answer.StatusCode)
	given := good(receipt.Parse([]byte(answer.Header.Get("Receipt")))).in(t)
	require.NoError(t, given.Verify(keys))
	m.said(id, "And dry.") // more happens afterwards
	for _, who := range []string{m.buyer, m.seller, string(casefile.Auditor)} {
		text := m.bundle(t, id, who)
		whole(t, text, keys, id, who)
		require.NoError(t, bundle.Covers(opened(t, text), given))
		later := given
		later.HeadSequence++
		require.Error(t, bundle.Covers(opened(t, text), later))
	}
}

// played plays the case files that bundles are taken of.
func played(t *testing.T, s *stack.Stack) []play.Result {
	t.Helper()
	paths := make([]string, len(taken))
	for i, name := range taken {
		paths[i] = filepath.Join("../../cases", name+".yaml")
	}
	stories, problems, err := play.Load(paths)
	require.NoError(t, err)
	require.Empty(t, problems)
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	results, err := play.Player{BaseURL: s.URL(), Token: token, Watch: silent{}}.Play(t.Context(), stories)
	require.NoError(t, err)
	require.Len(t, results, len(taken))
	for _, result := range results {
		require.Equal(t, play.Passed, result.Verdict, "%s:\n%v", result.Name, result.Misses)
	}
	return results
}

// keys are those that the API publishes.
func (m *market) keys() receipt.Keys {
	m.Helper()
	return good(receipt.ParseKeys(content(m.T, good(m.platform.GetKeys(m.Context())).in(m.T)))).in(m.T)
}

// bundle is what the API gives to somebody who asks for the case.
func (m *market) bundle(t *testing.T, id, who string) []byte {
	t.Helper()
	return content(t, good(m.as(who).GetDisputeBundle(t.Context(), id)).in(t))
}

func content(t *testing.T, answer *http.Response) []byte {
	t.Helper()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, errors.Join(err, answer.Body.Close()))
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", text)
	return text
}

func opened(t *testing.T, text []byte) *bundle.Reader {
	t.Helper()
	return good(bundle.Open(bytes.NewReader(text), int64(len(text)))).in(t)
}

// whole checks a bundle as its reader would, and that one changed byte is found.
func whole(t *testing.T, text []byte, keys receipt.Keys, id, who string) {
	t.Helper()
	r := opened(t, text)
	require.Equal(t, id, r.Manifest.Case)
	require.Equal(t, who, r.Manifest.Audience.ID)
	report, err := bundle.Verify(r, keys)
	require.NoError(t, err)
	require.True(t, report.Signed)
	require.NotZero(t, report.Transfers)
	again, err := bundle.Replay(opened(t, text))
	require.NoError(t, err)
	require.Len(t, again.Cases, len(report.Cases))

	changed := slices.Clone(text)
	changed[len(changed)/2] ^= 1 // whether that is of a part or of the zip
	if r, err = bundle.Open(bytes.NewReader(changed), int64(len(changed))); err == nil {
		_, err = bundle.Verify(r, keys)
	}
	require.Error(t, err)
}

// receipts asks for the receipt of each command of the reader that the bundle has, and holds the two against each other.
func (m *market) receipts(t *testing.T, text []byte, keys receipt.Keys, id, who string) (all []receipt.Receipt) {
	t.Helper()
	archive := good(zip.NewReader(bytes.NewReader(text), int64(len(text)))).in(t)
	rows := json.NewDecoder(good(archive.Open("cases/" + id + "/commands.jsonl")).in(t))
	for rows.More() {
		var c bundle.Command
		require.NoError(t, rows.Decode(&c))
		if c.By.ID != who || c.Receipt == nil {
			continue
		}
		var answer struct{ Receipt json.RawMessage }
		require.NoError(t, json.Unmarshal(content(t, good(m.as(who).GetReceipt(t.Context(), c.ID)).in(t)), &answer))
		given := good(receipt.Parse(answer.Receipt)).in(t)
		require.NoError(t, given.Verify(keys))
		require.NoError(t, bundle.Covers(opened(t, text), given), c.Name)
		all = append(all, given)
	}
	return all
}
