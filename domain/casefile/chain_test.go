package casefile_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/money"
)

var paid = time.Date(2026, 3, 1, 9, 30, 0, 123456789, time.UTC)

// salted is entropy that a failing test can repeat.
type salted byte

func (s *salted) Read(b []byte) (int, error) {
	for i := range b {
		*s++
		b[i] = byte(*s)
	}
	return len(b), nil
}

// seal chains the events of one case.
func seal(t require.TestingT, caseID string, events ...casefile.Event) []casefile.Record {
	var entropy salted
	var prev casefile.Hash
	records := make([]casefile.Record, len(events))
	for i, e := range events {
		e.Sequence = int64(i) + 1
		r, err := casefile.Seal(caseID, prev, e, &entropy)
		require.NoError(t, err)
		records[i], prev = r, r.Hash
	}
	return records
}

func story() []casefile.Event {
	buyer := casefile.Actor{ID: "acc_ada", Role: casefile.Buyer}
	return []casefile.Event{
		{Type: casefile.OrderFunded, By: casefile.Actor{Role: casefile.Platform}, At: paid, Data: map[string]any{
			"amount": money.Amount{Minor: 4550, Currency: "EUR"}, "ship_by": paid.Add(time.Hour), "lines": []string{"LAMP-7"}}},
		{Type: casefile.MessagePosted, By: buyer, At: paid.Add(time.Hour), Data: map[string]any{
			"text": "The shade is \"cracked\".\n<b>Really</b> — 裂けた \u2028", "warned": false, "to": nil}},
		{Type: casefile.OrderConfirmed, By: buyer, At: paid.Add(2 * time.Hour)},
		{Type: casefile.OrderClosed, By: casefile.Actor{Role: casefile.System}, At: paid.Add(3 * time.Hour), Data: map[string]any{
			"deadline": 15 * 24 * time.Hour, "most": int64(1<<63 - 1)}},
	}
}

// broken returns where the chain fails.
func broken(t require.TestingT, records []casefile.Record) (int64, string) {
	err := casefile.Verify(records)
	var b *casefile.BrokenChain
	require.ErrorAs(t, err, &b)
	require.EqualError(t, err, fmt.Sprintf("chain broken at event %d: %s", b.Sequence, b.Why))
	return b.Sequence, b.Why
}

func TestAWholeChainHolds(t *testing.T) {
	records := seal(t, "dsp_1", story()...)
	require.NoError(t, casefile.Verify(records))
	require.NoError(t, casefile.Verify(nil))
	require.NoError(t, casefile.VerifyHead(records, "dsp_1", records[3].Hash))
	require.NoError(t, casefile.VerifyHead(nil, "dsp_1", casefile.Hash{}))
	require.Equal(t, paid.Truncate(time.Microsecond), records[0].At, "instants have microseconds")
	require.Empty(t, records[2].Seals, "without data there is nothing to commit to")
}

func TestTheFirstBadRowIsNamed(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(r []casefile.Record) []casefile.Record
		at    int64
		why   string
	}{
		{"type", func(r []casefile.Record) []casefile.Record { r[1].Type = casefile.OfferMade; return r }, 2, "its hash is not that of its content"},
		{"actor", func(r []casefile.Record) []casefile.Record { r[1].By.ID = "acc_eve"; return r }, 2, "its hash"},
		{"role", func(r []casefile.Record) []casefile.Record { r[1].By.Role = casefile.Seller; return r }, 2, "its hash"},
		{"a microsecond", func(r []casefile.Record) []casefile.Record { r[1].At = r[1].At.Add(time.Microsecond); return r }, 2, "its hash"},
		{"a nanosecond", func(r []casefile.Record) []casefile.Record { r[1].At = r[1].At.Add(1); return r }, 2, "finer than a microsecond"},
		{"value", func(r []casefile.Record) []casefile.Record { r[1].Data["warned"] = true; return r }, 2, "its hash"},
		{"value taken out", func(r []casefile.Record) []casefile.Record { delete(r[1].Data, "to"); return r }, 2, "its hash"},
		{"value put in", func(r []casefile.Record) []casefile.Record { r[1].Data["more"] = nil; return r }, 2, "its hash"},
		{"float put in", func(r []casefile.Record) []casefile.Record { r[1].Data["more"] = 0.5; return r }, 2, "not an integer of 64 bits"},
		{"data put in", func(r []casefile.Record) []casefile.Record { r[2].Data = map[string]any{"a": 1}; return r }, 3, "it has data and no salt"},
		{"data taken out", func(r []casefile.Record) []casefile.Record { r[1].Data = nil; return r }, 2, "it has a salt and no data"},
		{"salt", func(r []casefile.Record) []casefile.Record { r[1].Seals.Salt[15] ^= 1; return r }, 2, "its hash"},
		{"hash", func(r []casefile.Record) []casefile.Record { r[1].Hash[31] ^= 1; return r }, 2, "its hash"},
		{"previous hash", func(r []casefile.Record) []casefile.Record { r[1].PrevHash[0] ^= 1; return r }, 2, "it does not follow the row before it"},
		{"first row with something before it", func(r []casefile.Record) []casefile.Record { r[0].PrevHash[0] = 1; return r }, 1, "it does not follow"},
		{"sequence", func(r []casefile.Record) []casefile.Record { r[1].Sequence = 9; return r }, 2, "the row is missing; event 9 stands in its place"},
		{"first removed", func(r []casefile.Record) []casefile.Record { return r[1:] }, 1, "the row is missing; event 2"},
		{"one removed", func(r []casefile.Record) []casefile.Record { return slices.Delete(r, 1, 2) }, 2, "the row is missing; event 3"},
		{"two swapped", func(r []casefile.Record) []casefile.Record { r[1], r[2] = r[2], r[1]; return r }, 2, "the row is missing; event 3"},
		{"one twice", func(r []casefile.Record) []casefile.Record { return slices.Insert(r, 2, r[1]) }, 3, "event 2 stands in its place"},
		{"another case", func(r []casefile.Record) []casefile.Record { r[2].Case = "dsp_2"; return r }, 3, "another case"},
		{"all of another case", func(r []casefile.Record) []casefile.Record {
			for i := range r {
				r[i].Case = "dsp_2"
			}
			return r
		}, 1, "its hash"},
	} {
		t.Run(c.what, func(t *testing.T) {
			records := c.spoil(seal(t, "dsp_1", story()...))
			at, why := broken(t, records)
			require.Equal(t, c.at, at)
			require.Contains(t, why, c.why)
		})
	}
}

func TestARowThatWasPutInWithAGoodHashBreaksTheNext(t *testing.T) {
	records := seal(t, "dsp_1", story()...)
	forged, err := casefile.Seal("dsp_1", records[0].Hash, casefile.Event{Sequence: 2, Type: casefile.OfferMade, At: paid}, rand.Reader)
	require.NoError(t, err)
	at, why := broken(t, slices.Insert(records, 1, forged))
	require.EqualValues(t, 3, at)
	require.Contains(t, why, "event 2 stands in its place")

	records = seal(t, "dsp_1", story()...)
	records[1] = forged
	at, why = broken(t, records)
	require.EqualValues(t, 3, at)
	require.Contains(t, why, "it does not follow")
}

func TestTheHeadFindsWhatWasCutOff(t *testing.T) {
	records := seal(t, "dsp_1", story()...)
	head := records[3].Hash
	var b *casefile.BrokenChain
	require.ErrorAs(t, casefile.VerifyHead(records[:3], "dsp_1", head), &b)
	require.EqualValues(t, 4, b.Sequence)
	require.ErrorAs(t, casefile.VerifyHead(nil, "dsp_1", head), &b)
	require.EqualValues(t, 1, b.Sequence)
	require.ErrorAs(t, casefile.VerifyHead(records, "dsp_2", head), &b)
	require.EqualValues(t, 1, b.Sequence)
}

func TestRecordsSurviveStorage(t *testing.T) {
	records := seal(t, "dsp_1", story()...)
	redacted, err := casefile.Redact(records[1], "text")
	require.NoError(t, err)
	records[1] = redacted

	text, err := json.Marshal(records)
	require.NoError(t, err)
	var back []casefile.Record
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, records, back)
	require.NoError(t, casefile.Verify(back))

	for _, bad := range []string{`{"sequence":1.5}`, `{"hash":"ab"}`, `{"hash":"` + strings.Repeat("ab", 33) + `"}`, `{"hash":"` + strings.Repeat("AB", 32) + `"}`, `{"hash":"` + strings.Repeat("0", 64) + `"}`,
		`{"unknown":1}`, `{"seals":{"salt":"00"}}`, `[]`} {
		var r casefile.Record
		require.Error(t, json.Unmarshal([]byte(bad), &r), bad)
	}
}

func TestSealRefusesWhatHasNoOneForm(t *testing.T) {
	for what, data := range map[string]map[string]any{
		"float": {"a": 0.5}, "nested float": {"a": []any{map[string]any{"b": 1e30}}}, "too long a number": {"a": uint64(1 << 63)},
		"not a value": {"a": func() {}}, "number with a point": {"a": json.Number("1.0")}, "exponent": {"a": json.Number("1e3")},
	} {
		_, err := casefile.Seal("dsp_1", casefile.Hash{}, casefile.Event{Sequence: 1, Data: data}, rand.Reader)
		require.Error(t, err, what)
		if what != "not a value" {
			require.ErrorIs(t, err, casefile.ErrNotCanonical, what)
		}
	}
	_, err := casefile.Seal("dsp_1", casefile.Hash{}, casefile.Event{Sequence: 1, Data: map[string]any{"a": 1}}, bytes.NewReader(make([]byte, 15)))
	require.Error(t, err, "no salt, no seal")
}

func TestARedactedFieldIsGoneAndTheChainHolds(t *testing.T) {
	records := seal(t, "dsp_1", story()...)
	before := maps.Clone(records[1].Data)
	redacted, err := casefile.Redact(records[1], "text")
	require.NoError(t, err)
	require.Equal(t, before, records[1].Data, "the record that was given is unchanged")
	require.NotContains(t, redacted.Data, "text")
	require.Zero(t, redacted.Seals.Salt, "the event's salt would give the field's salt back")
	require.NotContains(t, redacted.Seals.Fields, "text")
	require.Equal(t, records[1].Hash, redacted.Hash)
	records[1] = redacted
	require.NoError(t, casefile.Verify(records))

	again, err := casefile.Redact(redacted, "text", "to")
	require.NoError(t, err)
	require.Equal(t, map[string]any{"warned": false}, again.Data)
	records[1] = again
	require.NoError(t, casefile.Verify(records))

	all, err := casefile.Redact(again, "warned")
	require.NoError(t, err)
	require.Empty(t, all.Data)
	records[1] = all
	require.NoError(t, casefile.Verify(records))

	same, err := casefile.Redact(records[0])
	require.NoError(t, err)
	require.Equal(t, records[0], same, "nothing to redact")
	_, err = casefile.Redact(records[0], "txet")
	require.ErrorContains(t, err, `it has no field "txet"`)
}

func TestARedactedRecordCannotBeChanged(t *testing.T) {
	for what, spoil := range map[string]func(r *casefile.Record){
		"value put back":             func(r *casefile.Record) { r.Data["text"] = "Something else" },
		"value put back with a salt": func(r *casefile.Record) { r.Data["text"], r.Seals.Fields["text"] = "No", casefile.Hash{1} },
		"value instead of the rest": func(r *casefile.Record) {
			r.Data["text"], r.Seals.Fields["text"] = "No", casefile.Hash{1}
			delete(r.Seals.Gone, "text")
		},
		"commitment changed":             func(r *casefile.Record) { r.Seals.Gone["text"] = casefile.Hash{1} },
		"commitment dropped":             func(r *casefile.Record) { delete(r.Seals.Gone, "text") },
		"other field changed":            func(r *casefile.Record) { r.Data["warned"] = true },
		"other field dropped":            func(r *casefile.Record) { delete(r.Data, "warned") },
		"other field's salt changed":     func(r *casefile.Record) { r.Seals.Fields["warned"] = casefile.Hash{1} },
		"salt of the event put back":     func(r *casefile.Record) { r.Seals.Salt = casefile.Salt{1} },
		"salt of the field put back":     func(r *casefile.Record) { r.Seals.Fields["text"] = casefile.Hash{1} },
		"a field that never was is gone": func(r *casefile.Record) { r.Seals.Gone["more"] = casefile.Hash{1} },
	} {
		t.Run(what, func(t *testing.T) {
			records := seal(t, "dsp_1", story()...)
			redacted, err := casefile.Redact(records[1], "text")
			require.NoError(t, err)
			spoil(&redacted)
			records[1] = redacted
			at, _ := broken(t, records)
			require.EqualValues(t, 2, at)
		})
	}
}

func TestTheSameFieldHasAnotherCommitmentInEveryEvent(t *testing.T) {
	data := map[string]any{"text": "yes"}
	records := seal(t, "dsp_1", casefile.Event{Type: casefile.MessagePosted, At: paid, Data: data}, casefile.Event{Type: casefile.MessagePosted, At: paid, Data: data})
	a, err := casefile.Redact(records[0], "text")
	require.NoError(t, err)
	b, err := casefile.Redact(records[1], "text")
	require.NoError(t, err)
	require.NotEqual(t, a.Seals.Gone["text"], b.Seals.Gone["text"])
}

// anyValue draws data as rules could write it.
func anyValue(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(rapid.Int64().AsAny(), rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil))
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf, rapid.SliceOfN(anyValue(depth-1), 0, 3).AsAny(),
		rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 3).AsAny())
}

// anyChain draws a chain with redactions.
func anyChain(t *rapid.T) []casefile.Record {
	events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) casefile.Event {
		return casefile.Event{Type: casefile.EventType(rapid.String().Draw(t, "type")), At: time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "at")),
			By:   casefile.Actor{ID: rapid.String().Draw(t, "by"), Role: casefile.Buyer},
			Data: rapid.MapOfN(rapid.String(), anyValue(2), 0, 4).Draw(t, "data")}
	}), 1, 6).Draw(t, "events")
	records := seal(t, rapid.String().Draw(t, "case"), events...)
	for i := range records {
		for _, name := range slices.Sorted(maps.Keys(records[i].Data)) {
			if rapid.IntRange(0, 3).Draw(t, "redact") == 0 {
				var err error
				records[i], err = casefile.Redact(records[i], name)
				require.NoError(t, err)
			}
		}
	}
	return records
}

func TestAnyChainHoldsAfterStorageAndRedaction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyChain(t)
		require.NoError(t, casefile.Verify(records))
		text, err := json.Marshal(records)
		require.NoError(t, err)
		var back []casefile.Record
		require.NoError(t, json.Unmarshal(text, &back))
		require.NoError(t, casefile.Verify(back))
	})
}

func TestAnyChangeOfTheRowsIsFoundAtItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyChain(t)
		last := records[len(records)-1]
		next, err := casefile.Seal(last.Case, last.Hash, casefile.Event{Sequence: last.Sequence + 1}, rand.Reader)
		require.NoError(t, err)
		records = append(records, next) // a change of the last row is otherwise found by the head only

		i := rapid.IntRange(0, len(records)-2).Draw(t, "row")
		switch rapid.SampledFrom([]string{"remove", "swap", "repeat", "move"}).Draw(t, "change") {
		case "remove":
			records = slices.Delete(records, i, i+1)
		case "swap":
			records[i], records[i+1] = records[i+1], records[i]
		case "repeat":
			records = slices.Insert(records, i, records[i])
			i++
		case "move":
			records[i].Case += "x"
			if i == 0 { // the chain is then the other case's, and its rows do not hash to it
				at, _ := broken(t, records)
				require.EqualValues(t, 1, at)
				return
			}
		}
		at, _ := broken(t, records)
		require.EqualValues(t, i+1, at)
	})
}

// FuzzVerify changes one byte of a stored chain. Either it is no chain any more, or the bytes meant the same.
func FuzzVerify(f *testing.F) {
	records := seal(f, "dsp_1", story()...)
	redacted, err := casefile.Redact(records[1], "text")
	require.NoError(f, err)
	records[1] = redacted
	whole, err := json.Marshal(records)
	require.NoError(f, err)
	for i := range whole {
		if i%7 == 0 {
			f.Add(i, byte(1))
		}
	}
	f.Fuzz(func(t *testing.T, place int, flip byte) {
		if place < 0 || flip == 0 {
			return
		}
		text := bytes.Clone(whole)
		text[place%len(text)] ^= flip
		var back []casefile.Record
		if json.Unmarshal(text, &back) != nil {
			return
		}
		err := casefile.VerifyHead(back, "dsp_1", records[3].Hash)
		if err == nil {
			again, err := json.Marshal(back)
			require.NoError(t, err)
			require.Equal(t, string(whole), string(again), "a changed chain was believed")
			return
		}
		var b *casefile.BrokenChain
		require.True(t, errors.As(err, &b), "%v", err)
	})
}

// FuzzRecord reads anything as a record and verifies it.
func FuzzRecord(f *testing.F) {
	for _, r := range seal(f, "dsp_1", story()...) {
		text, err := json.Marshal(r)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{"sequence":1,"data":{"a":1},"seals":{"fields":{"a":""},"gone":{"b":""}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var r casefile.Record
		if json.Unmarshal(text, &r) != nil {
			return
		}
		if casefile.Verify([]casefile.Record{r}) != nil {
			return
		}
		for name := range r.Data {
			redacted, err := casefile.Redact(r, name)
			require.NoError(t, err)
			require.NoError(t, casefile.Verify([]casefile.Record{redacted}))
		}
	})
}
