// Package wire is the contract as Go sees it on the server's side: the shapes of requests and answers, and the
// interface that the handlers implement. It is generated from openapi.yaml.
package wire
