package cyclepb

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/window"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// changesPageSize is the largest page of ListCycleChanges.
const changesPageSize = 200

// Source returns catalog as the source of a service's windows. The client must
// carry the service's own token. Its methods fail as catalog does, and with
// CycleNotUnderstood.
func Source(catalog catalogv1.CatalogServiceClient) window.Source { return source{catalog} }

type source struct {
	catalog catalogv1.CatalogServiceClient
}

// Changes calls ListCycleChanges.
func (s source) Changes(ctx context.Context, since int64) ([]window.Cycle, error) {
	answer, err := s.catalog.ListCycleChanges(ctx, &catalogv1.ListCycleChangesRequest{SinceRevision: since, PageSize: changesPageSize})
	if err != nil {
		return nil, err
	}
	cycles := make([]window.Cycle, 0, len(answer.GetCycles()))
	for _, m := range answer.GetCycles() {
		c, err := toWindows(m)
		if err != nil {
			return nil, fmt.Errorf("reading the windows of %s/%s: %w", m.GetAuthority(), m.GetId(), err)
		}
		cycles = append(cycles, c)
	}
	return cycles, nil
}

// Acknowledge calls AcknowledgeCycleChanges.
func (s source) Acknowledge(ctx context.Context, revision int64) error {
	_, err := s.catalog.AcknowledgeCycleChanges(ctx, &catalogv1.AcknowledgeCycleChangesRequest{Revision: revision})
	return err
}

// toWindows returns the windows of a cycle; an imported cycle has no phase.
func toWindows(m *catalogv1.Cycle) (window.Cycle, error) {
	c := window.Cycle{Authority: m.GetAuthority(), ID: m.GetId(), Revision: m.GetRevision(), Phase: "", Windows: nil, Extensions: nil}
	switch m.GetOrigin() {
	case catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED:
		return c, nil
	case catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN:
	default:
		return c, unknown("origin", m.GetOrigin())
	}
	var err error
	if c.Phase, err = known(criteriapb.Phases, "phase", m.GetPhase()); err != nil {
		return c, err
	}
	c.Windows = make(map[criteria.Phase]window.Window, len(m.GetWindows()))
	for i, w := range m.GetWindows() {
		phase, err := known(criteriapb.Phases, fmt.Sprintf("windows[%d].phase", i), w.GetPhase())
		if err != nil {
			return c, err
		}
		c.Windows[phase] = window.Window{Open: toTime(w.GetOpenTime()), Close: toTime(w.GetCloseTime())}
	}
	for i, x := range m.GetExtensions() {
		phase, err := known(criteriapb.Phases, fmt.Sprintf("extensions[%d].phase", i), x.GetPhase())
		if err != nil {
			return c, err
		}
		c.Extensions = append(c.Extensions, window.Extension{
			Phase: phase, Agency: x.GetAgency(), Group: x.GetGroup(), Close: toTime(x.GetCloseTime()), Letter: x.GetLetterNumber(),
		})
	}
	return c, nil
}

// toTime returns an instant; the zero instant for nil.
func toTime(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
