package carriers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// ErrForbiddenAddress is the error of a request that would leave the open internet: to this machine, its network, or the
// metadata of whoever hosts it.
var ErrForbiddenAddress = errors.New("the address is not one of the open internet")

// reserved are networks that no carrier answers from and that netip does not know by a name of its own (IANA special-purpose
// registries).
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// open says whether an address is one of the open internet.
func open(ip netip.Addr) bool {
	ip = ip.Unmap() // an IPv4 address in the clothes of IPv6 is the same machine
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.Zone() != "" {
		return false
	}
	for _, network := range reserved {
		if network.Contains(ip) {
			return false
		}
	}
	return true
}

// newClient asks carriers. It looks at the very address that it connects to, after the name was resolved, so that neither a
// name that points inside nor one that changes in between leads there; it goes through no proxy; and it follows no redirect
// but to https. Anywhere lifts all of this, for a stack in development whose carrier is a program on the same machine.
func newClient(timeout time.Duration, anywhere bool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout}
	if !anywhere {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !open(at.Addr()) {
				return ErrForbiddenAddress
			}
			return nil
		}
	}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, IdleConnTimeout: time.Minute,
			MaxIdleConnsPerHost: 1, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(to *http.Request, via []*http.Request) error {
			if len(via) >= 3 {
				return errors.New("it was sent on three times")
			}
			if to.URL.Host != via[0].URL.Host { // a key for the carrier is nobody else's
				return errors.New("it was sent on to another host")
			}
			return secure(to.URL, anywhere)
		},
	}
}

// secure refuses an address that is not https, or that names somebody inside.
func secure(u *url.URL, anywhere bool) error {
	switch {
	case u.Host == "" || u.User != nil:
		return errors.New("an address names a host, and nobody's password")
	case anywhere && u.Scheme == "http":
		return nil
	case u.Scheme != "https":
		return errors.New("an address is https")
	}
	if ip, err := netip.ParseAddr(strings.Trim(u.Hostname(), "[]")); err == nil && !anywhere && !open(ip) {
		return ErrForbiddenAddress
	}
	return nil
}

// address is where a number is asked about. The number stands where the template says, escaped, and in the path or the query
// alone.
func (p Poll) address(number string, anywhere bool) (*url.URL, error) {
	const place = "{tracking}"
	host, _, _ := strings.Cut(strings.TrimPrefix(p.URL, "https://"), "/")
	if strings.Count(p.URL, place) != 1 || strings.Contains(host, place) {
		return nil, fmt.Errorf("the url has %s once, in its path or its query", place)
	}
	u, err := url.Parse(strings.Replace(p.URL, place, url.QueryEscape(plainNumber(number)), 1))
	if err != nil {
		return nil, errors.New("the url cannot be read") // its text may hold a key
	}
	return u, secure(u, anywhere)
}
