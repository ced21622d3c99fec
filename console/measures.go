package console

import (
	"strconv"
	"strings"

	"recourse/api/client"
)

// A measure is typed as a number of days beside its scope, or as the SKU of a listing that goes, and is kept in one value of the
// field, so that the page to check carries it on as it carries every other answer: "list:30", "listing:LAMP-1".
const aListing = "listing"

// typedMeasures are the measures of a form that was sent: those of the page to check as they are, and those of the page that asks.
func (v *Visit) typedMeasures(f Field) []string {
	typed := v.R.PostForm["f."+f.Name]
	for _, scope := range f.Options {
		if days := strings.TrimSpace(v.R.PostForm.Get("f." + f.Name + "." + scope)); days != "" {
			typed = append(typed, scope+":"+days)
		}
	}
	for _, sku := range strings.Fields(v.R.PostForm.Get("f." + f.Name + "." + aListing)) {
		typed = append(typed, aListing+":"+sku)
	}
	return typed
}

// readMeasures are the measures as the contract wants them.
func (f Field) readMeasures(typed []string) (value any, wrong string) {
	var all []client.ReportMeasure
	for _, one := range typed {
		what, much, _ := strings.Cut(one, ":")
		if what == aListing {
			all = append(all, client.ReportMeasure{Listing: much})
			continue
		}
		days, err := strconv.Atoi(much)
		if err != nil || days < f.Min || days > f.Max {
			return nil, "number"
		}
		all = append(all, client.ReportMeasure{Scope: client.ReportScope(what), For: much + "d"})
	}
	if len(all) == 0 {
		return nil, ""
	}
	return all, ""
}

// measureOptions are the scopes with the days that were typed, and at the end the listings.
func (v *Visit) measureOptions(f Field, typed []string) []Option {
	options := make([]Option, 0, len(f.Options)+1)
	for _, scope := range append(f.Options[:len(f.Options):len(f.Options)], aListing) {
		option := Option{Value: scope, Words: v.Word(f.Group, scope)}
		var said []string
		for _, one := range typed {
			if what, much, _ := strings.Cut(one, ":"); what == scope {
				said = append(said, much)
			}
		}
		option.Typed = strings.Join(said, " ")
		options = append(options, option)
	}
	return options
}

// measureWords are the measures in words.
func (v *Visit) measureWords(f Field, typed []string) string {
	told := make([]string, len(typed))
	for i, one := range typed {
		what, much, _ := strings.Cut(one, ":")
		told[i] = v.Word(f.Group, what) + " (" + much + ")"
		if what != aListing {
			told[i] = v.Word(f.Group, what) + " (" + v.words.length(much+"d") + ")"
		}
	}
	return strings.Join(told, v.T("list.comma"))
}
