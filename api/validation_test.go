package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
)

// canary is in everything that is submitted wrongly. No answer may hold it.
const canary = "kanarienvogel"

func TestWhatDoesNotConformIsToldByItsPlace(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	offers := "/v1/disputes/" + d.ID + "/offers"
	good := `{"remedy":"refund_partial","amount":{"amount":1000,"currency":"EUR"}`
	for name, c := range map[string]struct {
		body, pointer, code string
	}{
		"unknown field":        {good + `,"ammount":"` + canary + `"}`, "/ammount", "unknown"},
		"unknown long name":    {good + `,"` + strings.Repeat(canary, 9) + `":1}`, "/?", "unknown"},
		"other case":           {`{"Remedy":"` + canary + `"}`, "/Remedy", "unknown"},
		"missing":              {`{}`, "/remedy", "required"},
		"null":                 {`{"remedy":null}`, "/remedy", "enum"},
		"wrong type":           {`{"remedy":7}`, "/remedy", "enum"},
		"no such word":         {`{"remedy":"` + canary + `"}`, "/remedy", "enum"},
		"negative amount":      {`{"remedy":"refund_partial","amount":{"amount":-1,"currency":"EUR"}}`, "/amount/amount", "range"},
		"huge amount":          {`{"remedy":"refund_partial","amount":{"amount":9007199254740992,"currency":"EUR"}}`, "/amount/amount", "range"},
		"enormous amount":      {`{"remedy":"refund_partial","amount":{"amount":1e400,"currency":"EUR"}}`, "/amount/amount", ""},
		"amount of 30 digits":  {`{"remedy":"refund_partial","amount":{"amount":123456789012345678901234567890,"currency":"EUR"}}`, "/amount/amount", "range"},
		"broken amount":        {`{"remedy":"refund_partial","amount":{"amount":10.5,"currency":"EUR"}}`, "/amount/amount", "type"},
		"amount as text":       {`{"remedy":"refund_partial","amount":{"amount":"` + canary + `","currency":"EUR"}}`, "/amount/amount", "type"},
		"amount alone":         {`{"remedy":"refund_partial","amount":1000}`, "/amount", "type"},
		"no currency":          {`{"remedy":"refund_partial","amount":{"amount":1000}}`, "/amount/currency", "required"},
		"odd currency":         {`{"remedy":"refund_partial","amount":{"amount":1000,"currency":"` + canary + `"}}`, "/amount/currency", "pattern"},
		"foreign currency":     {`{"remedy":"refund_partial","amount":{"amount":1000,"currency":"USD"}}`, "/amount/currency", "currency"},
		"length without unit":  {`{"remedy":"replacement","due":"10"}`, "/due", "pattern"},
		"length is a number":   {`{"remedy":"replacement","due":10}`, "/due", "type"},
		"revision zero":        {good + `,"if_revision":0}`, "/if_revision", "range"},
		"revision is text":     {good + `,"if_revision":"` + canary + `"}`, "/if_revision", "type"},
		"revision is enormous": {good + `,"if_revision":1e300}`, "/if_revision", "range"},
		"a list":               {`["` + canary + `"]`, "", "type"},
		"a text":               {`"` + canary + `"`, "", "type"},
		"null body":            {`null`, "", "type"},
		"zero character":       {`{"remedy":"refund_full","fallback":"refund_full` + `\u0000` + canary + `"}`, "/fallback", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.post(s.aSeller(), offers, c.body).refused(wire.ProblemCodeValidationFailed)
			require.NotContains(t, strings.ToLower(string(a.body)), canary)
			require.NotEmpty(t, a.problem.Errors)
			require.Equal(t, c.pointer, a.problem.Errors[0].Pointer, string(a.body))
			if c.code != "" {
				require.Equal(t, c.code, a.problem.Errors[0].Code, string(a.body))
			}
		})
	}
	require.Equal(t, 1, len(s.world.knocksAt(d.ID)), "nothing of this was stored; the dispute's opening was")
}

func (w *world) knocksAt(caseID string) []string {
	defer w.lock()()
	names := []string{"open"}
	for _, k := range w.knocks {
		if k.Case == caseID {
			names = append(names, k.Name)
		}
	}
	return names
}

func TestWhatCannotBeReadIsMalformed(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/messages"
	for name, body := range map[string]string{
		"broken":           `{"text":"` + canary,
		"twice":            `{"text":"a"}{"text":"` + canary + `"}`,
		"something behind": `{"text":"a"} ` + canary,
		"not UTF-8":        "{\"text\":\"" + canary + "\xff\"}",
		"too deep":         `{"text":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`,
		"deep objects":     strings.Repeat(`{"text":`, 40) + `1` + strings.Repeat(`}`, 40),
		"nothing":          "",
		"comment":          `{"text":"a"/*` + canary + `*/}`,
		"NaN":              `{"text":NaN}`,
		"a field twice":    `{"text":"a","text":"` + canary + `"}`,
		"in other letters": `{"text":"a","\u0074ext":"` + canary + `"}`,
		"twice within":     `{"text":[{"` + canary + `":1,"` + canary + `":2}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			a := s.post(s.aSeller(), at, body).refused(wire.ProblemCodeMalformed)
			require.NotContains(t, string(a.body), canary)
		})
	}
}

func TestOnlyJSONIsTaken(t *testing.T) {
	s := newStage(t)
	at := "/v1/disputes/" + s.aDispute().ID + "/messages"
	for _, kind := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"application/json; charset=latin1", canary, "application/merge-patch+json"} {
		a := s.post(s.aSeller(), at, `{"text":"a"}`, "Content-Type", kind).refused(wire.ProblemCodeUnsupportedType)
		require.NotContains(t, string(a.body), canary)
	}
	s.post(s.aSeller(), at, `{"text":"a"}`, "Content-Type", "application/json; charset=UTF-8").is(http.StatusCreated)
}

func TestLargeBodiesAreRefusedBeforeAnythingIsSaidOfThem(t *testing.T) {
	s := newStage(t, func(c *Config) { c.MaxBody = 1000 })
	d := s.aDispute()
	body := `{"text":"` + strings.Repeat("a", 2000) + `"}`
	for _, by := range []who{s.aSeller(), {id: s.otherSeller, role: "seller"}} {
		s.post(by, "/v1/disputes/"+d.ID+"/messages", body).refused(wire.ProblemCodeTooLarge)
	}
	s.post(s.aSeller(), "/v1/disputes/dsp_unknown/messages", body).refused(wire.ProblemCodeTooLarge)
}

func TestParametersAreChecked(t *testing.T) {
	s := newStage(t)
	s.aDispute()
	for query, pointer := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=" + canary: "limit", "limit=1&limit=2": "limit", "open=" + canary: "open", "stage=" + canary: "stage",
		"after=" + canary: "after", "unknown=" + canary: "unknown", "reason=%00": "reason", "buyer=%ff": "buyer",
		strings.Repeat(canary, 9) + "=1": "?",
	} {
		a := s.get(s.aBuyer(), "/v1/disputes?"+query)
		require.Equal(t, wire.ProblemCodeValidationFailed, a.problem.Code, query)
		require.Equal(t, pointer, a.problem.Errors[0].Pointer, query)
		require.NotContains(t, string(a.body), canary)
	}
	for _, key := range []string{strings.Repeat("k", 201), "with blanks", "ü"} {
		a := s.post(s.aSeller(), "/v1/orders/"+s.orderID+"/messages", `{"text":"a"}`, "Idempotency-Key", key).refused(wire.ProblemCodeValidationFailed)
		require.Equal(t, "Idempotency-Key", a.problem.Errors[0].Pointer)
	}
}

func TestAnOrderIsHeldAgainstItsPartiesClockAndPolicy(t *testing.T) {
	s := newStage(t)
	order := func(change func(map[string]any)) string {
		now := s.world.now
		body := map[string]any{"buyer": s.buyer, "seller": s.seller, "currency": "EUR", "ship_by": now.Add(5e14), "guaranteed_by": now.Add(9e14),
			"lines": []any{map[string]any{"sku": "A", "title": "A", "quantity": 1, "price": map[string]any{"amount": 100, "currency": "EUR"}}}}
		change(body)
		text, err := json.Marshal(body)
		require.NoError(t, err)
		return string(text)
	}
	line := func(b map[string]any) map[string]any { return b["lines"].([]any)[0].(map[string]any) }
	s.post(thePlatform(), "/v1/orders", order(func(map[string]any) {})).is(http.StatusCreated)
	for name, c := range map[string]struct {
		change  func(map[string]any)
		pointer string
	}{
		"no such buyer":     {func(b map[string]any) { b["buyer"] = "acc_0000000000000000000000000A" }, "/buyer"},
		"a seller as buyer": {func(b map[string]any) { b["buyer"] = s.otherSeller }, "/buyer"},
		"a buyer as seller": {func(b map[string]any) { b["seller"] = s.otherBuyer }, "/seller"},
		"no such policy":    {func(b map[string]any) { b["policy"] = canary }, "/policy"},
		"no sandbox":        {func(b map[string]any) { b["clock"] = "clk_0000000000000000000000000A" }, "/clock"},
		"foreign price":     {func(b map[string]any) { line(b)["price"] = map[string]any{"amount": 100, "currency": "USD"} }, "/lines/0/price/currency"},
		"no such currency": {func(b map[string]any) {
			b["currency"] = "QQQ"
			line(b)["price"] = map[string]any{"amount": 100, "currency": "QQQ"}
		}, "/currency"},
		"too much": {func(b map[string]any) {
			line(b)["quantity"] = 1000000
			line(b)["price"] = map[string]any{"amount": 9007199254740991, "currency": "EUR"}
		}, "/lines"},
		"no lines":           {func(b map[string]any) { b["lines"] = []any{} }, "/lines"},
		"quantity of nought": {func(b map[string]any) { line(b)["quantity"] = 0 }, "/lines/0/quantity"},
		"no instant":         {func(b map[string]any) { b["ship_by"] = canary }, "/ship_by"},
		"promise too long":   {func(b map[string]any) { b["guaranteed_by"] = s.world.now.Add(9e16) }, "/guaranteed_by"},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.post(thePlatform(), "/v1/orders", order(c.change)).refused(wire.ProblemCodeValidationFailed)
			require.Equal(t, c.pointer, a.problem.Errors[0].Pointer, string(a.body))
			require.NotContains(t, string(a.body), canary)
		})
	}
}
