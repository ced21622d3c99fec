package store

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// samePerson begins a query: for each account that is named (root) the accounts of its person, itself included. Links of kind person are
// followed however far they lead. Each account comes once, so that a circle of links ends, and personMax bounds how many there are.
const samePerson = `WITH RECURSIVE same (root, id) AS (
		SELECT id, id FROM accounts WHERE id IN @named
		UNION
		SELECT same.root, l.linked_id FROM same JOIN account_links AS l ON l.account_id = same.id AND l.kind = 'person'
	)`

// personMax bounds the accounts of one person. What must know all of them reads and locks as many at most.
const personMax = 1000

// errRelinked: the links of a person changed while its accounts were being locked. What had been decided on is not so any more.
var errRelinked = errors.New("the accounts of a person have changed")

// people are the accounts of those whose accounts these are, in the order of their identifiers, each locked as said.
func people(tx *gorm.DB, lock string, named ...string) ([]string, error) {
	var accounts []string
	err := tx.Raw(samePerson+` SELECT id FROM accounts WHERE id IN (SELECT id FROM same) ORDER BY id `+lock,
		map[string]any{"named": named}).Scan(&accounts).Error
	return accounts, err
}

// locked are the accounts of those whose accounts these are, all of them held until the transaction is over. They are locked in the order of
// their identifiers, so that nobody waits for another in a circle, and read again, because a link may have changed before all of them were
// held: then it is errRelinked, and what was begun begins anew. From then on no link of theirs changes.
func (s *Store) locked(tx *gorm.DB, named ...string) ([]string, error) {
	accounts, err := people(tx, s.dialect.lock, named...)
	if err != nil || s.dialect.lock == "" {
		return accounts, err
	}
	again, err := people(tx, "", named...)
	if err == nil && !slices.Equal(accounts, again) {
		err = errRelinked
	}
	return again, err
}

// personOf are the accounts of the person whose account this is, locked, so that of two reviews of one person that are counted at once
// one sees the other.
func (w *work) personOf(account string) ([]string, error) {
	accounts, err := w.store.locked(w.tx, account)
	if err == nil && len(accounts) == 0 {
		accounts = []string{account} // one that nobody has told us of
	}
	return accounts, err
}

// tie is how one of some accounts has to do with one of others.
type tie struct{ Candidate, Party, Kind string }

// ties are those between candidates and parties: they are one person, over any number of links that say so, or some account of the one
// person is linked to some account of the other in another way. Such a link counts one step.
func ties(tx *gorm.DB, candidates, parties []string) ([]tie, error) {
	var found []tie
	// SQLite takes the tables of a cross join in their order, and so the links of the parties' people, not all there are.
	err := tx.Raw(samePerson+`
		SELECT own.root AS candidate, theirs.root AS party, 'person' AS kind
			FROM same AS theirs JOIN same AS own ON own.id = theirs.id
			WHERE theirs.root IN @parties AND own.root IN @candidates AND own.root <> theirs.root
		UNION
		SELECT own.root, theirs.root, l.kind
			FROM same AS theirs CROSS JOIN account_links AS l JOIN same AS own ON own.id = l.linked_id
			WHERE l.account_id = theirs.id AND theirs.root IN @parties AND own.root IN @candidates AND own.root <> theirs.root
		ORDER BY candidate, party, kind`,
		map[string]any{"named": slices.Concat(candidates, parties), "candidates": candidates, "parties": parties}).Scan(&found).Error
	return found, err
}

// tie tells a candidate that it has to do with a party of the case, and how that is known.
func (w *work) tie(c *casefile.Candidate, t tie) {
	if !slices.Contains(c.Linked, t.Party) {
		c.Linked = append(c.Linked, t.Party)
	}
	if t.Party != w.own.Buyer && t.Party != w.own.Seller {
		return
	}
	if c.Kinds == nil {
		c.Kinds = map[string][]string{}
	}
	c.Kinds[t.Party] = append(c.Kinds[t.Party], t.Kind)
}

// LinkedTo are those of some accounts that an account has to do with, as the rules of conflicts ask it: the same person, or linked by
// any account of the one person with any of the other. They come in the order of their identifiers.
func (s *Store) LinkedTo(ctx context.Context, account string, others []string) ([]string, error) {
	found, err := ties(s.from(ctx), []string{account}, others)
	if err != nil {
		return nil, doing("read whom "+account+" is linked to", err)
	}
	var linked []string
	for _, t := range found {
		if !slices.Contains(linked, t.Party) {
			linked = append(linked, t.Party)
		}
	}
	return linked, nil
}
