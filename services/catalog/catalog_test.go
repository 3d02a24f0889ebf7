package catalog_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// world is the service with a database of its own.
type world struct {
	catalogv1.CatalogServiceClient
	*servicetest.World

	db *pgtest.DB
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	db := servicetest.Database(tb, catalog.Spec(new(catalog.Config)))
	return open(tb, db, db.DSN)
}

// open opens the service on a database reached by dsn.
func open(tb testing.TB, db *pgtest.DB, dsn string) *world {
	tb.Helper()
	w := servicetest.Open(tb, catalog.Spec(&catalog.Config{DB: pg.Config{DSN: dsn, MaxConns: 6}}), servicetest.Options{
		Clock: servicetest.NewClock(time.Date(2024, 1, 8, 2, 0, 0, 0, time.UTC)),
	})
	return &world{CatalogServiceClient: catalogv1.NewCatalogServiceClient(w.Conn), World: w, db: db}
}

// as returns the context of a call by a person with the bindings.
func as(tb testing.TB, bindings ...auth.Binding) context.Context {
	tb.Helper()
	return auth.With(tb.Context(), auth.Principal{Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001", Bindings: bindings}, "")
}

func root(tb testing.TB) context.Context {
	tb.Helper()
	return as(tb, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR})
}

// socTrang is the file that `make run` imports: 47 agencies and a cycle.
func socTrang(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../deploy/trial/data/soc-trang/catalog.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// anBinh returns a catalog file of the authority An Bình with the given parts.
func anBinh(parts string) []byte {
	return []byte("format: parindex.catalog/1\nauthority: {id: an-binh, name: UBND tỉnh An Bình}\n" + parts)
}

const twoAgencies = `agencies:
- {id: home, name: Sở Nội vụ, aliases: [SNV]}
- {id: finance, name: Sở Tài chính}
cycles:
- id: "2023"
  name: Năm 2023
  year: 2023
  origin: IMPORTED
  groups:
  - {id: one, name: Khối một, scored: [home]}
  - {id: two, name: Khối hai, scored: [finance]}
`

// Short names of the test kit.
var (
	said      = servicetest.Describe
	wantFault = servicetest.WantFault
	atOnce    = servicetest.AtOnce
)

func mask(paths string) *fieldmaskpb.FieldMask {
	return &fieldmaskpb.FieldMask{Paths: strings.Split(paths, ",")}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}

// TestRefused sees the same refusal for an authority that is stored and for one
// that is not, and what members are told is not there.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	requests := map[string]func(authority string) proto.Message{
		"ImportCatalog": func(authority string) proto.Message {
			return &catalogv1.ImportCatalogRequest{Authority: authority, Content: anBinh("")}
		},
		"GetAuthority": func(authority string) proto.Message { return &catalogv1.GetAuthorityRequest{Authority: authority} },
		"ListAgencies": func(authority string) proto.Message { return &catalogv1.ListAgenciesRequest{Authority: authority} },
		"GetAgency": func(authority string) proto.Message {
			return &catalogv1.GetAgencyRequest{Authority: authority, Agency: "home"}
		},
		"UpdateAgency": func(authority string) proto.Message {
			return &catalogv1.UpdateAgencyRequest{Authority: authority, Agency: "home", Name: "X", UpdateMask: mask("name")}
		},
		"ListCycles": func(authority string) proto.Message { return &catalogv1.ListCyclesRequest{Authority: authority} },
		"GetCycle": func(authority string) proto.Message {
			return &catalogv1.GetCycleRequest{Authority: authority, Cycle: "2023"}
		},
		"ListCycleAgencies": func(authority string) proto.Message {
			return &catalogv1.ListCycleAgenciesRequest{Authority: authority, Cycle: "2023"}
		},
		"CreateRegulation": func(authority string) proto.Message {
			return &catalogv1.CreateRegulationRequest{Authority: authority, Regulation: "2024", Content: content(t, "")}
		},
		"GetRegulation": func(authority string) proto.Message {
			return &catalogv1.GetRegulationRequest{Authority: authority, Regulation: "2024"}
		},
		"ListRegulations": func(authority string) proto.Message { return &catalogv1.ListRegulationsRequest{Authority: authority} },
		"UpdateRegulation": func(authority string) proto.Message {
			return &catalogv1.UpdateRegulationRequest{Authority: authority, Regulation: "2024", Content: content(t, ""), Etag: "1"}
		},
		"IssueRegulation": func(authority string) proto.Message {
			return &catalogv1.IssueRegulationRequest{Authority: authority, Regulation: "2024", Etag: "1"}
		},
		"ValidateRegulation": func(authority string) proto.Message {
			return &catalogv1.ValidateRegulationRequest{Authority: authority, Regulation: "2024"}
		},
		"RevokeRegulation": func(authority string) proto.Message {
			return &catalogv1.RevokeRegulationRequest{Authority: authority, Regulation: "2024", Reason: "x"}
		},
		"ImportRegulation": func(authority string) proto.Message {
			return importYAML(authority, "2024", example(t))
		},
		"ExportRegulation": func(authority string) proto.Message {
			return &catalogv1.ExportRegulationRequest{Authority: authority, Regulation: "2024", Format: yamlFormat}
		},
		"LoadPack": func(authority string) proto.Message {
			return &catalogv1.LoadPackRequest{Authority: authority, Regulation: "2024", Pack: examplePack}
		},
		"PublishGuidance": func(authority string) proto.Message {
			return &catalogv1.PublishGuidanceRequest{Authority: authority, Cycle: "2024", Content: letter("", "departments i.1.2")}
		},
		"ListGuidances": func(authority string) proto.Message {
			return &catalogv1.ListGuidancesRequest{Authority: authority, Cycle: "2024"}
		},
		"CreateCycle": func(authority string) proto.Message {
			req := createCycle("2024")
			req.Authority = authority
			return req
		},
		"ScheduleWindow": func(authority string) proto.Message {
			return &catalogv1.ScheduleWindowRequest{Authority: authority, Cycle: "2023", Phase: self1}
		},
		"MoveCycle": func(authority string) proto.Message {
			return &catalogv1.MoveCycleRequest{Authority: authority, Cycle: "2023", Phase: self1}
		},
		"GetCycleMove": func(authority string) proto.Message {
			return &catalogv1.GetCycleMoveRequest{Authority: authority, Cycle: "2023"}
		},
	}
	unknown := map[string]string{
		"ImportCatalog": "AUTHORITY_MISMATCH content", "GetAuthority": "AUTHORITY_UNKNOWN authority", "ListAgencies": "AUTHORITY_UNKNOWN authority",
		"GetAgency": "AGENCY_UNKNOWN agency", "UpdateAgency": "AGENCY_UNKNOWN agency", "ListCycles": "AUTHORITY_UNKNOWN authority",
		"GetCycle": "CYCLE_UNKNOWN cycle", "ListCycleAgencies": "CYCLE_UNKNOWN cycle",
		"CreateRegulation": "AUTHORITY_UNKNOWN", "GetRegulation": "REGULATION_UNKNOWN regulation", "ListRegulations": "AUTHORITY_UNKNOWN authority",
		"UpdateRegulation": "REGULATION_UNKNOWN regulation", "IssueRegulation": "REGULATION_UNKNOWN regulation",
		"ValidateRegulation": "REGULATION_UNKNOWN regulation", "RevokeRegulation": "REGULATION_UNKNOWN regulation",
		"ImportRegulation": "AUTHORITY_UNKNOWN", "ExportRegulation": "REGULATION_UNKNOWN regulation", "LoadPack": "AUTHORITY_UNKNOWN",
		"PublishGuidance": "CYCLE_UNKNOWN cycle", "ListGuidances": "CYCLE_UNKNOWN cycle",
		"CreateCycle": "REGULATION_UNKNOWN regulation", "ScheduleWindow": "CYCLE_UNKNOWN cycle", "MoveCycle": "CYCLE_UNKNOWN cycle",
		"GetCycleMove": "CYCLE_UNKNOWN cycle",
	}
	everywhere := as(t, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR}, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR})
	elsewhere := as(t, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR, Authority: "soc-trang"})
	otherService := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "gateway"}, "")
	for name, request := range requests {
		for caller, ctx := range map[string]context.Context{"elsewhere": elsewhere, "without a role": as(t), "another service": otherService} {
			stored, madeUp := w.call(ctx, name, request("an-binh")), w.call(ctx, name, request("made-up"))
			wantFault(t, stored, fault.NotAllowed)
			if fmt.Sprint(stored) != fmt.Sprint(madeUp) {
				t.Errorf("%s %s: %v for a stored authority, %v for a made-up one", name, caller, stored, madeUp)
			}
		}
		wantFault(t, w.call(t.Context(), name, request("an-binh")), fault.TokenMissing)
		if got := said(w.call(everywhere, name, request("made-up"))); got != unknown[name] {
			t.Errorf("%s of an unknown authority: got %s, want %s", name, got, unknown[name])
		}
	}
	observer := as(t, auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "an-binh"})
	writes := []string{
		"CreateRegulation", "UpdateRegulation", "IssueRegulation", "ValidateRegulation", "RevokeRegulation", "ImportRegulation", "LoadPack",
		"PublishGuidance", "CreateCycle", "ScheduleWindow", "MoveCycle",
	}
	for _, name := range append(writes, "ImportCatalog", "UpdateAgency") {
		wantFault(t, w.call(observer, name, requests[name]("an-binh")), fault.NotAllowed)
	}
	for _, name := range writes { // an administrator runs no cycle, nor does a service
		wantFault(t, w.call(root(t), name, requests[name]("an-binh")), fault.NotAllowed)
		wantFault(t, w.call(asService(t, "scoring"), name, requests[name]("an-binh")), fault.NotAllowed)
	}
	wantFault(t, w.call(t.Context(), "ListAuthorities", &catalogv1.ListAuthoritiesRequest{}), fault.TokenMissing)
}

// call calls an rpc by its name and drops the answer.
func (w *world) call(ctx context.Context, method string, req proto.Message) error {
	return w.Conn.Invoke(ctx, "/"+catalogv1.CatalogService_ServiceDesc.ServiceName+"/"+method, req, new(emptypb.Empty))
}

// TestConfig checks that a missing DSN is reported by its variable.
func TestConfig(t *testing.T) {
	var c catalog.Config
	if err := catalog.Spec(&c).Validate(); err == nil || !strings.Contains(err.Error(), "PARINDEX_CATALOG_DSN") {
		t.Errorf("without a DSN: %v", err)
	}
	c.DB.DSN = cmp.Or(os.Getenv(pgtest.Variable), "host=/tmp")
	if err := catalog.Spec(&c).Validate(); err != nil {
		t.Error(err)
	}
}
