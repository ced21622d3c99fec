package stack_test

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

func TestATakenPortIsToldBeforeAnythingIsStarted(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	port := taken.Addr().(*net.TCPAddr).Port
	dir := filepath.Join(t.TempDir(), "data")

	_, err = stack.Start(t.Context(), stack.Options{Dir: dir, APIPort: port})
	require.EqualError(t, err, "port "+strconv.Itoa(port)+", which is for the API, is taken by another program on this machine")
	require.NoDirExists(t, dir)
	_, err = stack.Start(t.Context(), stack.Options{Dir: dir, UIPort: port, EnginePort: port})
	require.ErrorContains(t, err, "for Temporal's web page, is taken")
	require.ErrorContains(t, err, "for Temporal, is taken")
}

func TestAFolderIsUsedByOneProcessAtATime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := start(t, stack.Options{Dir: dir})
	_, err := stack.Start(t.Context(), stack.Options{Dir: dir})
	require.ErrorContains(t, err, "another process uses the data folder")

	require.NoError(t, first.Stop())
	start(t, stack.Options{Dir: dir})
}

func TestAfterARestartTokensAndCasesAreStillGood(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := start(t, stack.Options{Dir: dir})
	token, err := first.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	made, err := client.Result[client.Account](platform(t, first, token).CreateAccount(t.Context(), nil, client.NewAccount{Role: client.NewAccountRoleBuyer}))
	require.NoError(t, err)
	require.NoError(t, first.Stop())
	require.NoError(t, first.Stop(), "stopping twice does no harm")

	second := start(t, stack.Options{Dir: dir})
	found, err := client.Result[client.Account](platform(t, second, token).GetAccount(t.Context(), made.ID))
	require.NoError(t, err)
	require.Equal(t, made, found)
}

func TestNothingIsLeftOfASystemWithoutAFolder(t *testing.T) {
	s := start(t, stack.Options{})
	require.DirExists(t, s.Dir())
	require.NoError(t, s.Stop())
	require.NoDirExists(t, s.Dir())
}

func TestACaseCanBeLookedAtOnThisMachineOnly(t *testing.T) {
	s := start(t, stack.Options{})
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	api := platform(t, s, token)
	account := func(role client.NewAccountRole) string {
		a, err := client.Result[client.Account](api.CreateAccount(t.Context(), nil, client.NewAccount{Role: role}))
		require.NoError(t, err)
		return a.ID
	}
	paid := time.Now().UTC()
	order, err := client.Result[client.Order](api.RegisterOrder(t.Context(), nil, client.NewOrder{
		Buyer: account(client.NewAccountRoleBuyer), Seller: account(client.NewAccountRoleSeller), Currency: "EUR",
		PaidAt: paid, ShipBy: paid.Add(time.Hour), GuaranteedBy: paid.Add(2 * time.Hour),
		Lines: []client.NewLine{{Sku: "CUP-1", Title: "Cup", Quantity: 1, Price: client.Money{Amount: 500, Currency: "EUR"}}},
	}))
	require.NoError(t, err)

	status, text := get(t, s.CaseURL(order.ID), "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, text, "order.funded")
	status, text = get(t, s.CaseURL("ord_00000000000000000000000000"), "")
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "There is no such case here: ord_00000000000000000000000000\n", text)
	status, _ = get(t, s.CaseURL(order.ID), "somewhere.example:80")
	require.Equal(t, http.StatusForbidden, status, "a name that somebody else points at this machine")
	for begin, title := range map[string]string{"": "Sign in · Recourse", "/": "Sign in · Recourse", "/v1": "Recourse API", "/v1/": "Recourse API"} {
		status, text = get(t, s.URL()+begin, "")
		require.Equal(t, http.StatusOK, status, begin)
		require.Contains(t, text, "<title>"+title+"</title>", "whoever opens the address itself is led to the pages, or to the reference")
	}
}

func start(t *testing.T, options stack.Options) *stack.Stack {
	t.Helper()
	s, err := stack.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

func platform(t *testing.T, s *stack.Stack, token string) *client.Client {
	t.Helper()
	c, err := client.New(s.URL(), client.Bearer(token))
	require.NoError(t, err)
	return c
}

// get asks for a page, under another host's name if one is given.
func get(t *testing.T, url, host string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode, string(body)
}
