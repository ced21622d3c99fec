package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bundle"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// parts are what a bundle holds, taken apart.
type parts struct {
	t       testing.TB
	paths   []string
	content map[string][]byte
}

func takeApart(t testing.TB, text []byte) *parts {
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	p := &parts{t: t, content: map[string][]byte{}}
	for _, f := range archive.File {
		from, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(from)
		require.NoError(t, err)
		require.NoError(t, from.Close())
		p.paths, p.content[f.Name] = append(p.paths, f.Name), content
	}
	return p
}

// zipped puts the parts together again. Signed anew, it is what somebody could do who has the platform's key.
func (p *parts) zipped(signAnew bool) []byte {
	if signAnew {
		var m bundle.Manifest
		require.NoError(p.t, json.Unmarshal(p.content["manifest.json"], &m))
		m.Parts = nil
		for _, path := range p.paths {
			if content, there := p.content[path]; there && !strings.HasPrefix(path, "manifest.") {
				m.Parts = append(m.Parts, bundle.Part{Path: path, Size: int64(len(content)), SHA256: sha256.Sum256(content)})
			}
		}
		var err error
		p.content["manifest.json"], err = json.Marshal(m)
		require.NoError(p.t, err)
		p.content["manifest.sig"], err = json.Marshal(map[string]any{"key": signer.KeyID(), "signature": signer.Sign(p.content["manifest.json"])})
		require.NoError(p.t, err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, path := range p.paths {
		if content, there := p.content[path]; there {
			w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
			require.NoError(p.t, err)
			_, err = w.Write(content)
			require.NoError(p.t, err)
		}
	}
	require.NoError(p.t, z.Close())
	return out.Bytes()
}

// rows changes the rows of a part.
func (p *parts) rows(path string, change func([]string) []string) {
	p.t.Helper()
	require.NotEmpty(p.t, p.content[path], path)
	rows := strings.Split(strings.TrimSuffix(string(p.content[path]), "\n"), "\n")
	p.content[path] = []byte(strings.Join(change(rows), "\n") + "\n")
}

// edit changes the first row of a part that has all the words.
func (p *parts) edit(path string, words []string, change func(map[string]any)) {
	p.t.Helper()
	p.rows(path, func(rows []string) []string {
		for i, row := range rows {
			if has(row, words) {
				d := json.NewDecoder(strings.NewReader(row))
				d.UseNumber()
				v := map[string]any{}
				require.NoError(p.t, d.Decode(&v))
				change(v)
				text, err := json.Marshal(v)
				require.NoError(p.t, err)
				require.NotEqual(p.t, row, string(text), "nothing was changed")
				rows[i] = string(text)
				return rows
			}
		}
		require.Fail(p.t, "no row has "+strings.Join(words, " "))
		return nil
	})
}

func has(row string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(row, w) {
			return false
		}
	}
	return true
}

func at(v any, path ...string) map[string]any {
	for _, name := range path {
		v = v.(map[string]any)[name]
	}
	return v.(map[string]any)
}

// flip changes one character of a text or one of a number.
func flip(v any) any {
	switch v := v.(type) {
	case json.Number:
		return json.Number("1" + v.String())
	case string:
		b := []byte(v)
		b[len(b)/2] ^= 1
		return string(b)
	}
	panic("nothing to flip")
}

// decidedCase is a dispute with evidence, a file, an offer, a decision, and money that moved, as its buyer takes it away.
func decidedCase(t testing.TB, by casefile.Role) (*recorder, dispute.Dispute, []byte) {
	r := newRecorder(t)
	p := &player{recorder: r}
	p.terms()
	r.world.Reviewers = []casefile.Candidate{{ID: "cleo", Role: casefile.Reviewer, Linked: []string{"cleo"}}}
	buyer, seller := casefile.Actor{ID: "ada", Role: casefile.Buyer}, casefile.Actor{ID: "bolt", Role: casefile.Seller}
	do := func(to, name string, who casefile.Actor, data any) casefile.Answer {
		a := p.do(to, name, who, data)
		require.True(t, a.Accepted(), "%s: %+v", name, a)
		return a
	}
	type m = map[string]any
	register := m{"buyer": "ada", "seller": "bolt", "currency": "EUR", "shipping": 350, "paid_at": paid, "ship_by": paid.Add(48 * time.Hour),
		"guaranteed_by": paid.Add(20 * 24 * time.Hour), "terms": p.terms(), "postcode": "75011",
		"lines": []m{{"sku": "LAMP-7", "title": "Lamp", "quantity": 1, "price": 4200}}}
	do("ord_1", "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, register)
	do("ord_1", "ship", seller, m{"carrier": "courier", "tracking": "T-1"})
	do("ord_1", "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, m{"strength": "strong"})
	dsp := do("ord_1", "open_dispute", buyer, m{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "Cracked."}).Result["dispute"].(string)
	r.files["fil_1"] = []byte(asHandedIn)
	r.shown["fil_1"] = []byte(asShown)
	hash := sha256.Sum256(r.files["fil_1"])
	do(dsp, "submit_evidence", buyer, m{"type": "photo_of_item", "file": "fil_1", "sha256": casefile.Hash(hash).String()})
	do(dsp, "offer", seller, m{"remedy": "refund_partial", "amount": 500})
	p.do(dsp, "reopen", seller, m{"text": "an attempt"})
	do(dsp, "reject_offer", buyer, m{"offer": r.world.Dispute(dsp).Offers[0].ID})
	do(dsp, "escalate", buyer, nil)
	require.NoError(t, r.world.Advance(r.world.Now.Add(6*24*time.Hour)))
	do(dsp, "decide", casefile.Actor{ID: "cleo", Role: casefile.Reviewer}, m{"outcome": "decided_for_buyer", "refund": 4550, "release": 0, "reasons": "It was cracked.",
		"findings": []m{{"claim": "not_as_described.damaged", "holds": true, "rule": "PROCEDURE 7"}}})
	require.NoError(t, r.world.Advance(r.world.Now.Add(30*24*time.Hour)))
	d := r.world.Dispute(dsp)
	require.Equal(t, dispute.DecidedForBuyer, d.Outcome)
	who := map[casefile.Role]casefile.Actor{casefile.Buyer: buyer, casefile.Seller: seller, casefile.Auditor: {ID: "ann", Role: casefile.Auditor},
		casefile.Operator: {ID: "otto", Role: casefile.Operator}}[by]
	return r, d, r.bundle(dsp, who)
}

func verify(t testing.TB, text []byte) error {
	r, err := bundle.Open(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return err
	}
	_, err = bundle.Verify(r, published())
	return err
}

func TestWhatWasChangedIsNamed(t *testing.T) {
	_, d, whole := decidedCase(t, casefile.Buyer)
	require.NoError(t, verify(t, whole))
	require.NoError(t, verify(t, takeApart(t, whole).zipped(true)), "put together again it is the same")
	timeline, commands := "cases/"+d.ID+"/timeline.jsonl", "cases/"+d.ID+"/commands.jsonl"
	offer, orderCommands := []string{`"offer.made"`}, "cases/ord_1/commands.jsonl"
	value := func(field string) func(map[string]any) {
		return func(row map[string]any) {
			f := at(row, "fields", field)
			f["value"] = flip(f["value"])
		}
	}
	member := func(path []string, name string) func(map[string]any) {
		return func(row map[string]any) { v := at(row, path...); v[name] = flip(v[name]) }
	}
	swap := func(i, j int) func([]string) []string {
		return func(rows []string) []string { rows[i], rows[j] = rows[j], rows[i]; return rows }
	}
	without := func(i int) func([]string) []string {
		return func(rows []string) []string { return append(rows[:i:i], rows[i+1:]...) }
	}
	twice := func(rows []string) []string { return append(rows[:2:2], rows[1:]...) }
	evidence := "evidence/" + d.Items[0].ID

	for _, c := range []struct {
		what  string
		harm  func(p *parts)
		where string
		says  string
	}{
		{"an event's field", func(p *parts) { p.edit(timeline, offer, value("amount")) }, "event 3 of " + d.ID, `"amount"`},
		{"an event's text", func(p *parts) { p.edit(timeline, []string{`"dispute.opened"`}, value("text")) }, "event 1 of " + d.ID, `"text"`},
		{"a salt", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) {
				amount := at(row, "fields", "amount")
				amount["salt"] = "g" + amount["salt"].(string)[1:]
			})
		}, "", "hexadecimal"},
		{"another salt", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) {
				at(row, "fields", "amount")["salt"] = at(row, "fields", "offer")["salt"]
			})
		}, "event 3 of " + d.ID, `"amount"`},
		{"the commitment of a hidden field", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) {
				f := at(row, "fields", "amount")
				delete(f, "salt")
				delete(f, "value")
				f["commitment"] = at(row, "fields", "offer")["commitment"]
			})
		}, "event 3 of " + d.ID, "its hash"},
		{"a field added", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { at(row, "fields")["note"] = at(row, "fields", "amount") })
		}, "event 3 of " + d.ID, `"note"`},
		{"a field without its value", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { delete(at(row, "fields"), "amount") })
		}, "event 3 of " + d.ID, "its hash"},
		{"who did it", func(p *parts) { p.edit(timeline, offer, member([]string{"by"}, "id")) }, "event 3 of " + d.ID, "its hash"},
		{"when it was", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { row["at"] = "2026-01-05T00:00:01Z" })
		}, "event 3 of " + d.ID, "its hash"},
		{"finer than a microsecond", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { row["at"] = "2026-01-05T00:00:00.0000001Z" })
		}, "event 3 of " + d.ID, "microsecond"},
		{"a hash", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { row["hash"] = row["prev_hash"] })
		}, "event 3 of " + d.ID, "its hash"},
		{"the order of rows", func(p *parts) { p.rows(timeline, swap(2, 3)) }, "event 3 of " + d.ID, "event 4 stands in its place"},
		{"a row removed", func(p *parts) { p.rows(timeline, without(2)) }, "event 3 of " + d.ID, "the row is missing"},
		{"a row inserted", func(p *parts) { p.rows(timeline, twice) }, "event 3 of " + d.ID, "event 2 stands in its place"},
		{"the end removed", func(p *parts) {
			p.rows(timeline, func(rows []string) []string { return rows[:len(rows)-1] })
		}, timeline, "the log ends after"},
		{"a row of another case", func(p *parts) { p.edit(timeline, offer, member(nil, "case")) }, "event 3 of " + d.ID, "another case"},
		{"a row nobody can read", func(p *parts) {
			p.rows(timeline, func(rows []string) []string { rows[1] = `{"case":1}`; return rows })
		}, timeline, "row 2 cannot be read"},
		{"a member that is not known", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { row["note"] = "trust me" })
		}, timeline, "row 3 cannot be read"},
		{"a number with a fraction", func(p *parts) {
			p.edit(timeline, offer, func(row map[string]any) { at(row, "fields", "amount")["value"] = json.Number("1.5") })
		}, "event 3 of " + d.ID, "canonical"},

		{"a command's field", func(p *parts) { p.edit(commands, []string{`"name":"offer"`}, value("amount")) }, "command 4 of " + d.ID, `"amount"`},
		{"who sent a command", func(p *parts) { p.edit(commands, []string{`"name":"offer"`}, member([]string{"by"}, "id")) }, "command 4 of " + d.ID, "its receipt"},
		{"when a command came", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { row["at"] = "2026-01-05T00:00:00.000001Z" })
		}, "command 4 of " + d.ID, "its receipt"},
		{"when an attempt came", func(p *parts) {
			p.edit(commands, []string{`"name":"reopen"`}, func(row map[string]any) { row["at"] = "2026-01-04T00:00:00Z" })
		}, "command 5 of " + d.ID, "before the one"},
		{"a command removed", func(p *parts) { p.rows(commands, without(3)) }, "command 4 of " + d.ID, "the row is missing"},
		{"a receipt's signature", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) {
				sig := at(row, "receipt")["signature"].(string)
				at(row, "receipt")["signature"] = strings.ToUpper(sig[:4]) + strings.ToLower(sig[4:8]) + sig[8:]
			})
		}, "command 4 of " + d.ID, "signature"},
		{"a receipt's head", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { at(row, "receipt")["head"] = at(row, "receipt")["content_hash"] })
		}, "command 4 of " + d.ID, "another head"},
		{"another receipt", func(p *parts) {
			var other any
			p.edit(commands, []string{`"name":"open"`}, func(row map[string]any) {
				other = row["receipt"]
				row["events"] = json.Number("1")
				row["name"] = "open "
			})
			p.edit(commands, []string{`"name":"open "`}, func(row map[string]any) { row["name"] = "open" })
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { row["receipt"] = other })
		}, "command 4 of " + d.ID, "another command"},
		{"no receipt", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { delete(row, "receipt") })
		}, "command 4 of " + d.ID, "no receipt"},
		{"a receipt for a refusal", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { row["answer"] = map[string]any{"refused": "wrong_stage"} })
		}, "command 4 of " + d.ID, "refused and has a receipt"},
		{"where the log stood", func(p *parts) {
			p.edit(commands, []string{`"name":"offer"`}, func(row map[string]any) { row["head_sequence"] = json.Number("1") })
		}, "command 4 of " + d.ID, "events that it recorded"},

		{"a byte of a file", func(p *parts) { p.content[evidence][4] ^= 1 }, evidence, "not those that were handed in"},
		{"another file", func(p *parts) {
			p.content[evidence] = []byte("a picture of another lamp")
			hash := sha256.Sum256(p.content[evidence])
			p.edit("evidence.jsonl", nil, func(row map[string]any) {
				row["sha256"], row["size"] = casefile.Hash(hash).String(), json.Number("25")
			})
		}, "evidence.jsonl", "event 2 of " + d.ID},
		{"a file removed", func(p *parts) { delete(p.content, evidence) }, evidence, "missing"},
		{"a file that is not told of", func(p *parts) { p.content["evidence.jsonl"] = nil }, "evidence.jsonl", "event 2 of " + d.ID},
		{"a file added", func(p *parts) {
			p.paths, p.content["evidence/evd_more"] = append(p.paths, "evidence/evd_more"), []byte("more")
		}, "evidence/evd_more", "no evidence"},

		{"a policy key", func(p *parts) {
			p.edit("policy.json", nil, func(row map[string]any) { at(row, "terms", "dispute", "dispute")["seller_response"] = "6d" })
		}, "policy.json", "/dispute/seller_response"},
		{"the policy's version", func(p *parts) { p.edit("policy.json", nil, member(nil, "version")) }, "policy.json", "version"},
		{"the policy's document", func(p *parts) {
			p.content["policy.yaml"] = bytes.Replace(p.content["policy.yaml"], []byte("seller_response: 5d"), []byte("seller_response: 6d"), 1)
		}, "policy.yaml", "version"},
		{"the terms of the command", func(p *parts) {
			p.edit(orderCommands, []string{`"register_order"`}, func(row map[string]any) {
				at(row, "fields", "terms", "value", "dispute", "dispute")["seller_response"] = "6d"
			})
		}, "command 1 of ord_1", `"terms"`},

		{"an amount of the ledger", func(p *parts) {
			p.edit("ledger.jsonl", []string{`"verb":"refund"`}, func(row map[string]any) {
				for i, n := range []string{"-4551", "4551"} {
					row["postings"].([]any)[i].(map[string]any)["amount"] = json.Number(n)
				}
			})
		}, "ledger.jsonl", "moves 4551"},
		{"one side of the ledger", func(p *parts) {
			p.edit("ledger.jsonl", []string{`"verb":"refund"`}, func(row map[string]any) {
				row["postings"].([]any)[0].(map[string]any)["amount"] = json.Number("-4549")
			})
		}, "ledger.jsonl", "adds up to"},
		{"a line of the ledger removed", func(p *parts) {
			p.rows("ledger.jsonl", func(rows []string) []string { return rows[:1] })
		}, "ledger.jsonl", "of ord_1"},
		{"a line of the ledger twice", func(p *parts) { p.rows("ledger.jsonl", twice) }, "ledger.jsonl", "twice"},
		{"a confirmation removed", func(p *parts) {
			p.rows("ledger.jsonl", func(rows []string) []string { return rows[:len(rows)-1] })
		}, "cases/ord_1/case.json", "/escrow/"},
		{"the money at the end", func(p *parts) {
			p.edit("cases/ord_1/case.json", nil, func(row map[string]any) { at(row, "escrow")["refunded"] = json.Number("1") })
		}, "cases/ord_1/case.json", "/escrow/refunded"},

		{"the reasons of a decision", func(p *parts) { p.edit("decisions.jsonl", nil, member(nil, "reasons")) }, "decisions.jsonl", "/reasons"},
		{"the findings of a decision", func(p *parts) {
			p.edit("decisions.jsonl", nil, func(row map[string]any) { row["findings"] = []any{} })
		}, "decisions.jsonl", "/findings"},
		{"a decision removed", func(p *parts) { p.content["decisions.jsonl"] = nil }, "decisions.jsonl", "missing"},
		{"a proof's path", func(p *parts) {
			p.edit("roots.jsonl", nil, func(row map[string]any) { row["path"].([]any)[0] = row["root"] })
		}, "roots.jsonl", "does not lead"},
		{"a proof of another head", func(p *parts) {
			p.edit("roots.jsonl", nil, func(row map[string]any) { at(row, "leaf")["head"] = row["root"] })
		}, "roots.jsonl", "another event"},
		{"a deadline taken early", func(p *parts) {
			p.edit("cases/"+d.ID+"/deadlines.jsonl", nil, func(row map[string]any) { row["noticed_at"] = "2026-01-01T00:00:00Z" })
		}, "cases/" + d.ID + "/deadlines.jsonl", "before it was due"},
		{"a part that no bundle has", func(p *parts) {
			p.paths, p.content["notes.txt"] = append(p.paths, "notes.txt"), []byte("trust me")
		}, "notes.txt", "no bundle has"},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := takeApart(t, whole)
			c.harm(p)
			var fault *bundle.Fault
			err := verify(t, p.zipped(true))
			require.ErrorAs(t, err, &fault)
			if c.where != "" {
				require.Equal(t, c.where, fault.Where, err)
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

// TestWithoutTheKeyAnyChangeIsNamedByItsPart: whoever has not the platform's key cannot change a single byte of any part.
func TestWithoutTheKeyAnyChangeIsNamedByItsPart(t *testing.T) {
	_, _, whole := decidedCase(t, casefile.Buyer)
	for _, path := range takeApart(t, whole).paths {
		p := takeApart(t, whole)
		if len(p.content[path]) == 0 {
			continue
		}
		var fault *bundle.Fault
		p.content[path][len(p.content[path])/2] ^= 1
		err := verify(t, p.zipped(false))
		if strings.HasPrefix(path, "manifest.") {
			require.Error(t, err, path)
			continue
		}
		require.ErrorAs(t, err, &fault, path)
		require.Equal(t, path, fault.Where)

		p = takeApart(t, whole)
		delete(p.content, path)
		require.ErrorAs(t, verify(t, p.zipped(false)), &fault, path)
		require.Equal(t, path, fault.Where)
	}
	p := takeApart(t, whole)
	p.paths, p.content["more.txt"] = append(p.paths, "more.txt"), []byte("x")
	require.ErrorContains(t, verify(t, p.zipped(false)), "more.txt: the manifest does not name it")

	r := open(t, whole)
	_, err := bundle.Verify(r, nil)
	require.NoError(t, err, "without keys everything else is checked")
	other := published()
	other["somebody"], _ = other[signer.KeyID()], other
	delete(other, signer.KeyID())
	_, err = bundle.Verify(r, other)
	require.ErrorContains(t, err, "not among those that were given")
}
