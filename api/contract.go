package api

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"recourse/domain/casefile"
)

// document is the contract as it is served at /openapi.yaml.
//
//go:embed openapi.yaml
var document []byte

// operation is what the contract says of one request, and what the server does with it before a handler sees it.
type operation struct {
	*openapi3.Operation
	method  string
	path    string // as in the contract: /v1/orders/{order}
	action  string // the name in the table of who may do what
	caseAt  string // the kind of the case that it is about; empty: no case
	caseIn  string // the path parameter that names the case: the kind's own, or the account of a standing
	command string // the domain's name of the command that it stores; empty: none
	begins  string // the kind of case that the command begins, at the one in the path; empty: none
	takes   string // the function of the account that it uses; empty: none that a measure could take
	sandbox bool   // not found outside a sandbox
	public  bool   // for anybody, without a token
	signed  bool   // by the carrier in the path, instead of a token
	params  openapi3.Parameters
}

// contract is the whole document with its operations by method and route.
type contract struct {
	*openapi3.T
	operations map[string]*operation
}

// loadContract reads the embedded document once and checks it. Its examples, whose check takes a second, are a test's. Nobody
// changes it afterwards.
var loadContract = sync.OnceValues(readContract)

func readContract() (*contract, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	if err := doc.Validate(loader.Context, openapi3.DisableExamplesValidation()); err != nil {
		return nil, fmt.Errorf("check the contract: %w", err)
	}
	c := &contract{T: doc, operations: map[string]*operation{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			c.operations[method+" "+route(path)] = described(method, path, item, op)
		}
	}
	return c, nil
}

func described(method, path string, item *openapi3.PathItem, op *openapi3.Operation) *operation {
	o := &operation{Operation: op, method: method, path: path}
	o.action, _ = op.Extensions["x-action"].(string)
	o.command, _ = op.Extensions["x-command"].(string)
	o.sandbox, _ = op.Extensions["x-sandbox"].(bool)
	o.public = op.Security != nil && len(*op.Security) == 0
	o.signed, _ = op.Extensions["x-signed"].(bool)
	o.begins, _ = op.Extensions["x-begins"].(string)
	o.takes, _ = op.Extensions["x-function"].(string)
	kind, _ := op.Extensions["x-case"].(string)
	in := kind
	if kind == casefile.KindStanding {
		in = "account"
	}
	if strings.Contains(path, "{"+in+"}") {
		o.caseAt, o.caseIn = kind, in
	}
	o.params = append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...)
	return o
}

// route is a path of the contract as the router writes it: /v1/orders/:order.
func route(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
