package api

// The contract is written by hand; what follows from it is generated. CI generates again and fails on a difference.
//
//go:generate go tool oapi-codegen -config codegen/wire.yaml openapi.yaml
//go:generate go tool oapi-codegen -config codegen/client.yaml openapi.yaml
