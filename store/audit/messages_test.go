package audit_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/store"
)

// thread is what was said in a case, by its number in the log, and what was flagged in it.
func (m *market) thread(caseID string) (said map[int64]string, flagged []casefile.Record) {
	m.Helper()
	log, err := m.store.Timeline(m.Context(), caseID, 0, 1000)
	require.NoError(m, err)
	said = map[int64]string{}
	for _, r := range log {
		switch r.Type {
		case casefile.MessagePosted:
			said[r.Sequence] = r.Data["text"].(string)
		case casefile.MessageFlagged:
			flagged = append(flagged, r)
		default:
		}
	}
	return said, flagged
}

// TestAFlagPointsIntoTheTextAsItWasSent counts as the contract says, in code points, whatever stands before and inside the span; in
// brackets stands what must be flagged. The threads of an order and of its dispute are kept alike, and nothing is blocked.
func TestAFlagPointsIntoTheTextAsItWasSent(t *testing.T) {
	eachDatabase(t, func(m *market) {
		buyer, seller := casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}, casefile.Actor{ID: "acc_seller", Role: casefile.Seller}
		m.knock(m.order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.quality", "remedy": "refund_full", "text": "Dull.",
			"lines": []map[string]any{{"sku": "JUG-1"}}})
		page, err := m.store.Cases(m.Context(), store.CaseQuery{Kind: casefile.KindDispute, Open: new(true)})
		require.NoError(m, err)
		for _, thread := range []string{m.order, page.Data[0].ID} {
			for _, c := range []struct{ written, rule string }{
				{"👩‍👧 e\u0301te\u0301: write to ⟦ada@example.org⟧ 👍", "contact_data"},
				{"亲，请⟦关闭纠纷⟧吧。", "request_to_close"},
				{"😀 please ⟦cl\u200bo\u0301se the dis\u00adpute⟧ now", "request_to_close"},
				{"𝐚𝐛𝐜 ring ⟦+４４ ７９１１ １２３４５６⟧", "contact_data"},
				{"Grüße! see ⟦https://lamps.example.org/x⟧ 🙂", "outside_link"},
			} {
				text := strings.NewReplacer("⟦", "", "⟧", "").Replace(c.written)
				runes := []rune(c.written)
				from, until := slices.Index(runes, '⟦'), slices.Index(runes, '⟧')-1
				m.knock(thread, "post_message", seller, map[string]any{"text": text})
				said, flagged := m.thread(thread)
				last := flagged[len(flagged)-1]
				require.Equal(m, []any{c.rule, strconv.Itoa(from), strconv.Itoa(until)},
					[]any{last.Data["rule"], fmt.Sprint(last.Data["from"]), fmt.Sprint(last.Data["until"])}, c.written)
				at, err := last.Data["message"].(json.Number).Int64()
				require.NoError(m, err)
				require.Equal(m, text, said[at], "it is kept as it was sent")
				require.Equal(m, string(runes[from+1:until+1]), string([]rune(said[at])[from:until]))
			}
			before, flagged := m.thread(thread)
			m.knock(thread, "post_message", seller, map[string]any{"text": "See https://shop.example/orders/1 and https://help.shop.example/x please."})
			said, after := m.thread(thread)
			require.Len(m, after, len(flagged), "the marketplace's own hosts are no outside links")
			require.Len(m, said, len(before)+1)
			m.knock(thread, "post_message", seller, map[string]any{"text": "See https://shop.example.org/orders/1 please."})
			_, after = m.thread(thread)
			require.Len(m, after, len(flagged)+1, "one that only looks like it is")
		}
		m.healthy()
	})
}
