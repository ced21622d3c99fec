package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"recourse/domain/detect"
)

// linkBatch bounds the accounts that are named in one statement.
const linkBatch = 1000

// LinksAmong are the links between the persons of the accounts that are named, told by these accounts: those of one person are linked one
// to the next, and a link between any accounts of two persons is told between the first that are named of each.
func (s *Store) LinksAmong(ctx context.Context, accounts []string) ([]detect.Link, error) {
	var rows []linkRow
	for some := range slices.Chunk(accounts, linkBatch) {
		var found []linkRow
		// SQLite takes the tables of a cross join in their order, and so the links of these people, not all there are.
		err := s.from(ctx).Raw(`WITH RECURSIVE same (id) AS (
				SELECT id FROM accounts WHERE id IN ?
				UNION
				SELECT l.linked_id FROM same JOIN account_links AS l ON l.account_id = same.id AND l.kind = 'person'
			) SELECT l.* FROM same CROSS JOIN account_links AS l WHERE l.account_id = same.id`, some).Scan(&found).Error
		if err != nil {
			return nil, doing("read links", err)
		}
		rows = append(rows, found...)
	}
	return among(accounts, rows), nil
}

// among reads links of accounts, and of all accounts of their persons, as links between those that are named.
func among(accounts []string, rows []linkRow) []detect.Link {
	people := persons{}
	for _, r := range rows {
		if r.Kind == LinkPerson {
			people.join(r.AccountID, r.LinkedID)
		}
	}
	named, found := map[string][]string{}, map[detect.Link]bool{}
	for _, a := range slices.Compact(slices.Sorted(slices.Values(accounts))) {
		named[people.of(a)] = append(named[people.of(a)], a)
	}
	for _, own := range named {
		for i := 1; i < len(own); i++ {
			found[detect.Link{A: own[i-1], B: own[i], Kind: LinkPerson}] = true
		}
	}
	for _, r := range rows {
		one, other := people.of(r.AccountID), people.of(r.LinkedID)
		if one == other || len(named[one]) == 0 || len(named[other]) == 0 {
			continue
		}
		a, b := named[one][0], named[other][0]
		found[detect.Link{A: min(a, b), B: max(a, b), Kind: r.Kind}] = true // each is kept in both directions
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b detect.Link) int {
		return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.Kind, b.Kind))
	})
}

// persons say of accounts which are one person's: each leads to another one, and the last stands for all.
type persons map[string]string

// of is the account that stands for a person.
func (p persons) of(account string) string {
	for p[account] != "" {
		if next := p[p[account]]; next != "" {
			p[account] = next // a shorter way for the next who asks
		}
		account = p[account]
	}
	return account
}

func (p persons) join(one, other string) {
	if one, other = p.of(one), p.of(other); one != other {
		p[max(one, other)] = min(one, other)
	}
}
