package api

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	engine "recourse/contract"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

func TestTheExamplesOfTheContractFitIt(t *testing.T) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(document)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(loader.Context))
}

func TestEveryOperationIsDescribedAndServed(t *testing.T) {
	s := newStage(t)
	served := map[string]bool{}
	for _, r := range s.server.engine.Routes() {
		served[r.Method+" "+r.Path] = true
	}
	ids := map[string]bool{}
	for key, op := range s.server.contract.operations {
		require.True(t, served[key], "%s has no handler", key)
		require.NotEmpty(t, op.OperationID, key)
		require.False(t, ids[op.OperationID], "%s is there twice", op.OperationID)
		ids[op.OperationID] = true
		require.Len(t, op.Tags, 1, key)
		require.NotEmpty(t, op.Summary, key)
		for _, status := range []string{"401", "403", "404", "422", "429", "default"} {
			require.NotNil(t, op.Responses.Value(status), "%s has no answer %s", key, status)
		}
		if op.method == http.MethodPost {
			if op.signed { // a message has its own identifier
				require.NotNil(t, op.params.GetByInAndName("header", "webhook-id"), key)
			} else {
				require.NotNil(t, op.params.GetByInAndName("header", "Idempotency-Key"), key)
				require.NotNil(t, op.Responses.Value("409"), key)
			}
			require.NotNil(t, op.RequestBody, key)
			example(t, op)
		}
		if op.command != "" {
			require.NotNil(t, op.Responses.Value("202"), key)
		}
	}
}

func TestEveryActionIsInTheTableOfWhoMayDoWhat(t *testing.T) {
	s := newStage(t)
	for key, op := range s.server.contract.operations {
		require.Contains(t, access.Actions(), op.action, key)
	}
}

// internal are the commands that cases and effects send each other, for which there is no operation.
var internal = []string{"enforce_outcome", "grant_time", "dispute_reopened", "reason_changed", "confirm_transfer", "fail_transfer", "record_scan", "open", "freeze",
	"unfreeze", "supersede", "declare_incident", "end_incident", "enter_points", "finalise_entry", "void_entry", "excuse_cause", "end_excuse",
	"hold_release", "lift_hold", "keep_review", "screened", "dispute_ended", "report_answered", "recount", "detected"}

func TestEveryCommandOfTheDomainHasAnOperation(t *testing.T) {
	s := newStage(t)
	offered := map[string][]string{casefile.KindOrder: {"register_order"}, casefile.KindReport: {"submit_report"}}
	for _, op := range s.server.contract.operations {
		kind := op.caseAt
		if op.begins != "" {
			kind = op.begins
		}
		offered[kind] = append(offered[kind], op.command)
	}
	for kind, known := range map[string][]string{casefile.KindOrder: protection.Commands(), casefile.KindDispute: dispute.Commands(),
		casefile.KindStanding: standing.Commands(), casefile.KindReport: report.Commands(), casefile.KindReview: review.Commands()} {
		for _, command := range known {
			if !slices.Contains(internal, command) {
				require.Contains(t, offered[kind], command, "%s has no operation", command)
			}
		}
		for _, command := range offered[kind] {
			if command != "" {
				require.Contains(t, known, command, "no %s knows the command", kind)
				require.Contains(t, engine.Commands(kind), command, "whoever sends it to a %s would wait for the relay", kind)
			}
		}
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	s := newStage(t)
	for _, code := range s.server.contract.Components.Schemas["ProblemCode"].Value.Enum {
		m, known := meanings[wire.ProblemCode(code.(string))]
		require.True(t, known, "%s has no status", code)
		require.NotEmpty(t, m.title)
		require.NotEmpty(t, http.StatusText(m.status))
	}
	for code := range meanings {
		require.True(t, code.Valid(), "%s is not in the contract", code)
	}
	for _, code := range domainCodes(t) {
		require.Contains(t, meanings, wire.ProblemCode(code), "a rule answers with it")
	}
}

// domainCodes are read from the source, so that a new one cannot be forgotten here.
func domainCodes(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../domain/casefile/command.go")
	require.NoError(t, err)
	var codes []string
	for _, m := range regexp.MustCompile(`Code\s*=\s*"([a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
		codes = append(codes, m[1])
	}
	require.NotEmpty(t, codes)
	return codes
}

// statuses are those of PROCEDURE 13.
var statuses = map[string]int{
	"validation_failed": 422, "idempotency_mismatch": 422, "unauthenticated": 401, "not_allowed": 403, "not_found": 404, "case_closed": 409,
	"deadline_passed": 409, "stale_revision": 409, "stale_offer": 409, "record_changed": 409, "dispute_already_open": 409,
	"reason_not_open": 409, "wrong_stage": 409, "amount_exceeds_cap": 422, "confirm_before_delivery": 409, "hearing_not_complete": 409,
	"evidence_request_open": 409, "conflict_of_interest": 409, "assignment_lapsed": 409, "appeal_used": 409, "clock_advancing": 409,
	"evidence_rejected": 422, "too_large": 413, "rate_limited": 429, "muted": 403, "too_many_items": 409, "already_voted": 409,
	"already_reviewed": 409, "malformed": 400, "unsupported_type": 415, "storage_unavailable": 503, "storage_full": 507,
}

func TestStatusesAreThoseOfTheProcedure(t *testing.T) {
	for code, status := range statuses {
		require.Equal(t, status, meanings[wire.ProblemCode(code)].status, code)
	}
}

func TestWordsOfTheContractAreThoseOfTheDomain(t *testing.T) {
	s := newStage(t)
	words := func(schema string) []string {
		var out []string
		for _, v := range s.server.contract.Components.Schemas[schema].Value.Enum {
			out = append(out, v.(string))
		}
		return out
	}
	texts := func(from any) []string {
		var out []string
		switch list := from.(type) {
		case []dispute.Reason:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []dispute.Status:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []dispute.Outcome:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []protection.State:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []standing.State:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []standing.Function:
			for _, v := range list {
				out = append(out, string(v))
			}
		case []conduct.Rule:
			for _, v := range list {
				out = append(out, string(v))
			}
		}
		return out
	}
	require.ElementsMatch(t, texts(dispute.Reasons), words("Reason"))
	require.ElementsMatch(t, texts(dispute.Statuses), words("Status"))
	require.ElementsMatch(t, texts(dispute.Outcomes), words("Outcome"))
	require.ElementsMatch(t, texts(protection.States), words("OrderState"))
	require.ElementsMatch(t, texts(standing.States), words("StandingState"))
	require.ElementsMatch(t, texts(standing.Functions), words("AccountFunction"))
	require.ElementsMatch(t, append(texts(standing.Functions), string(standing.ScopeAccount), string(standing.ScopeListing)), words("MeasureScope"))
	require.ElementsMatch(t, texts(conduct.Rules), words("StandingRule"))
	require.ElementsMatch(t, dispute.EvidenceTypes, words("EvidenceType"))
	require.ElementsMatch(t, dispute.Conditions, words("Condition"))
	require.ElementsMatch(t, protection.TrackStatuses, words("TrackingStatus"))
}

// Requests are checked by the validator for 3.0, which does not compile schemas anew for each request. It knows every
// keyword that the contract uses, and this keeps it so.
func TestTheContractUsesOnlyWhatItsValidatorKnows(t *testing.T) {
	known := regexp.MustCompile(`^(const|if|then|else|prefixItems|contains|patternProperties|dependentSchemas|dependentRequired|propertyNames|unevaluated\w+|\$defs)$`)
	for i, line := range strings.Split(string(document), "\n") {
		for _, word := range regexp.MustCompile(`([\w$]+):`).FindAllStringSubmatch(line, -1) {
			require.False(t, known.MatchString(word[1]), "line %d: %s", i+1, word[1])
		}
	}
	c, err := loadContract()
	require.NoError(t, err)
	for name, ref := range c.Components.Schemas {
		if ref.Value.Example != nil {
			require.NoError(t, ref.Value.VisitJSON(ref.Value.Example, openapi3.EnableJSONSchema2020()), name)
			require.NoError(t, ref.Value.VisitJSON(ref.Value.Example), name)
		}
	}
}

// The list of events is closed: what the code can record is what the contract names.
func TestEventsOfTheCodeAreThoseOfTheContract(t *testing.T) {
	s := newStage(t)
	source, err := os.ReadFile("../domain/casefile/events.go")
	require.NoError(t, err)
	var named []any
	for _, m := range regexp.MustCompile(`EventType\s*=\s*"([a-z_.]+)"`).FindAllStringSubmatch(string(source), -1) {
		named = append(named, m[1])
	}
	require.NotEmpty(t, named)
	require.Subset(t, s.server.contract.Components.Schemas["Event"].Value.Properties["type"].Value.Enum, named)
}
