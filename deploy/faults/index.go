package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"google.golang.org/genproto/googleapis/rpc/code"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/rpc"
)

// entry is a reason in the index.
type entry struct {
	// Reason is the code, as ErrorInfo and violations give it.
	Reason string `json:"reason"`
	// Service is the service that gives it; empty: any.
	Service string `json:"service"`
	// Code is the canonical name of the gRPC code ("INVALID_ARGUMENT").
	Code string `json:"code"`
	// HTTPStatus is what the gateway answers with.
	HTTPStatus int `json:"httpStatus"`
	// Vi and En are the texts before their arguments (%s, %d) are filled in.
	Vi string `json:"vi"`
	En string `json:"en"`
}

// index returns the JSON of all definitions, by reason.
func index(found []definition) ([]byte, error) {
	entries := make([]entry, len(found))
	for i, d := range found {
		entries[i] = entry{
			Reason: d.Code, Service: d.Service, Code: code.Code(rpc.Code(d.Kind)).String(), //nolint:gosec // gRPC has 17 codes
			HTTPStatus: gateway.HTTPStatus(d.Reason), Vi: d.Vi, En: d.En,
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.Reason, b.Reason) })
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(map[string]any{"faults": entries})
	return b.Bytes(), err
}
