package carriers

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// peer is a carrier on this machine that answers as a test says.
func peer(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	return server
}

// feedOf asks a peer. Its certificate is nobody's, so it is not looked at.
func feedOf(t *testing.T, url string, anywhere bool) *asked {
	t.Helper()
	feed, err := NewFeed(Carrier{Poll: &Poll{URL: url, Headers: map[string]string{"Authorization": "Bearer key"}, Timeout: 5 * time.Second}}, anywhere)
	require.NoError(t, err)
	a, ok := feed.(*asked)
	require.True(t, ok)
	transport, ok := a.client.Transport.(*http.Transport)
	require.True(t, ok)
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	return a
}

func TestACarrierIsAskedAboutANumber(t *testing.T) {
	p := peer(t, func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/v1/RB123456785US", r.URL.Path)
		require.Equal(t, "Bearer key", r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"events":[{"status":"picked up","at":"2026-03-04T08:15:00Z"},{"status":"delivered"}]}`)
	})
	events, err := feedOf(t, p.URL+"/v1/{tracking}", true).Fetch(t.Context(), "rb 123456785-us")
	require.NoError(t, err)
	require.Equal(t, []string{"accepted", "delivered"}, []string{events[0].Status, events[1].Status})
	require.Equal(t, "rb 123456785-us", events[0].Number)
	require.False(t, events[0].Final())
	require.True(t, events[1].Final())
}

func TestANumberCannotLeadElsewhere(t *testing.T) {
	at, err := Poll{URL: "https://acme.example/v1/{tracking}?full=1"}.address("../../admin?x=#é", false)
	require.NoError(t, err)
	require.Equal(t, "https://acme.example/v1/ADMINX%C3%89?full=1", at.String())
}

func TestNoQuestionLeavesTheOpenInternet(t *testing.T) {
	touched := false
	p := peer(t, func(http.ResponseWriter, *http.Request) { touched = true })
	for _, url := range []string{p.URL + "/{tracking}", strings.Replace(p.URL, "127.0.0.1", "localhost", 1) + "/{tracking}"} {
		_, err := feedOf(t, url, false).Fetch(t.Context(), "1")
		require.ErrorIs(t, err, ErrForbiddenAddress, "by its name too: what counts is where it leads")
	}
	_, err := feedOf(t, "http://acme.example/{tracking}", false).Fetch(t.Context(), "1")
	require.ErrorContains(t, err, "https")
	require.False(t, touched)

	for _, inside := range []string{"127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "fe80::1", "fe80::1%eth0",
		"fd00:ec2::254", "fc00::1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "224.0.0.1", "ff02::1", "255.255.255.255", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1",
		"64:ff9b::a9fe:a9fe", "2002:7f00:1::", "198.18.0.1", "203.0.113.7", "2001:db8::1", "240.0.0.1", "::127.0.0.1"} {
		require.False(t, open(netip.MustParseAddr(inside)), inside)
	}
	for _, outside := range []string{"93.184.216.34", "2606:2800:220:1::1", "8.8.8.8", "172.32.0.1", "::ffff:8.8.8.8"} {
		require.True(t, open(netip.MustParseAddr(outside)), outside)
	}
}

func TestARedirectLeadsNowhereElse(t *testing.T) {
	inner := false
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner = true }))
	t.Cleanup(secret.Close)
	var to string
	p := peer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/there" {
			_, _ = io.WriteString(w, `{"events":[{"status":"lost"}]}`)
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
	for _, to = range []string{secret.URL + "/x", "https://169.254.169.254/latest/meta-data", p.URL + "/loop", "file:///etc/passwd", "https://me:pw@" + strings.TrimPrefix(p.URL, "https://") + "/there"} {
		_, err := feedOf(t, p.URL+"/{tracking}", true).Fetch(t.Context(), "1")
		require.NotNil(t, busy(err), to)
	}
	require.False(t, inner)
	to = p.URL + "/there"
	events, err := feedOf(t, p.URL+"/{tracking}", true).Fetch(t.Context(), "1")
	require.NoError(t, err)
	require.Len(t, events, 1, "on the carrier's own host it may")

	strict := feedOf(t, p.URL+"/{tracking}", false)
	for _, url := range []string{"http://acme.example/", "https://10.0.0.1/"} {
		via, err := http.NewRequest(http.MethodGet, url, nil)
		require.NoError(t, err)
		require.Error(t, strict.client.CheckRedirect(via, []*http.Request{via}), url)
	}
}

func TestACarrierThatFailsIsTold(t *testing.T) {
	status, after := 0, ""
	p := peer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
		if status == http.StatusOK {
			_, _ = io.WriteString(w, strings.Repeat(" ", maxAnswer)+"{}")
		}
	})
	feed := feedOf(t, p.URL+"/{tracking}", true)
	for _, status = range []int{http.StatusNotFound, http.StatusNoContent} {
		events, err := feed.Fetch(t.Context(), "1")
		require.NoError(t, err)
		require.Empty(t, events, "a number that the carrier does not know")
	}
	for _, c := range []struct {
		status int
		after  string
		want   time.Duration
	}{{http.StatusTooManyRequests, "90", 90 * time.Second}, {http.StatusServiceUnavailable, "", 0}, {http.StatusUnauthorized, "soon", 0},
		{http.StatusBadGateway, "-5", 0}, {http.StatusTooManyRequests, "999999", time.Hour}} {
		status, after = c.status, c.after
		_, err := feed.Fetch(t.Context(), "1")
		require.NotNil(t, busy(err))
		require.Equal(t, c.want, busy(err).After)
	}
	for _, status = range []int{http.StatusBadRequest, http.StatusOK} { // the second is longer than is read
		_, err := feed.Fetch(t.Context(), "1")
		require.ErrorIs(t, err, ErrMalformed)
		require.Nil(t, busy(err), "about this number alone")
	}
	p.Close()
	_, err := feed.Fetch(t.Context(), "1")
	require.NotNil(t, busy(err))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = feed.Fetch(ctx, "1")
	require.ErrorIs(t, err, context.Canceled)
	_, err = NewFeed(Carrier{}, true)
	require.ErrorContains(t, err, "not asked")
}
