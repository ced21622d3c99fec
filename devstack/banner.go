package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"recourse/api/client"
	"recourse/contract"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// tokenTime is how long the tokens of the banner are good for. The key that signs them is kept with the data.
const tokenTime = 30 * 24 * time.Hour

// banner shows where everything is, how to sign in, and what there is to look at.
func (o devOptions) banner(ctx context.Context, out io.Writer, s *stack.Stack, platform *client.Client, seeded *seed.Seeded) error {
	var text strings.Builder
	kept := "Nothing is kept."
	if !o.ephemeral {
		kept = "Everything is kept in " + s.Dir() + "."
	}
	fmt.Fprintf(&text, "\nRecourse is running. Ctrl-C stops it. %s\n\n", kept)
	fmt.Fprintf(&text, "  Pages        %s/   (sign in with one press as anybody below)\n", s.URL())
	fmt.Fprintf(&text, "  API          %s/v1\n  Reference    %[1]s/docs\n  Contract     %[1]s/openapi.yaml\n", s.URL())
	fmt.Fprintf(&text, "  Temporal UI  %s   (clients: %s, namespace %s)\n", runs(s), s.EngineAddress(), stack.Namespace)
	fmt.Fprintf(&text, "  Scanner      none: every file counts as clean, unseen\n")
	if seeded.Clock != "" {
		clock, err := client.Result[client.TestClock](platform.GetTestClock(ctx, seeded.Clock))
		if err != nil {
			return fmt.Errorf("read the default clock: %w", err)
		}
		fmt.Fprintf(&text, "  Clock        %s at %s, %s\n", clock.ID, clock.Now.Format(time.DateTime), o.pace())
	}
	if err := people(&text, s, seeded); err != nil {
		return err
	}
	if len(seeded.Cases) > 0 {
		if err := seeded.Look(ctx, platform); err != nil {
			return err
		}
		cases(&text, s, seeded)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func (o devOptions) pace() string {
	if o.day <= 0 {
		return "standing still (DAY=2s lets it run)"
	}
	return "a day every " + o.day.String()
}

// people are lines for a shell: each makes a variable of a token.
func people(text *strings.Builder, s *stack.Stack, seeded *seed.Seeded) error {
	persons := seeded.People
	if len(persons) == 0 {
		persons = []seed.Person{{Name: "Platform", Role: casefile.Platform, Account: "platform"}}
	}
	fmt.Fprintf(text, "\nPrograms sign in with the header \"Authorization: Bearer …\". Tokens, as lines for a shell:\n\n")
	for _, p := range persons {
		token, err := s.Token(p.Account, p.Role, tokenTime)
		if err != nil {
			return err
		}
		fmt.Fprintf(text, "  %s=%s   # %s %s\n", strings.ToUpper(p.Name), token, p.Role, p.Account)
	}
	fmt.Fprintf(text, "\n  curl -H \"Authorization: Bearer $%s\" %s/v1/orders\n", strings.ToUpper(persons[0].Name), s.URL())
	return nil
}

// cases lists what is seeded, with links that a browser opens.
func cases(text *strings.Builder, s *stack.Stack, seeded *seed.Seeded) {
	fmt.Fprintf(text, "\nCases on the clock:\n\n")
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	for _, c := range seeded.Cases {
		fmt.Fprintf(table, "  order\t%s\t%s\t%s\n", c.State, s.CaseURL(c.Order), runOf(s, casefile.KindOrder, c.Order))
	}
	for _, c := range seeded.Cases {
		if c.Dispute != "" {
			fmt.Fprintf(table, "  dispute\t%s\t%s\t%s\n", c.Status, s.CaseURL(c.Dispute), runOf(s, casefile.KindDispute, c.Dispute))
		}
	}
	for _, standing := range seeded.Standings {
		fmt.Fprintf(table, "  standing\t%s\t%s\t%s\n", standing.State, s.CaseURL(standing.Case), runOf(s, casefile.KindStanding, standing.Case))
	}
	_ = table.Flush() // into memory
	text.WriteByte('\n')
}

// runs is where the web page lists the runs, and runOf where it shows that of one case.
func runs(s *stack.Stack) string {
	return s.EngineUI() + "/namespaces/" + stack.Namespace + "/workflows"
}

func runOf(s *stack.Stack, kind, id string) string {
	if s.EngineUI() == "" {
		return ""
	}
	return runs(s) + "/" + url.PathEscape(contract.WorkflowID(kind, id))
}
