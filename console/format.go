package console

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"recourse/api/client"
)

// digits is how many decimals the currency has. One that is not known has two, as most have.
func digits(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return scale
}

// money is an amount with its currency, as the language writes numbers: "45.50 EUR".
func (w *words) money(m client.Money) string {
	scale := digits(m.Currency)
	value := float64(m.Amount) / math.Pow10(scale)
	if m.Amount > 1<<52 || m.Amount < -1<<52 { // beyond what a float holds to the unit
		return decimal(m.Amount, scale) + " " + m.Currency
	}
	return message.NewPrinter(w.tag).Sprint(number.Decimal(value, number.Scale(scale))) + "\u00a0" + m.Currency
}

// decimal is an amount as a form takes it: digits and a point, in every language.
func decimal(minor int64, scale int) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	text := strconv.FormatInt(minor, 10)
	if scale == 0 {
		return sign + text
	}
	for len(text) <= scale {
		text = "0" + text
	}
	return sign + text[:len(text)-scale] + "." + text[len(text)-scale:]
}

// typedAmount is how people write an amount.
var typedAmount = regexp.MustCompile(`^([0-9]{1,15})(?:[.,]([0-9]{1,4}))?$`)

// minor reads an amount as somebody typed it, in the currency's minor units. It is never rounded: what the currency has no
// coin for is not understood.
func minor(text, code string) (int64, bool) {
	text = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, text)
	parts := typedAmount.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	scale := digits(code)
	fraction := parts[2]
	if len(strings.TrimRight(fraction, "0")) > scale {
		return 0, false
	}
	for len(fraction) < scale {
		fraction += "0"
	}
	amount, err := strconv.ParseInt(parts[1]+fraction[:scale], 10, 64)
	return amount, err == nil
}

// moment is an instant in the reader's zone, with the zone, for people and for machines. The time of day stays on one line.
func (w *words) moment(at time.Time, zone *time.Location) template.HTML {
	if at.IsZero() {
		return template.HTML(template.HTMLEscapeString(w.phrase("time.none")))
	}
	return timeElement(at, template.HTMLEscapeString(w.date(at.In(zone))+w.phrase("list.comma"))+"<span>"+template.HTMLEscapeString(w.clock(at, zone))+"</span>")
}

// at is an instant in the reader's zone, with the zone, within a sentence.
func (w *words) at(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return w.phrase("time.none")
	}
	return w.date(at.In(zone)) + w.phrase("list.comma") + w.clock(at, zone)
}

// clock is the time of day of an instant in the reader's zone, with the zone.
func (w *words) clock(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("15:04") + " " + zoneName(at, zone)
}

// day is the day of an instant in the reader's zone.
func (w *words) day(at time.Time, zone *time.Location) template.HTML {
	if at.IsZero() {
		return template.HTML(template.HTMLEscapeString(w.phrase("time.none")))
	}
	return timeElement(at, template.HTMLEscapeString(w.date(at.In(zone))))
}

// timeElement is an instant for machines, with what people read: markup that is escaped already.
func timeElement(at time.Time, shown string) template.HTML {
	return template.HTML(`<time datetime="` + at.UTC().Format(time.RFC3339) + `">` + shown + `</time>`)
}

func (w *words) date(at time.Time) string {
	return w.phrase("time.date", "Weekday", w.phrase("weekday."+strconv.Itoa(int(at.Weekday()))), "Day", at.Day(), "Month", w.phrase("month."+strconv.Itoa(int(at.Month()))), "Year", strconv.Itoa(at.Year()))
}

// zoneName is the zone's abbreviation, or its offset where it has none.
func zoneName(at time.Time, zone *time.Location) string {
	name, _ := at.In(zone).Zone()
	if name == "" || strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + at.In(zone).Format("-07:00")
	}
	return name
}

// written is a length as the API writes it: 4d12h, 30m, 90s.
var written = regexp.MustCompile(`^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$`)

// length is a length of time in words, to its two largest units: "4 days, 12 hours".
func (w *words) length(text string) string {
	parts := written.FindStringSubmatch(text)
	if parts == nil || text == "" {
		return text
	}
	var told []string
	for i, unit := range []string{"days", "hours", "minutes", "seconds"} {
		if n, err := strconv.Atoi(parts[i+1]); err == nil && n > 0 && len(told) < 2 {
			told = append(told, w.phrase("length."+unit, "Count", n))
		}
	}
	if len(told) == 0 {
		return w.phrase("length.seconds", "Count", 0)
	}
	return strings.Join(told, w.phrase("list.comma"))
}

// wholeDays are the whole days of a length as the API writes it; 0 where there is none.
func wholeDays(text string) int {
	parts := written.FindStringSubmatch(text)
	if parts == nil {
		return 0
	}
	days, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0
	}
	return days
}

// left is how long it is from now until an instant, by the case's own clock: "3 days left", or that it is over.
func (w *words) left(now, at time.Time) string {
	if now.IsZero() || at.IsZero() {
		return ""
	}
	length := at.Sub(now)
	if length <= 0 {
		return w.phrase("time.over")
	}
	const day = 24 * time.Hour
	return w.phrase("time.left", "Length", w.length(fmt.Sprintf("%dd%dh%dm%ds", length/day, length%day/time.Hour, length%time.Hour/time.Minute, length%time.Minute/time.Second)))
}

func (w *words) printer() *message.Printer { return message.NewPrinter(w.tag) }

// size is the size of a file.
func (w *words) size(bytes int64) string {
	printer := message.NewPrinter(w.tag)
	switch {
	case bytes < 1000:
		return printer.Sprint(number.Decimal(bytes)) + " B"
	case bytes < 1_000_000:
		return printer.Sprint(number.Decimal(float64(bytes)/1e3, number.MaxFractionDigits(0))) + " kB"
	}
	return printer.Sprint(number.Decimal(float64(bytes)/1e6, number.MaxFractionDigits(1))) + " MB"
}
