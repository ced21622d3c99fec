package play

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// request is one request as the fake server remembers it.
type request struct {
	operation string // as the contract names it
	as        string
	key       string
	now       string // where the clock stood, as the files write it
	body      map[string]any
	params    map[string]string
}

// answer is what the fake server says.
type answer struct {
	status   int
	body     any
	location string
}

// fakeAPI is a server that knows the contract and no rule: it holds every request against the contract, remembers it, creates
// what is asked for, and refuses what a test tells it to.
type fakeAPI struct {
	t      *testing.T
	server *httptest.Server
	routes []route
	// arrived is told of a request before any other is waited for.
	arrived func(r *http.Request)

	mu       sync.Mutex
	now      time.Time
	count    map[string]int
	requests []request
	// script answers an operation in the place of the server; ok false leaves the answer to it.
	script   func(r request) (a answer, ok bool)
	order    func(id string) client.Order
	dispute  func(id string) client.Dispute
	standing func(account string) client.Standing
	events   map[string][]client.Event // by order, or by account
	offers   map[string][]client.Offer // by dispute
	revision int64
}

type route struct {
	method string
	path   *regexp.Regexp
	names  []string
	op     *openapi3.Operation
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// contract is read once for all tests.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("../api/openapi.yaml")
})

func newFakeAPI(t *testing.T) *fakeAPI {
	doc, err := contract()
	require.NoError(t, err)
	f := &fakeAPI{t: t, count: map[string]int{}, events: map[string][]client.Event{}, offers: map[string][]client.Offer{}}
	for path, item := range doc.Paths.Map() {
		pattern := regexp.MustCompile("^" + placeholder.ReplaceAllString(path, "([^/]+)") + "$")
		var names []string
		for _, m := range placeholder.FindAllStringSubmatch(path, -1) {
			names = append(names, m[1])
		}
		for method, op := range item.Operations() {
			f.routes = append(f.routes, route{method: method, path: pattern, names: names, op: op})
		}
	}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.arrived != nil {
		f.arrived(r)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Equal(f.t, "Bearer secret", r.Header.Get("Authorization"))
	for _, route := range f.routes {
		m := route.path.FindStringSubmatch(r.URL.Path)
		if m == nil || route.method != r.Method {
			continue
		}
		req := request{operation: route.op.OperationID, as: r.Header.Get("Recourse-Act-As"), key: r.Header.Get("Idempotency-Key"),
			now: since(f.now), params: map[string]string{}}
		for i, name := range route.names {
			req.params[name] = m[i+1]
		}
		req.params["after"] = r.URL.Query().Get("after")
		a := f.conforming(&req, route.op, r)
		if r.Method == http.MethodPost {
			f.requests = append(f.requests, req)
		}
		if a.status == 0 {
			a = f.answer(req)
		}
		f.write(w, a)
		return
	}
	f.t.Errorf("the contract has no %s %s", r.Method, r.URL.Path)
	f.write(w, problem(404, "not_found"))
}

// conforming reads the body and holds it against the contract.
func (f *fakeAPI) conforming(req *request, op *openapi3.Operation, r *http.Request) answer {
	if op.RequestBody == nil {
		return answer{}
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	require.NoError(f.t, err)
	if kind == "multipart/form-data" {
		req.body = form(f.t, multipart.NewReader(r.Body, params["boundary"]))
		return answer{}
	}
	require.NoError(f.t, json.NewDecoder(r.Body).Decode(&req.body))
	schema := op.RequestBody.Value.Content["application/json"].Schema.Value
	if err := schema.VisitJSON(req.body, openapi3.VisitAsRequest(), openapi3.EnableFormatValidation()); err != nil {
		return answer{422, client.Problem{Status: 422, Code: "validation_failed", Detail: err.Error()}, ""}
	}
	return answer{}
}

func form(t *testing.T, reader *multipart.Reader) map[string]any {
	out := map[string]any{}
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		content, err := io.ReadAll(part)
		require.NoError(t, err)
		require.NotContains(t, out, "file", "the other parts come before the file")
		if part.FileName() != "" {
			out["file"] = fmt.Sprintf("%s, %d bytes", part.FileName(), len(content))
		} else {
			out[part.FormName()] = string(content)
		}
	}
}

// answer is what a server without rules says.
func (f *fakeAPI) answer(r request) answer {
	if f.script != nil {
		if a, ok := f.script(r); ok {
			return a
		}
	}
	switch r.operation {
	case "createTestClock":
		f.now = instantOf(f.t, r.body["now"])
		return answer{201, client.TestClock{ID: f.id("clk"), Now: f.now, Status: client.TestClockStatusReady}, ""}
	case "advanceTestClock":
		f.now = instantOf(f.t, r.body["to"])
		return answer{200, client.TestClock{ID: "clk_1", Now: f.now, Status: client.TestClockStatusReady}, ""}
	case "createPolicy":
		return answer{201, client.PolicyDocument{Version: "special", Policy: map[string]any{}}, ""}
	case "createAccount":
		return answer{201, client.Account{ID: f.id("acc"), Role: client.RoleBuyer}, ""}
	case "registerOrder":
		return answer{201, client.Order{ID: f.id("ord")}, ""}
	case "openDispute":
		return answer{201, client.Dispute{ID: f.id("dsp")}, ""}
	case "makeOffer":
		o := client.Offer{ID: f.id("ofr"), Version: int64(f.count["ofr"]), By: client.PartySeller, State: client.OfferStateStanding}
		if r.as == "acc_1" {
			o.By = client.PartyBuyer
		}
		f.offers[r.params["dispute"]] = append(f.offers[r.params["dispute"]], o)
		return answer{201, o, ""}
	case "submitEvidence":
		return answer{201, client.Evidence{ID: f.id("evd")}, ""}
	case "requestEvidence":
		return answer{201, client.EvidenceRequest{ID: f.id("erq")}, ""}
	case "getOrder":
		if f.order != nil {
			return answer{200, f.order(r.params["order"]), ""}
		}
		return answer{200, client.Order{ID: r.params["order"]}, ""}
	case "getDispute":
		d := client.Dispute{ID: r.params["dispute"]}
		if f.dispute != nil {
			d = f.dispute(r.params["dispute"])
		}
		d.Offers = f.offers[r.params["dispute"]]
		return answer{200, d, ""}
	case "getRecord":
		f.revision++
		return answer{200, client.Record{RecordHash: "read at " + r.now, Revision: f.revision}, ""}
	case "getOrderTimeline":
		return f.page(f.events[r.params["order"]], r.params["after"])
	case "getStanding":
		if f.standing != nil {
			return answer{200, f.standing(r.params["account"]), ""}
		}
		return answer{200, client.Standing{Account: r.params["account"], Points: 12, Of: 12, State: client.StandingStateGood}, ""}
	case "getStandingTimeline":
		return f.page(f.events[r.params["account"]], r.params["after"])
	case "submitReport":
		return answer{201, client.Report{ID: f.id("rep")}, ""}
	case "runDetectors": // each has found something about everybody
		page := client.DetectionPage{Data: []client.Detection{}}
		for _, detector := range detectorCodes {
			for i := range f.count["acc"] {
				page.Data = append(page.Data, client.Detection{Detector: client.Detector(detector), Subject: fmt.Sprintf("acc_%d", i+1), Open: true, Report: "rep_" + detector})
			}
		}
		return answer{200, page, ""}
	case "getReport":
		return answer{200, client.Report{ID: r.params["report"], Finding: client.ReportFindingFabricated, ReporterState: client.ReporterStateWarned}, ""}
	case "submitReview":
		return answer{201, client.Review{ID: f.id("rev")}, ""}
	case "getReview":
		return answer{200, client.Review{ID: r.params["review"], Published: true, Reason: client.UncountedReasonDisputeAdjudicated}, ""}
	case "getReportTimeline":
		return f.page(f.events[r.params["report"]], r.params["after"])
	case "getReviewTimeline":
		return f.page(f.events[r.params["review"]], r.params["after"])
	case "contestStanding":
		return answer{201, client.Contest{ID: f.id("cts")}, ""}
	case "declareIncident":
		return answer{201, client.Incident{ID: f.id("inc")}, ""}
	}
	return answer{200, map[string]any{}, ""}
}

// page gives two events at a time.
func (f *fakeAPI) page(events []client.Event, after string) answer {
	from := 0
	if after != "" {
		_, err := fmt.Sscan(after, &from)
		require.NoError(f.t, err)
	}
	to := min(from+2, len(events))
	page := client.Timeline{Data: events[from:to], HasMore: to < len(events)}
	if page.HasMore {
		page.Next = fmt.Sprint(to)
	}
	return answer{200, page, ""}
}

func (f *fakeAPI) id(prefix string) string {
	f.count[prefix]++
	return fmt.Sprintf("%s_%d", prefix, f.count[prefix])
}

func (f *fakeAPI) write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	if a.location != "" {
		w.Header().Set("Location", a.location)
	}
	w.WriteHeader(a.status)
	require.NoError(f.t, json.NewEncoder(w).Encode(a.body))
}

func problem(status int, code client.ProblemCode) answer {
	return answer{status, client.Problem{Status: status, Code: code, Detail: "So it is."}, ""}
}

func instantOf(t *testing.T, v any) time.Time {
	at, err := time.Parse(time.RFC3339Nano, v.(string))
	require.NoError(t, err)
	return at
}

// sent lists the requests of some operations.
func (f *fakeAPI) sent(operations ...string) []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []request
	for _, r := range f.requests {
		for _, name := range operations {
			if r.operation == name {
				out = append(out, r)
			}
		}
	}
	return out
}

// play plays one story.
func (f *fakeAPI) play(story Story) Result {
	results, err := Player{BaseURL: f.server.URL, Token: "secret", Watch: silence{}}.Play(f.t.Context(), []Story{story})
	require.NoError(f.t, err)
	require.Len(f.t, results, 1)
	return results[0]
}

type silence struct{}

func (silence) Played(Story, int) {}
func (silence) Ended(Result)      {}
