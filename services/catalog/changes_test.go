package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// asService returns the context of a call by a service of the platform.
func asService(t *testing.T, name string) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: name}, "")
}

func (w *world) changes(t *testing.T, since int64, size int32) []*catalogv1.Cycle {
	t.Helper()
	answer, err := w.ListCycleChanges(asService(t, "assessment"), &catalogv1.ListCycleChangesRequest{SinceRevision: since, PageSize: size})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetCycles()
}

func (w *world) acknowledge(t *testing.T, name string, revision int64) error {
	t.Helper()
	_, err := w.AcknowledgeCycleChanges(asService(t, name), &catalogv1.AcknowledgeCycleChangesRequest{Revision: revision})
	return err
}

// TestCycleChanges reads the changes as a service and the acknowledgements as a
// coordinator.
func TestCycleChanges(t *testing.T) {
	w := newWorld(t)
	w.run(t, "a", "b")
	told := func(cycles []*catalogv1.Cycle) string {
		var lines []string
		for _, c := range cycles {
			lines = append(lines, fmt.Sprintf("%d %s %s", c.GetRevision(), c.GetId(), strings.TrimPrefix(c.GetPhase().String(), "PHASE_")))
		}
		return strings.Join(lines, ", ")
	}
	for _, c := range []struct {
		since int64
		size  int32
		want  string
	}{
		{0, 0, "1 2023 UNSPECIFIED, 2 a PREPARATION, 3 b PREPARATION"},
		{0, 2, "1 2023 UNSPECIFIED, 2 a PREPARATION"},
		{2, 2, "3 b PREPARATION"},
		{3, 2, ""},
	} {
		if got := told(w.changes(t, c.since, c.size)); got != c.want {
			t.Errorf("since %d, %d of them: got %s, want %s", c.since, c.size, got, c.want)
		}
	}
	progress := func(id string) string {
		answer, err := w.GetCycleMove(coordinator(t), &catalogv1.GetCycleMoveRequest{Authority: "an-binh", Cycle: id})
		if err != nil {
			t.Fatal(said(err))
		}
		return fmt.Sprint(answer.GetCycle().GetRevision(), answer.GetDone(), answer.GetWaitingFor())
	}
	if got := progress("a"); got != "2 true []" {
		t.Errorf("without readers: %s", got)
	}
	// A move waits for a service from its first acknowledgement on, even of 0.
	for name, revision := range map[string]int64{"survey": 0, "assessment": 3} {
		if err := w.acknowledge(t, name, revision); err != nil {
			t.Fatal(said(err))
		}
	}
	if got := progress("a"); got != "2 false [survey]" {
		t.Errorf("after the first acknowledgements: %s", got)
	}
	moved, err := w.MoveCycle(coordinator(t), move("a", self1))
	if err != nil || moved.GetDone() || strings.Join(moved.GetWaitingFor(), " ") != "assessment survey" || moved.GetCycle().GetRevision() != 4 {
		t.Errorf("moved: %v %s", moved, said(err))
	}
	if got := told(w.changes(t, 1, 0)); got != "3 b PREPARATION, 4 a SELF_1" {
		t.Errorf("after the move: %s", got)
	}
	for _, c := range []struct {
		name     string
		revision int64
		want     string
	}{
		{"assessment", 4, "4 false [survey]"},
		{"assessment", 1, "4 false [survey]"}, // a lower one changes nothing
		{"assessment", 4, "4 false [survey]"},
		{"survey", 3, "4 false [survey]"},
		{"survey", 4, "4 true []"},
	} {
		if err := w.acknowledge(t, c.name, c.revision); err != nil {
			t.Fatal(said(err))
		}
		if got := progress("a"); got != c.want {
			t.Errorf("%s acknowledges %d: got %s, want %s", c.name, c.revision, got, c.want)
		}
	}
	if got := said(w.acknowledge(t, "survey", 5)); got != "REVISION_AHEAD revision" {
		t.Errorf("of what has not happened: %s", got)
	}
	if got := progress("b"); got != "3 true []" {
		t.Errorf("the other cycle: %s", got)
	}
	if err := audit.Verify(t.Context(), w.db.Pool, "catalog", "cycle-readers"); err != nil {
		t.Error(err)
	}
	var readers int
	if err := w.db.Pool.QueryRow(t.Context(), `select count(*) from catalog.audit_entry where resource = 'cycle-readers'`).Scan(&readers); err != nil || readers != 2 {
		t.Errorf("%d readers audited, %v", readers, err)
	}
	// Only the services listed; no person, whatever the role.
	for who, ctx := range map[string]context.Context{"administrator": root(t), "coordinator": coordinator(t), "identity": asService(t, "identity")} {
		_, err := w.ListCycleChanges(ctx, &catalogv1.ListCycleChangesRequest{})
		wantFault(t, err, fault.NotAllowed)
		_, err = w.AcknowledgeCycleChanges(ctx, &catalogv1.AcknowledgeCycleChangesRequest{})
		if wantFault(t, err, fault.NotAllowed); t.Failed() {
			t.Log(who)
		}
	}
}

// TestChangesMissNothing changes cycles of six authorities from many sides while a
// reader polls in small pages. The reader never looks below a revision again, so
// a change whose revision became visible after a larger one would stay unknown
// to it.
func TestChangesMissNothing(t *testing.T) {
	w := newWorld(t)
	const authorities, rounds = 6, 12
	ids := make([]string, authorities)
	for i := range ids {
		ids[i] = fmt.Sprintf("a-%d", i)
		w.load(t, ids[i], []byte("format: parindex.catalog/1\nauthority: {id: "+ids[i]+", name: A}\nagencies: [{id: x, name: X}, {id: y, name: Y}]\n"))
	}
	everywhere := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR}, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR})
	known := map[string]*catalogv1.Cycle{}
	var wg sync.WaitGroup
	writing := make(chan struct{})
	wg.Go(func() {
		var since int64
		poll := func() {
			for _, c := range w.changes(t, since, 3) {
				known[c.GetAuthority()+"/"+c.GetId()] = c
				since = c.GetRevision()
			}
		}
		for done := false; !done; poll() {
			select {
			case <-writing:
				done = true
			default:
			}
		}
		for before := int64(-1); since > before; poll() {
			before = since
		}
	})
	atOnce(authorities, func(i int) {
		do := func(err error) {
			if err != nil {
				t.Error(said(err))
			}
		}
		_, err := w.CreateRegulation(everywhere, &catalogv1.CreateRegulationRequest{Authority: ids[i], Regulation: "r", Content: content(t, "")})
		do(err)
		_, err = w.IssueRegulation(everywhere, &catalogv1.IssueRegulationRequest{Authority: ids[i], Regulation: "r", Etag: "1"})
		do(err)
		for n := range rounds {
			id := fmt.Sprintf("c-%d", n)
			_, err = w.CreateCycle(everywhere, &catalogv1.CreateCycleRequest{
				Authority: ids[i], Cycle: id, Name: id, Year: 2024, Regulation: "r", RequestId: uuid.NewString(),
				Members: []*catalogv1.CycleMember{member("x", "departments"), member("y", "districts")},
			})
			do(err)
			_, err = w.ScheduleWindow(everywhere, &catalogv1.ScheduleWindowRequest{
				Authority: ids[i], Cycle: id, Phase: self1, CloseTime: timestamppb.New(w.Clock.Now().Add(time.Hour)),
			})
			do(err)
			_, err = w.MoveCycle(everywhere, &catalogv1.MoveCycleRequest{Authority: ids[i], Cycle: id, Phase: self1})
			do(err)
			_, err = w.ImportCatalog(everywhere, &catalogv1.ImportCatalogRequest{
				Authority: ids[i], Content: []byte("format: parindex.catalog/1\nauthority: {id: " + ids[i] + ", name: A}\n" +
					"agencies: [{id: x, name: X}]\ncycles: [{id: i-" + id + ", name: I, year: 2024, origin: IMPORTED, groups: [{id: g, name: G, scored: [x]}]}]\n"),
			})
			do(err)
		}
	})
	close(writing)
	wg.Wait()

	var last, cycles int64
	if err := w.db.Pool.QueryRow(t.Context(), `select max(revision), count(*) from catalog.cycle`).Scan(&last, &cycles); err != nil {
		t.Fatal(err)
	}
	if last != authorities*rounds*4 || cycles != authorities*rounds*2 {
		t.Errorf("%d changes of %d cycles, want %d and %d", last, cycles, authorities*rounds*4, authorities*rounds*2)
	}
	for since := int64(0); ; {
		page := w.changes(t, since, 200)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			since = c.GetRevision()
			if k := known[c.GetAuthority()+"/"+c.GetId()]; k.GetRevision() != c.GetRevision() || k.GetPhase() != c.GetPhase() {
				t.Errorf("of %s/%s the reader knows revision %d, it stands at %d", c.GetAuthority(), c.GetId(), k.GetRevision(), c.GetRevision())
			}
		}
	}
	if int64(len(known)) != cycles {
		t.Errorf("the reader knows %d of %d cycles", len(known), cycles)
	}
}

// TestRevisionWaits checks that no transaction gets a revision while a smaller one is
// not committed.
func TestRevisionWaits(t *testing.T) {
	w := newWorld(t)
	w.run(t, "a")
	tx, err := w.db.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `update catalog.cycle_counter set last = last + 1`); err != nil {
		t.Fatal(err)
	}
	moved := make(chan error, 1)
	go func() {
		_, err := w.MoveCycle(coordinator(t), move("a", self1))
		moved <- err
	}()
	select {
	case err := <-moved:
		t.Fatalf("moved beside an earlier change under way: %s", said(err))
	case <-time.After(300 * time.Millisecond):
	}
	if got := w.changes(t, 2, 0); len(got) != 0 {
		t.Errorf("visible already: %v", got)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-moved; err != nil {
		t.Error(said(err))
	}
	if c := w.cycle(t, "a"); c.GetRevision() != 4 || c.GetPhase() != self1 {
		t.Errorf("got %v", c)
	}
}
