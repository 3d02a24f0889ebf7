package identity_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// fakeCatalog has the authorities and agencies that the tests name.
type fakeCatalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	mu       sync.Mutex
	agencies map[string][]string // by authority
	away     error
}

func newCatalog() *fakeCatalog {
	return &fakeCatalog{agencies: map[string][]string{home: {"so-noi-vu", "so-tai-chinh", "van-phong"}, other: {"so-noi-vu"}}}
}

func (c *fakeCatalog) change(how func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	how()
}

// ListAuthorities implements CatalogServiceServer: one authority on each page.
func (c *fakeCatalog) ListAuthorities(_ context.Context, req *catalogv1.ListAuthoritiesRequest) (*catalogv1.ListAuthoritiesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := new(catalogv1.ListAuthoritiesResponse)
	for _, id := range slices.Sorted(func(yield func(string) bool) {
		for id := range c.agencies {
			if !yield(id) {
				return
			}
		}
	}) {
		switch {
		case id <= req.GetPageToken():
		case len(answer.GetAuthorities()) == 1:
			answer.NextPageToken = answer.GetAuthorities()[0].GetId()
		default:
			answer.Authorities = append(answer.Authorities, &catalogv1.Authority{Id: id})
		}
	}
	return answer, c.away
}

// ListAgencies implements CatalogServiceServer.
func (c *fakeCatalog) ListAgencies(_ context.Context, req *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := new(catalogv1.ListAgenciesResponse)
	for _, id := range c.agencies[req.GetAuthority()] {
		answer.Agencies = append(answer.Agencies, &catalogv1.Agency{Authority: req.GetAuthority(), Id: id, Name: "Cơ quan " + id})
	}
	return answer, c.away
}

// dial serves the catalog to the service under test, whose tokens it accepts unread.
func (c *fakeCatalog) dial(t *testing.T) func(string, rpc.Credential) (grpc.ClientConnInterface, error) {
	t.Helper()
	return func(string, rpc.Credential) (grpc.ClientConnInterface, error) {
		now := func() time.Time { return start }
		credential := func(context.Context) (string, error) {
			return servicetest.Sign(auth.Principal{Kind: auth.Service, ID: "identity"}, start)
		}
		conn, _ := servicetest.Serve(t, servicetest.Server{
			ServerDeps: rpc.ServerDeps{
				Service: "catalog", Logger: new(servicetest.Journal).Logger(), Metrics: prometheus.NewRegistry(), Now: now,
				Verifier: auth.NewVerifier(servicetest.Keys, now),
			},
			Register:   func(r grpc.ServiceRegistrar) { catalogv1.RegisterCatalogServiceServer(r, c) },
			Credential: credential,
		})
		return conn, nil
	}
}

// nowhere is a connection on which nobody answers.
type nowhere struct{ grpc.ClientConnInterface }

// Invoke implements grpc.ClientConnInterface.
func (nowhere) Invoke(context.Context, string, any, any, ...grpc.CallOption) error {
	return fault.ServiceAway.Because(nil)
}

// TestReferencesAreChecked gives authorities and agencies that catalog does not have,
// one that it gets a moment before, and one while it is away.
func TestReferencesAreChecked(t *testing.T) {
	w := newWorld(t)
	a := w.account("refers.to").GetId()
	accounts := 0
	acts := func(authority, agency string) map[string]error {
		accounts++
		_, account := w.CreateAccount(w.admin(""), &identityv1.CreateAccountRequest{
			Authority: authority, Agency: agency, Login: w.secret("refers.to." + strconv.Itoa(accounts)), DisplayName: w.secret("Somebody Who Refers"), Password: pass,
		})
		_, binding := w.CreateRoleBinding(w.admin(""), &identityv1.CreateRoleBindingRequest{
			Authority: authority, Agency: agency, Account: a, Role: authv1.Role_ROLE_AGENCY_EDITOR,
		})
		_, software := w.CreateServiceAccount(w.admin(""), &identityv1.CreateServiceAccountRequest{Authority: authority, Agency: agency, Name: "software-" + agency})
		return map[string]error{"account": account, "role": binding, "software": software}
	}
	for act, err := range acts("nowhere", "so-noi-vu") {
		if f := w.faulty(err, fault.Invalid, "AUTHORITY_NOT_IN_CATALOG"); f.Field != "authority" {
			t.Errorf("%s: at %q", act, f.Field)
		}
	}
	for act, err := range acts(home, "so-moi") {
		if f := w.faulty(err, fault.Invalid, "AGENCY_NOT_IN_CATALOG"); f.Field != "agency" {
			t.Errorf("%s: at %q", act, f.Field)
		}
	}
	w.catalog.change(func() { w.catalog.away = errors.New("away") })
	for _, err := range acts(home, "so-moi") {
		if f := w.faulty(err, fault.Unavailable, "DIRECTORY_BEHIND"); f.RetryAfter <= 0 {
			t.Error("it does not say when to try again")
		}
	}
	// What is known stays known while catalog is away.
	for act, err := range acts(home, "so-tai-chinh") {
		if err != nil {
			t.Errorf("%s: %v", act, err)
		}
	}
	// What was added a moment ago is found.
	w.catalog.change(func() { w.catalog.away, w.catalog.agencies[home] = nil, append(w.catalog.agencies[home], "so-moi") })
	for act, err := range acts(home, "so-moi") {
		if err != nil {
			t.Errorf("%s: %v", act, err)
		}
	}
}
