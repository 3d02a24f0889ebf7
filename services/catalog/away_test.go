package catalog_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// TestDatabaseAway cuts the connection to PostgreSQL and restores it.
func TestDatabaseAway(t *testing.T) {
	w := newWorld(t)
	wire := pgtest.NewWire(t, w.db.DSN)
	w = open(t, w.db, wire.DSN)
	w.run(t, "2024")
	w.draft(t, "next", content(t, ""))
	opening, moving := createCycle("2025"), move("2024", self1)
	opening.RequestId, moving.RequestId = uuid.NewString(), uuid.NewString()
	issuing := &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "next", Etag: "1", RequestId: uuid.NewString()}
	draft := &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "new", Content: content(t, ""), RequestId: uuid.NewString()}
	acknowledging := &catalogv1.AcknowledgeCycleChangesRequest{Revision: 1}
	writes := func() map[string]error {
		return map[string]error{
			"CreateRegulation": w.call(coordinator(t), "CreateRegulation", draft),
			"IssueRegulation":  w.call(coordinator(t), "IssueRegulation", issuing),
			"CreateCycle":      w.call(coordinator(t), "CreateCycle", opening),
			"MoveCycle":        w.call(coordinator(t), "MoveCycle", moving),
			"Acknowledge":      w.call(asService(t, "survey"), "AcknowledgeCycleChanges", acknowledging),
		}
	}
	req := &catalogv1.ImportCatalogRequest{Authority: "soc-trang", Content: socTrang(t), RequestId: uuid.NewString()}

	wire.Cut()
	if err := w.Service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	_, err := w.ImportCatalog(root(t), req)
	wantFault(t, err, fault.StorageAway)
	_, err = w.ListAgencies(root(t), &catalogv1.ListAgenciesRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	_, err = w.GetCycle(root(t), &catalogv1.GetCycleRequest{Authority: "an-binh", Cycle: "2023"})
	wantFault(t, err, fault.StorageAway)

	for name, err := range writes() {
		if wantFault(t, err, fault.StorageAway); t.Failed() {
			t.Fatal(name)
		}
	}
	for _, err := range []error{
		w.call(coordinator(t), "GetRegulation", &catalogv1.GetRegulationRequest{Authority: "an-binh", Regulation: "2024"}),
		w.call(coordinator(t), "ListRegulations", &catalogv1.ListRegulationsRequest{Authority: "an-binh"}),
		w.call(coordinator(t), "GetCycleMove", &catalogv1.GetCycleMoveRequest{Authority: "an-binh", Cycle: "2024"}),
		w.call(asService(t, "survey"), "ListCycleChanges", &catalogv1.ListCycleChangesRequest{}),
	} {
		wantFault(t, err, fault.StorageAway)
	}

	wire.Mend()
	if err := w.Service.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	answer, err := w.ImportCatalog(root(t), req)
	if err != nil || counts(answer) != "agencies +47 ~0 cycles +1 ~0" {
		t.Errorf("after the database is back: %v %s", answer, said(err))
	}
	for range 2 { // sent again, too
		for name, err := range writes() {
			if err != nil {
				t.Errorf("%s after the database is back: %s", name, said(err))
			}
		}
	}
}

// TestOpenWithoutDatabase opens the service with a DSN whose socket does not exist.
func TestOpenWithoutDatabase(t *testing.T) {
	w := open(t, nil, "host="+t.TempDir()+" user=nobody dbname=none")
	_, err := w.GetAuthority(root(t), &catalogv1.GetAuthorityRequest{Authority: "an-binh"})
	wantFault(t, err, fault.StorageAway)
	if err := w.Service.Ready(t.Context()); !pg.Away(err) {
		t.Errorf("ready: %v", err)
	}
}
