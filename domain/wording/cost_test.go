package wording_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/wording"
)

// plain is what somebody would write in an afternoon instead of this package: one regular expression of English words and
// of the forms of identifiers, with nothing in it that is slow, such as gaps between words.
var plain = regexp.MustCompile(`(?i)\b(?:close|cancel|withdraw) (?:the|your|this) (?:dispute|claim|case|complaint)\b` +
	`|\b(?:5|five)[ -]?stars?\b|\bconfirm (?:the )?(?:receipt|delivery)\b|\b(?:extra|additional) (?:fee|charge|money)\b` +
	`|\b(?:idiot|moron|scammer|thief)s?\b|\b(?:whatsapp|telegram|wechat|skype|paypal)\b` +
	`|[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}|https?://\S+|\+?\d[\d ().-]{7,}\d`)

// megabyte is about 1 MB of messages: those of the sample over and over, so in the proportion of the sample, in which every
// second one has something to flag. Real messages have less to flag and are cheaper.
func megabyte(t testing.TB) (messages []string) {
	var all []string
	for _, l := range wording.Default().Languages() {
		for _, m := range sample(t, l+".yaml") {
			all = append(all, m.Text)
		}
	}
	for size := 0; size < 1<<20; {
		for _, m := range all {
			messages, size = append(messages, m), size+len(m)
		}
	}
	return messages
}

// most is how many times the plain expression's time a scan may take.
const most = 20

func TestScanningAMegabyteCostsAtMostTwentyPassesOfOneExpression(t *testing.T) {
	undisturbed(t)
	messages := megabyte(t)
	found := 0
	scanAll := func() {
		for _, m := range messages {
			found += len(wording.Default().Scan(m, wording.Scope{}))
		}
	}
	passAll := func() {
		for _, m := range messages {
			found += len(plain.FindAllStringIndex(m, -1))
		}
	}
	scanAll()
	passAll()
	var scans, passes, ratios []float64
	for range 5 {
		scan, pass := seconds(scanAll), seconds(passAll)
		scans, passes, ratios = append(scans, scan), append(passes, pass), append(ratios, scan/pass)
	}
	require.Positive(t, found)
	fmt.Printf("1 MB of messages: scan %.0f ms, one expression %.0f ms, ratio %.2f (%.2f to %.2f), 5 pairs\n",
		median(scans)*1000, median(passes)*1000, median(ratios), slices.Min(ratios), slices.Max(ratios))
	require.LessOrEqual(t, median(ratios), float64(most))
}

func seconds(run func()) float64 {
	begin := time.Now()
	run()
	return time.Since(begin).Seconds()
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// TestAllocationsOfAScan pins them: an increase is a change to look at.
func TestAllocationsOfAScan(t *testing.T) {
	undisturbed(t)
	for _, c := range []struct {
		what, text string
		most       float64
	}{
		{"nothing to say about it", "The mug arrived broken, I attached two pictures. Can you send the left shoe again?", 0},
		{"another script", "Кружка пришла разбитой, прилагаю два фото. 杯子到了是碎的，附两张照片。", 0},
		{"one flag", "Please close the dispute and we send a new one.", 3},
		{"a phone", "Call me on +44 7911 123456 any time.", 110},
		{"a link", "See https://www.lamps-outlet.shop/sale for more.", 14},
	} {
		allocations := testing.AllocsPerRun(200, func() { scan(c.text) })
		fmt.Printf("allocations, %s: %.0f\n", c.what, allocations)
		require.LessOrEqual(t, allocations, c.most, c.what)
	}
}

// adversarial are 4,000 characters each, made to cost as much as possible.
func adversarial() map[string]string {
	fill := func(s string) string { return string([]rune(strings.Repeat(s, 4000/len([]rune(s))+1))[:4000]) }
	return map[string]string{
		"verbs":            fill("close "),
		"near misses":      fill("please close take the pay extra confirm "),
		"digits":           fill("1"),
		"groups":           fill("12 "),
		"single digits":    fill("1 "),
		"phones":           fill("0791 112 345 "),
		"bad phones":       fill("0999 999 999 "),
		"letters":          fill("c l o s e "),
		"mails":            fill("a@"),
		"mails with dots":  fill("a@b.c."),
		"dots":             fill("a."),
		"domains":          fill("a.com."),
		"hosts":            fill("x.shop "),
		"schemes":          fill("http://"),
		"stars":            fill("5★"),
		"asterisks":        fill("f***k "),
		"signs in words":   fill("c1o$e"),
		"ideographs":       fill("关闭纠纷"),
		"accounts":         fill("de89"),
		"wallets":          fill("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa "),
		"both scripts":     fill("pаyраl сlоsе "),
		"numbers in words": fill("one two three "),
		"guards":           fill("not close dispute "),
		"currencies":       fill("5 euro extra "),
		"marks":            fill("a\u0301\u200b"),
		"parentheses":      fill("((("),
		"plus":             fill("+4"),
	}
}

// undisturbed skips what is measured in the short run, which is the one of the race detector: it allocates and waits by itself.
func undisturbed(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("not run: costs are measured in the whole run, without the race detector")
	}
}

// TestTimeGrowsWithTheTextAndNotFaster compares texts of 4,000 characters with four times their first thousand, which costs as
// much where time grows with the text, and twice that to spare. What grows with the square would cost four times as much. Who is
// disturbed looks longer: the least of many rounds counts.
func TestTimeGrowsWithTheTextAndNotFaster(t *testing.T) {
	undisturbed(t)
	for what, text := range adversarial() {
		runes := []rune(text)
		short := string(runes[:1000])
		whole := func() float64 { return seconds(func() { scan(text) }) }
		part := func() float64 { return seconds(func() { scan(short); scan(short); scan(short); scan(short) }) }
		least, leastOfPart := whole(), part() // the least of several is the one that nothing else disturbed
		for rounds := 1; rounds < 9 || rounds < 100 && (least/leastOfPart >= 2 || least >= 0.25); rounds++ {
			least, leastOfPart = min(least, whole()), min(leastOfPart, part())
		}
		if testing.Verbose() {
			fmt.Printf("%-18s %6.2f ms, ratio %.2f\n", what, least*1000, least/leastOfPart)
		}
		require.Less(t, least/leastOfPart, 2.0, what)
		require.Less(t, least, 0.25, "%s takes seconds", what)
	}
}

func BenchmarkScan(b *testing.B) {
	messages := megabyte(b)
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range messages {
			wording.Default().Scan(m, wording.Scope{})
		}
	}
}
