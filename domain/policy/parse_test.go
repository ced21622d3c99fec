package policy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/policy"
)

// document is the default policy as text; cases change a line of it.
func document(t testing.TB) string {
	text, err := os.ReadFile("../../policies/default.yaml")
	require.NoError(t, err)
	return string(text)
}

// problems of a document that is not sound.
func problems(t testing.TB, err error) []policy.Problem {
	var invalid *policy.Invalid
	require.ErrorAs(t, err, &invalid)
	return invalid.Problems
}

func TestEachKindOfErrorIsFoundOnItsLine(t *testing.T) {
	whole := document(t)
	for _, c := range []struct {
		what, old, new, key, message string
	}{
		{"unknown key", "  appeal_window: 7d", "  appeal_window: 7d\n  apeal_window: 7d", "dispute.apeal_window", "is not a key of the policy"},
		{"unknown section", "\nfees:", "\nfee:\n  percent: 1\nfees:", "fee", "is not a key of the policy"},
		{"key given twice", "  appeal_window: 7d", "  appeal_window: 7d\n  appeal_window: 8d", "dispute.appeal_window", "is given a second time, first on line"},
		{"section given twice", "\nchargeback:", "\nfees:\n  percent: 1\nchargeback:", "fees", "is given a second time, first on line"},
		{"no duration", "seller_response: 5d", "seller_response: 5", "dispute.seller_response", policy.ErrDuration.Error()},
		{"negative duration", "seller_response: 5d", "seller_response: -5d", "dispute.seller_response", policy.ErrDuration.Error()},
		{"no value", "seller_response: 5d", "seller_response:", "dispute.seller_response", "has no value"},
		{"a list for a value", "seller_response: 5d", "seller_response: [5d]", "dispute.seller_response", "is not a single value"},
		{"a value for a list", "reminders: [2d, 12h]", "reminders: 2d", "dispute.seller_response_reminders", "is not a list of durations"},
		{"no duration in a list", "reminders: [2d, 12h]", "reminders: [2d, noon]", "dispute.seller_response_reminders", policy.ErrDuration.Error()},
		{"nothing", "seller_response: 5d", "seller_response: 0d", "dispute.seller_response", "is nothing"},
		{"far too long", "seller_response: 5d", "seller_response: 3651d", "dispute.seller_response", "is longer than 3650d"},
		{"an alias", "  hearing: 24h", "  hearing: &day 24h\n  objection_ruling: *day\n", "dispute.objection_ruling", "is an alias"},
		{"a value for a section", "\nfees:\n  percent: 0 ", "\nfees: 0 ", "fees", "is not a section with keys"},
		{"a key that is a list", "\nfees:", "\n[a, b]: 1\nfees:", "", "has a key that is not a plain word"},
		{"percentage above 100", "discretion: 20", "discretion: 100.5", "decision.discretion", policy.ErrPercent.Error()},
		{"negative percentage", "discretion: 20", "discretion: -20", "decision.discretion", policy.ErrPercent.Error()},
		{"a sum for amounts", "max: {EUR: 50.00, default: 5000}", "max: 50.00", "goodwill.max", "is not an amount by currency"},
		{"no default", "max: {EUR: 50.00, default: 5000}", "max: {EUR: 50.00}", "goodwill.max.default", "is missing"},
		{"decimals in the default", "max: {EUR: 50.00, default: 5000}", "max: {EUR: 50.00, default: 50.00}", "goodwill.max.default", "is not a whole number of minor units"},
		{"negative default", "max: {EUR: 50.00, default: 5000}", "max: {EUR: 50.00, default: -1}", "goodwill.max.default", "is not a whole number of minor units"},
		{"unknown currency", "max: {EUR: 50.00, default: 5000}", "max: {EURO: 50.00, default: 5000}", "goodwill.max.EURO", "is not a currency of ISO 4217"},
		{"decimals that the currency has not", "max: {EUR: 50.00, default: 5000}", "max: {JPY: 50.00, default: 5000}", "goodwill.max.JPY", "is too many decimals: JPY has 0"},
		{"negative amount", "max: {EUR: 50.00, default: 5000}", "max: {EUR: -50.00, default: 5000}", "goodwill.max.EUR", "is not a decimal amount"},
		{"currency given twice", "max: {EUR: 50.00, default: 5000}", "max: {EUR: 50.00, EUR: 5.00, default: 5000}", "goodwill.max.EUR", "is given a second time"},
		{"no country", "max_for: {}", "max_for: {Brazil: 90d}", "protection.guaranteed_by_max_for.Brazil", "is not a country of two capital letters"},
		{"no time for a country", "max_for: {}", "max_for: {BR: 0d}", "protection.guaranteed_by_max_for.BR", "is nothing"},
		{"no number", "panel_size: 3", "panel_size: three", "appeal.panel_size", "is not a whole number from 1"},
		{"a fraction of a number", "evidence_items: 20", "evidence_items: 20.0", "limits.evidence_items", "is not a whole number from 1"},
		{"no item at all", "evidence_items: 20", "evidence_items: 0", "limits.evidence_items", "is not a whole number from 1"},
		{"negative number", "evidence_items: 20", "evidence_items: -20", "limits.evidence_items", "is not a whole number from 1"},
		{"reminder longer than its deadline", "inspection_reminder: 2d", "inspection_reminder: 15d", "protection.inspection_reminder", "does not lie within protection.inspection"},
		{"reminder to ship after the last day", "ship_by_reminder: 3d", "ship_by_reminder: 14d", "protection.ship_by_reminder", "does not lie within protection.ship_by_max"},
		{"a reminder before the beginning", "reminders: [2d, 12h]", "reminders: [6d, 12h]", "dispute.seller_response_reminders", "does not lie within dispute.seller_response"},
		{"reminders out of order", "reminders: [2d, 12h]", "reminders: [12h, 2d]", "dispute.seller_response_reminders", "are not in order"},
		{"extension longer than all", "buyer_extension: 3d", "buyer_extension: 31d", "protection.buyer_extension", "is longer than protection.extension_max"},
		{"danger takes longer", "finding_safety: 48h", "finding_safety: 8d", "report.finding_safety", "is longer than report.finding"},
		{"over before it is late", "max_age: 90d                    # of", "max_age: 7d                    # of", "report.max_age", "is not longer than report.finding"},
		{"no report at all", "per_day: 10 ", "per_day: 0 ", "report.per_day", "is not a whole number from 1"},
		{"no time to moderate", "moderation: 48h", "moderation: 0d", "review.moderation", "is nothing"},
		{"even panel", "large_panel_size: 5", "large_panel_size: 6", "appeal.large_panel_size", "is even"},
		{"a warning without a reason", "  warned: 8", "  warned: 12", "standing.warned", "is not below standing.points"},
		{"a ladder out of order", "  limited: 6", "  limited: 8", "standing.limited", "is not below standing.warned"},
		{"a ladder upside down", "  restricted: 3", "  restricted: 6", "standing.restricted", "is not below standing.limited"},
		{"no points at all", "  points: 12", "  points: 0", "standing.points", "is not a whole number from 1"},
		{"contested longer than it counts", "  contest: 7d", "  contest: 365d", "standing.contest", "is not shorter than standing.expiry"},
		{"a repetition that takes less", "repeated: 2, from: 3", "repeated: 2, from: 1", "standing.not_as_described.from", "repeats nothing"},
		{"a cheaper repetition", "{points: 2, repeated: 4, from: 2, within: 365d}", "{points: 2, repeated: 1, from: 2, within: 365d}", "standing.false_shipment.repeated", "is less than"},
		{"a window longer than the memory", "from: 3, within: 90d", "from: 3, within: 366d", "standing.not_as_described.within", "is longer than standing.expiry"},
		{"a key of a scale that is missing", "{points: 2, repeated: 4, from: 2, within: 365d}", "{points: 2, repeated: 4, from: 2}", "standing.false_shipment.within", "is missing"},
		{"a shorter pause the second time", "listing_pause_repeated: 30d", "listing_pause_repeated: 6d", "standing.listing_pause_repeated", "is shorter than"},
		{"more buyers than disputes", "  buyers: 4\n", "  buyers: 6\n", "complaint_spike.buyers", "a dispute has one buyer"},
		{"an exposure within the window", "  exposure: 30d", "  exposure: 6d", "complaint_spike.exposure", "is shorter than"},
		{"no history to compare with", "  history: 180d", "  history: 30d", "complaint_spike.history", "nothing to compare with"},
		{"certainty", "  certainty: 99 ", "  certainty: 100 ", "complaint_spike.certainty", "nothing ever is"},
		{"nothing is usual", "  usual: 2 ", "  usual: 0 ", "complaint_spike.usual", "infinitely more"},
		{"an hour of two weeks", "  hour: 1h", "  hour: 31d", "brushing.hour", "is longer than"},
		{"a sum that nothing reaches", "  weights_needed: 3", "  weights_needed: 9", "brushing.weights_needed", "nothing would ever be found"},
		{"one signal alone", "  weights_needed: 3", "  weights_needed: 2", "brushing.weights_needed", "one signal alone"},
		{"a shorter silence the second time", "report_pause_repeated: 90d", "report_pause_repeated: 29d", "standing.report_pause_repeated", "is shorter than"},
		{"more stars than there are", "positive_from: 4", "positive_from: 6", "metrics.positive_from", "is above five stars"},
		{"a rating nobody can have", "rating_hundredths: 400", "rating_hundredths: 501", "promotion.rating_hundredths", "is above 500"},
		{"a type that is none", "by: [photo_of_item, video], text: \"Show the fault; a", "by: [photo_of_thing, video], text: \"Show the fault; a", "checklists.warranty.defect.buyer.by", "names what is not a type of evidence"},
		{"a type twice", "by: [photo_of_item, video], text: \"Show the fault; a", "by: [video, video], text: \"Show the fault; a", "checklists.warranty.defect.buyer.by", "names a type twice"},
		{"no type", "by: [photo_of_item, video], text: \"Show the fault; a", "by: [], text: \"Show the fault; a", "checklists.warranty.defect.buyer.by", "is not a list of types of evidence"},
		{"a need that is none", "{need: required, by: [photo_of_item, video], text: \"Show the fault; a", "{need: must, by: [photo_of_item, video], text: \"Show the fault; a", "checklists.warranty.defect.buyer.need", "is neither required nor helpful"},
		{"no text", "text: \"Show the fault; a film shows best what does not work.\"", "text: \"\"", "checklists.warranty.defect.buyer.text", "is not a text"},
		{"an unknown word in an item", "text: \"Show the fault; a film", "why: x, text: \"Show the fault; a film", "checklists.warranty.defect.buyer.why", "is not a key of the policy"},
		{"an item that lacks its types", "by: [photo_of_item, video], text: \"Show the fault; a", "text: \"Show the fault; a", "checklists.warranty.defect.buyer.by", "is missing"},
		{"large panel that is smaller", "large_panel_size: 5", "large_panel_size: 1", "appeal.large_panel_size", "is smaller than appeal.panel_size"},
	} {
		t.Run(c.what, func(t *testing.T) {
			require.Contains(t, whole, c.old)
			changed := strings.Replace(whole, c.old, c.new, 1)
			// The problem is on the last line that differs.
			last := 1 + strings.Count(whole[:strings.Index(whole, c.old)]+strings.TrimSuffix(c.new, "\n"), "\n")
			if strings.HasPrefix(c.old, "\n") && strings.HasPrefix(c.new, "\n") {
				last = 1 + strings.Count(whole[:strings.Index(whole, c.old)], "\n") + 1 // the section that was put in
			}
			_, err := policy.Parse([]byte(changed))
			found := problems(t, err)
			require.Equal(t, c.key, found[0].Key, "%v", err)
			require.Contains(t, found[0].Message, c.message)
			require.Equal(t, last, found[0].Line, "%v", err)
			if c.what != "an alias" { // what it replaced is then given twice
				require.Len(t, found, 1, "%v", err)
			}
			require.Contains(t, err.Error(), found[0].String())
		})
	}
}

func TestDocumentsThatAreNoPolicy(t *testing.T) {
	for _, c := range []struct {
		what, text string
		line       int
		message    string
	}{
		{"empty", "", 1, "the document is empty"},
		{"comments only", "# nothing\n", 1, "the document is empty"},
		{"a word", "policy", 1, "is not a section with keys"},
		{"a list", "\n- a\n", 2, "is not a section with keys"},
		{"not YAML", "protection:\n  ship_by_max: 14d: 15d\n", 2, "the document is not YAML: mapping values are not allowed"},
		{"not text", "a: \xff\n", 1, "the document is not YAML: invalid leading UTF-8 octet"},
		{"two documents", "a: 1\n---\nb: 2\n", 2, "a second document begins here"},
		{"too large", strings.Repeat("#", policy.MaxDocument+1), 1, "larger than 65536 bytes"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := policy.Parse([]byte(c.text))
			found := problems(t, err)
			require.Len(t, found, 1)
			require.Equal(t, c.line, found[0].Line, found[0].Message)
			require.Contains(t, found[0].Message, c.message)
		})
	}
}

var leaf = regexp.MustCompile(`(?m)^  ([a-z_]+): [^#\n]*`)

func TestEveryMissingKeyIsReported(t *testing.T) {
	whole := document(t)
	section := ""
	for _, line := range strings.SplitAfter(whole, "\n") {
		if name, is := strings.CutSuffix(strings.TrimSpace(line), ":"); is {
			section = name
		}
		key := leaf.FindStringSubmatch(line)
		if key == nil {
			continue
		}
		_, err := policy.Parse([]byte(strings.Replace(whole, line, "", 1)))
		found := problems(t, err)
		if len(leaf.FindAllString(sectionOf(whole, section), -1)) == 1 {
			require.Equal(t, section, found[0].Key, "a section without keys has no value")
			continue
		}
		require.Len(t, found, 1, "%v", err)
		require.Equal(t, section+"."+key[1], found[0].Key)
		require.Equal(t, "is missing", found[0].Message)
		require.Equal(t, 1+strings.Count(whole[:strings.Index(whole, "\n"+section+":")+1], "\n"), found[0].Line, "the line of its section")
	}

	_, err := policy.Parse([]byte("fees: {percent: 0}"))
	require.Len(t, problems(t, err), 19, "every section that is missing: %v", err)
}

// sectionOf is the text of one section.
func sectionOf(whole, name string) string {
	_, after, _ := strings.Cut(whole, "\n"+name+":\n")
	body, _, _ := strings.Cut(after, "\n\n")
	return body
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	changed := strings.NewReplacer("ship_by_max: 14d", "ship_by_max: soon", "discretion: 20", "discretion: 200",
		"  hearing: 24h", "  hearng: 24h").Replace(document(t))
	_, err := policy.Parse([]byte(changed))
	var keys []string
	for _, p := range problems(t, err) {
		keys = append(keys, p.Key)
	}
	require.Equal(t, []string{"protection.ship_by_max", "dispute.hearing", "dispute.hearng", "decision.discretion"}, keys)
	require.NotContains(t, err.Error(), "soon", "values are not repeated")
}

func TestAmountsAreReadFromTheText(t *testing.T) {
	changed := strings.Replace(document(t), "max: {EUR: 50.00, default: 5000}",
		"max: {EUR: 90071992547409.91, JPY: 80000, KWD: 36.500, USD: 0.1, default: 9007199254740991}", 1)
	p, err := policy.Parse([]byte(changed))
	require.NoError(t, err)
	require.EqualValues(t, 1<<53-1, p.Goodwill.Max.For("EUR"))
	require.EqualValues(t, 80000, p.Goodwill.Max.For("JPY"))
	require.EqualValues(t, 36500, p.Goodwill.Max.For("KWD"))
	require.EqualValues(t, 10, p.Goodwill.Max.For("USD"))
	require.EqualValues(t, 1<<53-1, p.Goodwill.Max.For("GBP"))
}

func FuzzParse(f *testing.F) {
	whole := document(f)
	f.Add(whole)
	f.Add("a: &a [*a]\n")
	f.Add("<<: {fees: {percent: 1}}\n")
	f.Add(strings.Replace(whole, "24h", "!!binary aGVsbG8=", 1))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := policy.Parse([]byte(text))
		if err != nil {
			require.NotEmpty(t, problems(t, err))
			return
		}
		same, err := p.Override(nil)
		require.NoError(t, err)
		require.Equal(t, p, same, "what was accepted can be written and read again")
	})
}

func TestAReasonOrAPartyWithoutAChecklistIsFound(t *testing.T) {
	whole := document(t)
	at, after := strings.Index(whole, "  counterfeit:\n"), strings.Index(whole, "  extra_charge_demanded:\n")
	_, err := policy.Parse([]byte(whole[:at] + whole[after:]))
	found := problems(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "checklists.counterfeit", found[0].Key)
	require.Equal(t, "is missing", found[0].Message)
	_, err = policy.Parse([]byte(whole[:at] + "  counterfeits: {buyer: [], seller: []}\n" + whole[at:]))
	found = problems(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "checklists.counterfeits", found[0].Key)
	require.Equal(t, "is not a reason", found[0].Message)
	_, err = policy.Parse([]byte(whole[:at] + "  counterfeit: {buyer: []}\n" + whole[after:]))
	found = problems(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "checklists.counterfeit.seller", found[0].Key)
	_, err = policy.Parse([]byte(whole[:at] + "  counterfeit: {buyer: [], seller: {}}\n" + whole[after:]))
	require.Contains(t, problems(t, err)[0].Message, "is not a list of items")
	_, err = policy.Parse([]byte(whole[:strings.Index(whole, "checklists:")] + "checklists: none\n"))
	require.Contains(t, problems(t, err)[0].Message, "is not a checklist by reason")
	many := strings.TrimSuffix(strings.Repeat("{need: helpful, by: [other], text: A thing.}, ", 21), ", ")
	_, err = policy.Parse([]byte(whole[:at] + "  counterfeit: {buyer: [], seller: [" + many + "]}\n" + whole[after:]))
	require.Contains(t, problems(t, err)[0].Message, "has more than 20 items")
}
