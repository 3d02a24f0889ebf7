package page

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/gateway/internal/calls"
	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Scoring is the part of the scoring service that pages ask.
type Scoring interface {
	ListPublishedCycles(context.Context, *scoringv1.ListPublishedCyclesRequest, ...grpc.CallOption) (*scoringv1.ListPublishedCyclesResponse, error)
	ListPublications(context.Context, *scoringv1.ListPublicationsRequest, ...grpc.CallOption) (*scoringv1.ListPublicationsResponse, error)
}

// Catalog is the part of the catalog service that pages ask.
type Catalog interface {
	GetPublishedRegulation(context.Context, *catalogv1.GetPublishedRegulationRequest, ...grpc.CallOption) (*catalogv1.GetPublishedRegulationResponse, error)
}

const (
	// pageSize is the number of entries that one call asks for.
	pageSize = 200
	// maxAnswer is the largest regulation that is read; a page of criteria is far smaller.
	maxAnswer = 16 << 20
	// cycleUnknown is the reason by which catalog says that it has no public regulation.
	cycleUnknown = "CYCLE_UNKNOWN"
)

// sources is what pages are made of: published data only.
type sources struct {
	scoring Scoring
	catalog Catalog
	boards  *leaderboard.Cache

	published   *calls.Calls[struct{}, public]
	versions    *calls.Calls[cycleKey, []*scoringv1.PublishedCycle]
	regulations *calls.Calls[cycleKey, *catalogv1.Regulation]
}

type cycleKey struct{ authority, cycle string }

// public is what is published at one time.
type public struct {
	cycles []*scoringv1.PublishedCycle
	// state differs whenever anything is published.
	state string
}

func newSources(scoring Scoring, catalog Catalog, boards *leaderboard.Cache) *sources {
	const span = "GET page"
	return &sources{
		scoring: scoring, catalog: catalog, boards: boards,
		published:   calls.New[struct{}, public](span),
		versions:    calls.New[cycleKey, []*scoringv1.PublishedCycle](span),
		regulations: calls.New[cycleKey, *catalogv1.Regulation](span),
	}
}

// list reads all published cycles.
func (s *sources) list(ctx context.Context, _ struct{}) (public, error) {
	var p public
	req := &scoringv1.ListPublishedCyclesRequest{PageSize: pageSize}
	for {
		answer, err := s.scoring.ListPublishedCycles(ctx, req)
		if err != nil {
			return public{}, away(err)
		}
		for _, c := range answer.GetPublishedCycles() {
			p.cycles = append(p.cycles, c)
			p.state += c.GetAuthority() + "/" + c.GetCycle() + "/" + c.GetPublication().GetId() + "\n"
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	p.state = canonical.Hash([]byte(p.state))
	return p, nil
}

// listVersions reads all publications of a cycle, the newest first.
func (s *sources) listVersions(ctx context.Context, k cycleKey) (all []*scoringv1.PublishedCycle, err error) {
	req := &scoringv1.ListPublicationsRequest{Authority: k.authority, Cycle: k.cycle, PageSize: pageSize}
	for {
		answer, err := s.scoring.ListPublications(ctx, req)
		if err != nil {
			return nil, away(err)
		}
		all = append(all, answer.GetPublishedCycles()...)
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			return all, nil
		}
	}
}

// readRegulation reads the regulation of a published cycle; nil if it has none that is
// public, as imported cycles have not.
func (s *sources) readRegulation(ctx context.Context, k cycleKey) (*catalogv1.Regulation, error) {
	answer, err := s.catalog.GetPublishedRegulation(ctx, &catalogv1.GetPublishedRegulationRequest{Authority: k.authority, Cycle: k.cycle},
		grpc.MaxCallRecvMsgSize(maxAnswer))
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Code == cycleUnknown {
		return nil, nil //nolint:nilnil // no regulation is no error
	}
	if err != nil {
		return nil, away(err)
	}
	return answer.GetRegulation(), nil
}

// reader reads for one page.
type reader struct {
	*sources
	ctx     context.Context //nolint:containedctx // a reader lives as long as its request
	visit   Visit
	l       *language
	public  public
	partial bool // whether a service was away that the page can do without
}

// cycle returns a published cycle. It fails with Unknown.
func (r *reader) cycle(authority, id string) (*scoringv1.PublishedCycle, error) {
	for _, c := range r.public.cycles {
		if c.GetAuthority() == authority && c.GetCycle() == id {
			return c, nil
		}
	}
	return nil, Unknown
}

// version returns the cycle as the version in the query of the request shows it, without
// one as the current version does. It fails with Unknown.
func (r *reader) version(current *scoringv1.PublishedCycle) (*scoringv1.PublishedCycle, error) {
	asked := r.visit.Query.Get("version")
	if asked == "" || asked == strconv.Itoa(int(current.GetPublication().GetVersion())) {
		return current, nil
	}
	versions, err := r.allVersions(current)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versions, func(c *scoringv1.PublishedCycle) bool {
		return strconv.Itoa(int(c.GetPublication().GetVersion())) == asked
	})
	if i < 0 {
		return nil, Unknown
	}
	return versions[i], nil
}

func (r *reader) allVersions(c *scoringv1.PublishedCycle) ([]*scoringv1.PublishedCycle, error) {
	versions, _, err := r.versions.Do(r.ctx, r.visit.RequestID, cycleKey{c.GetAuthority(), c.GetCycle()}, r.visit.Now, r.listVersions)
	return versions, err
}

// board returns the leaderboard of a group in the publication of c. It fails with
// Unknown.
func (r *reader) board(c *scoringv1.PublishedCycle, group string) (*scoringv1.Leaderboard, error) {
	if !slices.ContainsFunc(c.GetGroups(), func(g *scoringv1.PublishedGroup) bool { return g.GetId() == group }) {
		return nil, Unknown
	}
	found, err := r.boards.Get(r.ctx, r.visit.RequestID, leaderboard.Address{
		Authority: c.GetAuthority(), Cycle: c.GetCycle(), Publication: c.GetPublication().GetId(), Group: group,
	})
	if err != nil {
		return nil, err
	}
	b := new(scoringv1.Leaderboard)
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(found.Plain(), b); err != nil {
		return nil, fault.Unexpected.Because(err)
	}
	return b, nil
}

// regulation returns the regulation of a cycle, or nil if none is public. A page shows
// its figures also while catalog is away, and away is true then.
func (r *reader) regulation(c *scoringv1.PublishedCycle) (found *catalogv1.Regulation, away bool) {
	if c.GetPublication().GetSource() != nil {
		return nil, false
	}
	found, _, err := r.regulations.Do(r.ctx, r.visit.RequestID, cycleKey{c.GetAuthority(), c.GetCycle()}, r.visit.Now, r.readRegulation)
	if err != nil {
		r.partial = true
		return nil, true
	}
	return found, false
}

// away gives a fault of a service its texts in both languages. Every error that is not
// one of storage becomes ServiceAway.
func away(err error) error {
	if errors.Is(err, fault.StorageAway) {
		return fault.StorageAway.Because(err)
	}
	return fault.ServiceAway.Because(err)
}
