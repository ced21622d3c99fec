package report

import (
	"encoding/json"
	"fmt"

	"recourse/domain/casefile"
)

// Handover is what a department is given with a referral: the statement as it was recorded, and who named which file in it.
type Handover struct {
	Referral  string
	Report    string
	Statement []byte // in its canonical form, whose SHA-256 is the referral's export
	Files     []Naming
}

// Naming is an identifier of evidence that an account has named. Nobody has seen yet whether there is such a thing, or whether it is
// that account's to name.
type Naming struct {
	Evidence string
	By       string
}

// HandoverOf reads what was handed over from the statement that the log has of it.
func HandoverOf(referral string, recorded any) (Handover, error) {
	text, err := casefile.Canonical(recorded)
	if err != nil {
		return Handover{}, fmt.Errorf("write the statement: %w", err)
	}
	var s Statement
	if err := json.Unmarshal(text, &s); err != nil {
		return Handover{}, fmt.Errorf("read the statement: %w", err)
	}
	h, seen := Handover{Referral: referral, Report: s.Report, Statement: text}, map[Naming]bool{}
	name := func(by string, files []string) {
		for _, f := range files {
			if n := (Naming{Evidence: f, By: by}); !seen[n] {
				seen[n] = true
				h.Files = append(h.Files, n)
			}
		}
	}
	name(s.Reporter, s.Evidence)
	for _, q := range s.Questions {
		name(map[Side]string{ReporterSide: s.Reporter, ReportedSide: s.Reported}[q.To], q.Evidence)
	}
	return h, nil
}
