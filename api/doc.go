// Package api is the door of Recourse for programs: HTTP, JSON and the contract in openapi.yaml. A handler parses, asks
// who may do this, stores a command at the case's door, and answers with what the case said. It holds no rule of the
// procedure: what may be done, and when, is asked of the domain.
//
// The order in which a request can be refused is that of PROCEDURE 13, and the order of the middleware in server.go.
package api
