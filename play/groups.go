package play

import (
	"slices"
)

// groups checks the steps that are sent at once: they share an instant, and one list of answers counts for all of them.
func (b *binding) groups() {
	done := map[string]bool{}
	for i := range b.raw {
		name := b.raw[i].step.Together
		if name == "" || done[name] {
			continue
		}
		done[name] = true
		b.group(name, i)
	}
}

func (b *binding) group(name string, first int) {
	var members []int
	for i := first; i < len(b.raw); i++ {
		if b.raw[i].step.Together == name {
			members = append(members, i)
		}
	}
	lead := &b.raw[first].step
	var list []int
	for _, i := range members {
		s := &b.raw[i].step
		line := b.raw[i].fields.lineOf("together")
		if s.At != lead.At {
			b.r.problem(line, "%s: together %s: sent at once, but at %s and at %s", s.Do, name, formatLength(lead.At), formatLength(s.At))
		}
		if len(s.AnyOrder) == 0 {
			continue
		}
		answers := b.raw[i].fields.lineOf("answer")
		switch {
		case len(s.AnyOrder) != len(members):
			b.r.problem(answers, "%s: together %s: %d answers for %d steps", s.Do, name, len(s.AnyOrder), len(members))
		case list == nil:
			list = s.AnyOrder
		case !sameStatuses(list, s.AnyOrder):
			b.r.problem(answers, "%s: together %s: another step of the group has other answers", s.Do, name)
		}
	}
	// One list counts for the whole group, whichever step carries it.
	for _, i := range members {
		if s := &b.raw[i].step; list != nil {
			if s.Answer != 0 {
				b.r.problem(b.raw[i].fields.lineOf("answer"), "%s: together %s: the group has a list of answers already", s.Do, name)
			}
			s.AnyOrder = list
		}
	}
}

// sameStatuses compares two lists of answers, in any order.
func sameStatuses(a, b []int) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
