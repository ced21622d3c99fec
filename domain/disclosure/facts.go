package disclosure

import (
	"strconv"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// Taken is what a trigger took from the seller outside escrow.
type Taken struct{ Reserve, Payable money.Minor }

// Facts are the facts of a trigger as far as the rules needed them, for a case between two parties: of a reviewer who it is and
// what speaks against it here, and no other cases and no other people; of the seller's funds what was taken of them; of a nonce that
// no panel was drawn with yet its commitment, whoever reads. With these the rules come to the same as with the whole.
func (c *Case) Facts(f casefile.Facts, caseID, buyer, seller string, taken Taken) casefile.Facts {
	f.Funds = casefile.Funds{Reserve: taken.Reserve, Payable: taken.Payable}
	if f.Nonce != "" && !c.drawn[f.Nonce] {
		f.Nonce, f.Commitment = "", dispute.Hash(f.Nonce)
	}
	reviewers := f.Reviewers
	f.Reviewers = nil
	for _, has := range reviewers {
		least := casefile.Candidate{ID: has.ID, Role: has.Role}
		for _, id := range has.Linked {
			if id == buyer || id == seller {
				least.Linked = append(least.Linked, id)
				if kinds, known := has.Kinds[id]; known {
					least.Kinds = withKinds(least.Kinds, id, kinds)
				}
			}
		}
		others := map[string]string{}
		for _, d := range has.Duties {
			if d.Party != buyer && d.Party != seller {
				continue
			}
			if d.Case != caseID { // which one concerns nobody here, but how many they are decides who has the fewest
				if others[d.Case] == "" {
					others[d.Case] = strconv.Itoa(len(others) + 1)
				}
				d.Case = others[d.Case]
			}
			least.Duties = append(least.Duties, d)
		}
		f.Reviewers = append(f.Reviewers, least)
	}
	return f
}

func withKinds(all map[string][]string, account string, kinds []string) map[string][]string {
	if all == nil {
		all = map[string][]string{}
	}
	all[account] = kinds
	return all
}
