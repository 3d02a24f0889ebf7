// Package cycletest is a fake of the catalog service, for tests of services that
// follow its cycles. It is for tests only.
package cycletest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// Catalog is a catalog with one regulation. Set its fields before it is served, and
// in Change from then on.
type Catalog struct {
	catalogv1.UnimplementedCatalogServiceServer

	Authority  *catalogv1.Authority
	Regulation *catalogv1.Regulation
	// Agencies are those of every cycle.
	Agencies []*catalogv1.CycleAgency
	// Others are agencies of the authority that are in no cycle.
	Others []*catalogv1.Agency

	mu     sync.Mutex
	cycles []*catalogv1.Cycle // in the order of their revisions
	last   int64
	acked  int64
	away   error
}

// New returns a catalog with these cycles, changed in this order.
func New(cycles ...*catalogv1.Cycle) *Catalog {
	c := new(Catalog)
	for _, m := range cycles {
		c.Put(m)
	}
	return c
}

// Register registers c on a server.
func (c *Catalog) Register(r grpc.ServiceRegistrar) { catalogv1.RegisterCatalogServiceServer(r, c) }

// Change changes what is not a cycle while c is served.
func (c *Catalog) Change(how func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	how()
}

// Put adds a cycle, or puts it in the place of the one with its name, and returns
// its revision.
func (c *Catalog) Put(m *catalogv1.Cycle) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.put(proto.CloneOf(m))
}

func (c *Catalog) put(m *catalogv1.Cycle) int64 {
	if i := c.index(m.GetAuthority(), m.GetId()); i >= 0 {
		c.cycles = slices.Delete(slices.Clone(c.cycles), i, i+1)
	}
	c.last++
	m.Revision = c.last
	c.cycles = append(c.cycles, m)
	return c.last
}

// ChangeCycle changes a cycle that is there and returns its revision.
func (c *Catalog) ChangeCycle(authority, id string, how func(*catalogv1.Cycle)) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := proto.CloneOf(c.cycles[c.index(authority, id)])
	how(m)
	return c.put(m)
}

// Move moves a cycle to a phase and returns its revision.
func (c *Catalog) Move(authority, id string, phase catalogv1.Phase) int64 {
	return c.ChangeCycle(authority, id, func(m *catalogv1.Cycle) { m.Phase = phase })
}

func (c *Catalog) index(authority, id string) int {
	return slices.IndexFunc(c.cycles, func(m *catalogv1.Cycle) bool { return m.GetAuthority() == authority && m.GetId() == id })
}

// Leave makes every call fail with err, until nil brings the catalog back.
func (c *Catalog) Leave(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = err
}

// Settled reports whether the service that follows the cycles knows their last change.
func (c *Catalog) Settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acked >= c.last
}

// GetAuthority implements CatalogServiceServer.
func (c *Catalog) GetAuthority(_ context.Context, req *catalogv1.GetAuthorityRequest) (*catalogv1.GetAuthorityResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away == nil && req.GetAuthority() != c.Authority.GetId() {
		return nil, fault.NotFound.Reason("AUTHORITY_UNKNOWN",
			"Không có cấp này.",
			"No such authority.")
	}
	return &catalogv1.GetAuthorityResponse{Authority: c.Authority}, c.away
}

// GetCycle implements CatalogServiceServer.
func (c *Catalog) GetCycle(_ context.Context, req *catalogv1.GetCycleRequest) (*catalogv1.GetCycleResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away != nil {
		return nil, c.away
	}
	i := c.index(req.GetAuthority(), req.GetCycle())
	if i < 0 {
		return nil, fault.NotFound.Reason("CYCLE_UNKNOWN",
			"Không có kỳ này.",
			"No such cycle.")
	}
	return &catalogv1.GetCycleResponse{Cycle: c.cycles[i]}, nil
}

// GetRegulation implements CatalogServiceServer. It returns a copy, because a test
// may change the regulation while the answer is sent.
func (c *Catalog) GetRegulation(context.Context, *catalogv1.GetRegulationRequest) (*catalogv1.GetRegulationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &catalogv1.GetRegulationResponse{Regulation: proto.CloneOf(c.Regulation)}, c.away
}

// ListCycleChanges implements CatalogServiceServer.
func (c *Catalog) ListCycleChanges(_ context.Context, req *catalogv1.ListCycleChangesRequest) (*catalogv1.ListCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, _ := slices.BinarySearchFunc(c.cycles, req.GetSinceRevision()+1, func(m *catalogv1.Cycle, r int64) int { return cmp.Compare(m.GetRevision(), r) })
	return &catalogv1.ListCycleChangesResponse{Cycles: c.cycles[i:]}, c.away
}

// AcknowledgeCycleChanges implements CatalogServiceServer.
func (c *Catalog) AcknowledgeCycleChanges(_ context.Context, req *catalogv1.AcknowledgeCycleChangesRequest) (*catalogv1.AcknowledgeCycleChangesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away == nil {
		c.acked = max(c.acked, req.GetRevision())
	}
	return new(catalogv1.AcknowledgeCycleChangesResponse), c.away
}

// RecordPublication implements CatalogServiceServer.
func (c *Catalog) RecordPublication(_ context.Context, req *catalogv1.RecordPublicationRequest) (*catalogv1.RecordPublicationResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away != nil {
		return nil, c.away
	}
	m := proto.CloneOf(c.cycles[c.index(req.GetAuthority(), req.GetCycle())])
	m.PublicationVersion = max(m.GetPublicationVersion(), req.GetVersion())
	if req.GetInForce() {
		m.VersionInForce = max(m.GetVersionInForce(), req.GetVersion())
	}
	c.put(m)
	return &catalogv1.RecordPublicationResponse{Cycle: m}, nil
}

// ListAgencies implements CatalogServiceServer.
func (c *Catalog) ListAgencies(_ context.Context, req *catalogv1.ListAgenciesRequest) (*catalogv1.ListAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.Others)
	for _, m := range c.Agencies {
		all = append(all, m.GetAgency())
	}
	some, next := page(all, req.GetPageToken())
	return &catalogv1.ListAgenciesResponse{Agencies: some, NextPageToken: next}, c.away
}

// ListCycleAgencies implements CatalogServiceServer.
func (c *Catalog) ListCycleAgencies(_ context.Context, req *catalogv1.ListCycleAgenciesRequest) (*catalogv1.ListCycleAgenciesResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	some, next := page(c.Agencies, req.GetPageToken())
	return &catalogv1.ListCycleAgenciesResponse{CycleAgencies: some, NextPageToken: next}, c.away
}

// page returns the three of all from token on, so that there are several pages,
// and the token of the next.
func page[T any](all []T, token string) (some []T, next string) {
	from, _ := strconv.Atoi(token)
	to := min(from+3, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return slices.Clone(all[from:to]), next
}
