package bundle

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// binding is what the log of a dispute has told so far of what the draw of its panel is bound to: the decision that was made known
// last, the appeals from it, and who was drawn.
type binding struct {
	decided    string // the event
	commitment string
	pool       []string // who was a reviewer then
	appeals    []string // hashes of their texts; empty: the text is hidden
	members    []string // of the panel, without who was set aside
	vacant     string   // who was set aside last, and whom nobody has replaced yet
}

// draw checks every draw of a panel: that it was bound before the appeals, that it names everybody who was a reviewer then, as a
// candidate or as left out, and that nothing else says who sits.
func (c *check) draw(e Event) error {
	b, data := c.bound[e.Case], e.event().Data
	switch e.Type {
	case casefile.DisputeDecided:
		commitment, _ := data["draw_commitment"].(string)
		b = binding{decided: eventAt(e.Case, e.Sequence), commitment: commitment, pool: texts(data["draw_pool"])}
	case casefile.DisputeAppealed:
		hash := ""
		if text, shown := data["text"].(string); shown {
			hash = dispute.Hash(text)
		}
		b.appeals = append(b.appeals, hash)
	case casefile.ObjectionRuled:
		reviewer, _ := data["reviewer"].(string)
		if at := slices.Index(b.members, reviewer); at >= 0 && data["upheld"] == true {
			b.members, b.vacant = slices.Delete(b.members, at, at+1), reviewer
		}
	case casefile.PanelDrawn:
		if what := b.drawn(data); what != "" {
			return fault(eventAt(e.Case, e.Sequence), "%s", what)
		}
		b.members, b.vacant = texts(data["members"]), ""
	default:
		return nil
	}
	c.bound[e.Case] = b
	return nil
}

// drawn says what is wrong with a draw; empty: nothing.
func (b binding) drawn(data map[string]any) string {
	text := func(name string) string { s, _ := data[name].(string); return s }
	nonce, seed, replaces := text("nonce"), text("seed"), text("replaces")
	appeals, candidates, members := texts(data["appeals"]), texts(data["candidates"]), texts(data["members"])
	stranger := slices.IndexFunc(candidates, func(id string) bool { return !slices.Contains(b.pool, id) })
	named := slices.Concat(candidates, excluded(data["excluded"]))
	silent := slices.IndexFunc(b.pool, func(id string) bool { return !slices.Contains(named, id) })
	seats := len(members)
	if replaces != "" {
		seats = 1
	}
	sit := append(slices.Clone(b.members), candidates[:min(seats, len(candidates))]...)
	switch {
	case b.commitment == "" || text("commitment") != b.commitment:
		return "its commitment is not that of the decision that was made known last: " + b.decided
	case dispute.Hash(nonce) != b.commitment:
		return "its nonce is not the one that was committed to: " + b.decided
	case !slices.EqualFunc(appeals, b.appeals, func(said, is string) bool { return is == "" || said == is }):
		return "its appeals are not the hashes of the appeals before it"
	case seed != dispute.Seed(nonce, appeals...):
		return "its seed is not that of its nonce and its appeals"
	case stranger >= 0:
		return "a candidate was no reviewer when the decision was made known: " + candidates[stranger]
	case !ranked(seed, candidates):
		return "its candidates are not in the order of their ranks"
	case replaces != b.vacant, replaces == "" && len(b.members) > 0:
		return "it replaces somebody else than who was set aside"
	case len(candidates) == 0, len(members) == 0, !slices.Equal(members, sit):
		return "its members are not the first of its candidates"
	case silent >= 0:
		return "nothing is said of who was a reviewer when the decision was made known: " + b.pool[silent]
	}
	return ""
}

// ranked says that candidates stand in the order of their ranks by the seed, each once.
func ranked(seed string, candidates []string) bool {
	for i := 1; i < len(candidates); i++ {
		if dispute.Rank(seed, candidates[i-1]) >= dispute.Rank(seed, candidates[i]) {
			return false
		}
	}
	return true
}

// excluded are those whom a draw names as left out.
func excluded(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		if e, ok := item.(map[string]any); ok {
			id, _ := e["reviewer"].(string)
			out = append(out, id)
		}
	}
	return out
}

// texts reads a list of texts of an event. What is none is left out, and missed where the list is compared.
func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
