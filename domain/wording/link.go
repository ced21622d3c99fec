package wording

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mvdan.cc/xurls/v2"
)

// links are the hosts that the data speaks of, each with all hosts below it.
type links struct {
	allowed, payment, messenger map[string]bool
	ordinary                    map[string]bool // top-level domains that are words too, such as "so"
}

// domains are the top-level domains that exist.
var domains = sync.OnceValue(func() map[string]bool {
	all := make(map[string]bool, len(xurls.TLDs))
	for _, d := range xurls.TLDs {
		all[d] = true
	}
	return all
})

// longestLink bounds what is read of one link; its host stands at its beginning.
const longestLink = 256

// link judges the link that a full stop or a colon at i belongs to, and returns where it ends, or i if there is none.
func (r *reading) link(runes []rune, i int, at func(int) int) int {
	if !r.mayBeLink(runes, i) {
		return i
	}
	from, to := i, i+1
	for from > 0 && i-from < mostAround && linkRune(runes[from-1]) {
		from--
	}
	for to < len(runes) && to-from < longestLink && linkRune(runes[to]) {
		to++
	}
	chunk := strings.Replace(string(runes[from:to]), "hxxp", "http", 1)
	found := xurls.Relaxed().FindStringIndex(chunk)
	if found == nil {
		return i
	}
	link := chunk[found[0]:found[1]]
	first := from + utf8.RuneCountInString(chunk[:found[0]])
	last := first + utf8.RuneCountInString(link)
	if last <= i || isMail(link) {
		return i
	}
	if rule, fragment := r.judge(link); rule != "" {
		r.flag(rule, at(first), at(last-1)+1, "", fragment)
	}
	return last
}

// mayBeLink says whether it is worth looking: a scheme, or a name before the full stop and a top-level domain after it.
func (r *reading) mayBeLink(runes []rune, i int) bool {
	if runes[i] == ':' {
		return i > 0 && i+2 < len(runes) && runes[i+1] == '/' && runes[i+2] == '/'
	}
	if i == 0 || !wordRune(runes[i-1]) {
		return false
	}
	to := i + 1
	for to < len(runes) && to-i < mostAround && wordRune(runes[to]) {
		to++
	}
	if to-i < 3 || to < len(runes) && (runes[to] == '@' || runes[to] == '-' || runes[to] == '_') {
		return false
	}
	return domains()[string(runes[i+1:to])]
}

// linkRune is what links are made of: everything but spaces, quotes, and what only Chinese sets around them.
func linkRune(c rune) bool {
	if c < unicode.MaxASCII {
		return c > ' ' && !strings.ContainsRune("\"'<>`,", c)
	}
	return unicode.IsLetter(c) && !isHan(c)
}

// isMail says that a link is a mail address, which is judged as such.
func isMail(link string) bool {
	if strings.Contains(link, "://") {
		return false
	}
	host, _, _ := strings.Cut(link, "/")
	return strings.Contains(host, "@")
}

// judge says which rule a link is about, if any.
func (r *reading) judge(link string) (Rule, string) {
	scheme, host := "", link
	if i := strings.Index(link, "://"); i >= 0 {
		scheme, host = link[:i], link[i+3:]
	}
	path := ""
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host, path = host[:i], host[i:]
	}
	host = host[strings.LastIndexByte(host, '@')+1:] // what stands before is a name to sign in with, whatever it looks like
	if i := strings.IndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	host = strings.TrimSuffix(host, ".")
	switch l := &r.scanner.links; {
	case below(host, l.allowed), r.allowedHere(host):
		return "", ""
	case below(host, l.payment):
		return PaymentIdentifier, "payment_link"
	case below(host, l.messenger):
		return ContactData, "messenger_link"
	case scheme == "" && path == "" && l.ordinary[host[strings.LastIndexByte(host, '.')+1:]] && !strings.HasPrefix(host, "www."):
		return "", "" // two sentences without a space between them
	case scheme == "":
		return OutsideLink, "host"
	}
	return OutsideLink, "link"
}

func (r *reading) allowedHere(host string) bool {
	for _, h := range r.scope.Hosts {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// below says whether a host or one above it is among the hosts.
func below(host string, hosts map[string]bool) bool {
	for {
		if hosts[host] {
			return true
		}
		i := strings.IndexByte(host, '.')
		if i < 0 {
			return false
		}
		host = host[i+1:]
	}
}
