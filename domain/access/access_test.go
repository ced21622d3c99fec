package access_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/access"
	"recourse/domain/casefile"
)

var update = flag.Bool("update", false, "write testdata/matrix.txt anew")

// columns are the callers of the matrix: each role, and what it can be to a case.
func columns() (roles []casefile.Role, relations []access.Relation) {
	for _, role := range access.Roles {
		for _, to := range access.Relations {
			if to == access.Bench && role != casefile.Reviewer && role != casefile.Supervisor {
				continue
			}
			roles, relations = append(roles, role), append(relations, to)
		}
	}
	return roles, relations
}

func matrix() string {
	mark := map[access.Relation]string{access.Own: "own", access.Bench: "has", access.Other: "-"}
	cell := map[casefile.Code]string{"": "yes", casefile.NotAllowed: "403", casefile.NotFound: "404"}
	roles, relations := columns()
	var b strings.Builder
	row := func(name string, of func(i int) string) {
		line := fmt.Sprintf("%-20s", name)
		for i := range roles {
			line += fmt.Sprintf(" %-4s", of(i))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	b.WriteString("Who may do what. own: a party's case, one's account or command; has: the reviewer has, had or judges the case.\n\n")
	row("", func(i int) string { return string(roles[i][:4]) })
	row("", func(i int) string { return mark[relations[i]] })
	for _, action := range access.Actions() {
		row(action, func(i int) string { return cell[access.Refusal(action, roles[i], relations[i])] })
	}
	return b.String()
}

// TestTheMatrixIsTheOneThatWasReviewed pins every cell. Run with -update to write it, and read the difference.
func TestTheMatrixIsTheOneThatWasReviewed(t *testing.T) {
	const file = "testdata/matrix.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(matrix()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), matrix())
}

func TestWhatACallerMayNotKnowIsNotFound(t *testing.T) {
	for _, c := range []struct {
		action string
		by     casefile.Role
		to     access.Relation
		want   casefile.Code
	}{
		{"ship", casefile.Seller, access.Own, ""},
		{"ship", casefile.Buyer, access.Own, casefile.NotAllowed},  // the wrong side of one's own case
		{"ship", casefile.Seller, access.Other, casefile.NotFound}, // another's order
		{"view_order", casefile.Buyer, access.Other, casefile.NotFound},
		{"decide", casefile.Buyer, access.Own, casefile.NotAllowed},
		{"decide", casefile.Reviewer, access.Other, ""}, // the case knows who holds it
		{"view_evidence", casefile.Reviewer, access.Other, casefile.NotAllowed},
		{"view_evidence", casefile.Reviewer, access.Bench, ""},
		{"post_message", casefile.Reviewer, access.Other, casefile.NotAllowed},
		{"deliver", casefile.Carrier, access.Other, ""},
		{"view_dispute", casefile.Carrier, access.Other, casefile.NotAllowed},
		{"decide", casefile.Auditor, access.Other, casefile.NotAllowed},
		{"register_order", casefile.Buyer, access.Other, casefile.NotAllowed}, // nothing to hide
		{"advance_test_clock", casefile.Buyer, access.Other, casefile.NotFound},
		{"view_account", casefile.Seller, access.Other, casefile.NotFound},
		{"payout", casefile.Seller, access.Own, casefile.NotAllowed},
		{"view_command", casefile.Buyer, access.Other, casefile.NotFound},
		{"supersede", casefile.Operator, access.Other, casefile.NotAllowed},
		{"no_such_action", casefile.Platform, access.Own, casefile.NotAllowed},
		{"view_order", "stranger", access.Own, casefile.NotFound},
		{"view_order", "", access.Own, casefile.NotFound},
	} {
		require.Equal(t, c.want, access.Refusal(c.action, c.by, c.to), "%s by %s (%s)", c.action, c.by, c.to)
	}
}

func TestAuditorsChangeNothing(t *testing.T) {
	for _, action := range access.Actions() {
		reads := strings.HasPrefix(action, "view_") || strings.HasPrefix(action, "list_")
		for _, to := range access.Relations {
			require.Equal(t, reads, access.Allowed(action, casefile.Auditor, to), action)
		}
	}
}

func TestStrangersReachNothingOfACase(t *testing.T) {
	// Lists hold what is theirs, anyone reports anyone, and what is published is everybody's.
	free := []string{"view_policy", "view_keys", "view_roots", "list_orders", "list_disputes", "list_reports", "submit_report", "list_reviews", "view_review", "report_review", "view_rating", "view_metrics"}
	for _, action := range access.Actions() {
		for _, role := range []casefile.Role{casefile.Buyer, casefile.Seller} {
			allowed := access.Allowed(action, role, access.Other)
			require.Equal(t, slices.Contains(free, action), allowed, "%s by a %s of another order", action, role)
		}
	}
}

func TestRelationToACase(t *testing.T) {
	bench := []string{"acc_r", "acc_v", "acc_b"}
	for _, c := range []struct {
		id   string
		role casefile.Role
		want access.Relation
	}{
		{"acc_b", casefile.Buyer, access.Own},
		{"acc_s", casefile.Seller, access.Own},
		{"acc_s", casefile.Buyer, access.Other}, // the seller as somebody's buyer
		{"acc_b", casefile.Seller, access.Other},
		{"acc_x", casefile.Buyer, access.Other},
		{"acc_r", casefile.Reviewer, access.Bench},
		{"acc_v", casefile.Supervisor, access.Bench},
		{"acc_y", casefile.Reviewer, access.Other},
		{"acc_r", casefile.Buyer, access.Other},
		{"acc_r", casefile.Operator, access.Other},
		{"", casefile.Buyer, access.Other},
		{"acc_p", casefile.Platform, access.Other},
	} {
		require.Equal(t, c.want, access.To(casefile.Actor{ID: c.id, Role: c.role}, "acc_b", "acc_s", bench), "%s %s", c.role, c.id)
	}
	require.Equal(t, access.Other, access.To(casefile.Actor{Role: casefile.Buyer}, "", "", nil), "nobody is no party")
	require.Equal(t, access.Own, access.ToOwner(casefile.Actor{ID: "acc_b", Role: casefile.Buyer}, "acc_b"))
	require.Equal(t, access.Other, access.ToOwner(casefile.Actor{ID: "acc_b", Role: casefile.Buyer}, "acc_s"))
	require.Equal(t, access.Other, access.ToOwner(casefile.Actor{Role: casefile.System}, ""))
}

var inContract = regexp.MustCompile(`(?m)^\s+x-action: (\w+)$`)

// TestTheTableAndTheContractKnowTheSameActions: an operation without a row would be nobody's, and a row without an operation
// says something that nobody can do.
func TestTheTableAndTheContractKnowTheSameActions(t *testing.T) {
	text, err := os.ReadFile("../../api/openapi.yaml")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, m := range inContract.FindAllStringSubmatch(string(text), -1) {
		known[m[1]] = true
	}
	require.NotEmpty(t, known)
	for _, action := range access.Actions() {
		internal := access.Allowed(action, casefile.System, access.Other) && action != "view_policy"
		require.NotEqual(t, internal, known[action], "%s: in the contract, or for the system alone", action)
		delete(known, action)
	}
	require.Empty(t, known, "operations without a row in the table")
}
