package console

import (
	"net/http"
	"slices"
	"strings"

	"recourse/api/client"
)

// Page is one address of the console. All of them are in one table, so that tests can walk it: a page without an example
// fails them.
type Page struct {
	// Name is the page's own: its template is templates/pages/NAME.html, its heading the phrase "NAME.title".
	Name string
	// Pattern is the method and the path, as http.ServeMux reads them.
	Pattern string
	// Open pages need nobody signed in.
	Open bool
	// Roles are who may open it; none: whoever is signed in. What they see is the API's to say.
	Roles []client.Role
	// Serve answers. What it returns as an error becomes a page that says so.
	Serve func(v *Visit) error
	// Examples are where a browser finds the page among the seeded cases.
	Examples []Example
	// Step says that this is no page to look at but something that leads to one: a form's target, a stream, a picture.
	Step bool
}

// Example is one place where a page can be looked at: as whom, and the path, in which {clock} stands for the seeded test clock, {order} and {dispute} for those of
// the seeded story or scene, {offer} for the offer that stands in it, {first} and {last} for its first and last item of evidence, {report}, {review},
// {seller} and {incident} for what belongs to it.
type Example struct {
	As    string // a seeded person's name; empty: nobody
	Path  string
	Story string
	Late  bool // the page says that it is too late, and why
}

// The roles by what they come for.
var (
	parties  = []client.Role{client.RoleBuyer, client.RoleSeller}
	deciders = []client.Role{client.RoleReviewer, client.RoleSupervisor}
)

// Pages is the table of all addresses.
func Pages() []Page {
	return slices.Concat(framePages, signInPages, casePages, centrePages, deskPages(), boardPages, doPages(), livePages)
}

// routes puts the table behind what guards it.
func (c *Console) routes() {
	c.mux = http.NewServeMux()
	for _, p := range Pages() {
		c.mux.HandleFunc(p.Pattern, func(w http.ResponseWriter, r *http.Request) { c.visit(w, r, p) })
	}
	c.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { c.visit(w, r, nowhere(c.mux, r)) })
	c.mux.Handle("GET /static/", staticFiles())
}

// nowhere is the page of an address that leads nowhere, or not by this method.
func nowhere(mux *http.ServeMux, r *http.Request) Page {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); method != r.Method && pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return Page{Name: "problem", Open: true, Serve: func(*Visit) error { return errNotFound }}
	}
	return Page{Name: "problem", Open: true, Serve: func(v *Visit) error {
		v.W.Header().Set("Allow", strings.Join(allowed, ", "))
		return errMethod
	}}
}

// framePages are about no case.
var framePages = []Page{
	{Name: "home", Pattern: "GET /{$}", Serve: showHome, Examples: []Example{{As: "Ada", Path: "/"}, {As: "Bolt", Path: "/"}, {As: "Cleo", Path: "/"}, {As: "Otto", Path: "/"}}},
	{Name: "preferences", Pattern: "GET /preferences", Open: true, Serve: showPreferences, Examples: []Example{{Path: "/preferences"}, {As: "Ada", Path: "/preferences"}}},
	{Name: "preferences", Pattern: "POST /preferences", Open: true, Step: true, Serve: keepPreferences},
}

// casePages are the cases themselves.
var casePages = []Page{
	{Name: "orders", Pattern: "GET /orders", Serve: showOrders, Examples: []Example{{As: "Ada", Path: "/orders"}, {As: "Volt", Path: "/orders?show=open"}}},
	{Name: "order", Pattern: "GET /orders/{order}", Serve: showOrder, Examples: []Example{
		{As: "Ada", Path: "/orders/{order}", Story: "inspection"}, {As: "Bolt", Path: "/orders/{order}", Story: "funded"},
		{As: "Ada", Path: "/orders/{order}", Story: "settled"}, {As: "Ada", Path: "/orders/{order}", Story: "refunded"}}},
	{Name: "disputes", Pattern: "GET /disputes", Serve: showDisputes, Examples: []Example{{As: "Ada", Path: "/disputes"}, {As: "Bolt", Path: "/disputes?show=closed"}}},
	{Name: "dispute", Pattern: "GET /disputes/{dispute}", Serve: showDispute, Examples: []Example{
		{As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_buyer"}, {As: "Bolt", Path: "/disputes/{dispute}", Story: "waiting_seller"},
		{As: "Ada", Path: "/disputes/{dispute}", Story: "performing"}, {As: "Ada", Path: "/disputes/{dispute}", Story: "waiting_return"},
		{As: "Iris", Path: "/disputes/{dispute}", Story: "withdrawing"}, {As: "Ada", Path: "/disputes/{dispute}", Story: "appeal_window"},
		{As: "Iris", Path: "/disputes/{dispute}", Story: "panel_review"}, {As: "Ada", Path: "/disputes/{dispute}", Story: "settled"},
		{As: "Sol", Path: "/disputes/{dispute}", Story: "waiting_signature"}}},
}
