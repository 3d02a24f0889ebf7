package catalog_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

const (
	preparation = catalogv1.Phase_PHASE_PREPARATION
	self1       = catalogv1.Phase_PHASE_SELF_1
	appraisal1  = catalogv1.Phase_PHASE_APPRAISAL_1
	self2       = catalogv1.Phase_PHASE_SELF_2
	presented   = catalogv1.Phase_PHASE_PRESENTED
)

// member is an agency that is scored in a cycle.
func member(agency, group string) *catalogv1.CycleMember {
	return &catalogv1.CycleMember{Agency: agency, Group: group}
}

func createCycle(id string) *catalogv1.CreateCycleRequest {
	return &catalogv1.CreateCycleRequest{
		Authority: "an-binh", Cycle: id, Name: "Kỳ " + id, Year: 2024, Regulation: "2024",
		Members: []*catalogv1.CycleMember{member("home", "departments"), member("finance", "districts")},
	}
}

func move(id string, to catalogv1.Phase) *catalogv1.MoveCycleRequest {
	return &catalogv1.MoveCycleRequest{Authority: "an-binh", Cycle: id, Phase: to}
}

// run issues the regulation 2024 of An Bình and opens cycles under it.
func (w *world) run(t *testing.T, ids ...string) {
	t.Helper()
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.issue(t, "2024", content(t, ""))
	for _, id := range ids {
		if _, err := w.CreateCycle(coordinator(t), createCycle(id)); err != nil {
			t.Fatal(said(err))
		}
	}
}

func (w *world) cycle(t *testing.T, id string) *catalogv1.Cycle {
	t.Helper()
	answer, err := w.GetCycle(coordinator(t), &catalogv1.GetCycleRequest{Authority: "an-binh", Cycle: id})
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetCycle()
}

func TestCreateCycle(t *testing.T) {
	w := newWorld(t)
	w.run(t)
	ctx := coordinator(t)
	w.draft(t, "draft", content(t, ""))
	req := createCycle("2024")
	req.Name, req.RequestId = "  Kỳ   2024 ", uuid.NewString()
	req.Members[1].NotScoredReason = ""
	first, err := w.CreateCycle(ctx, req)
	if err != nil {
		t.Fatal(said(err))
	}
	want := &catalogv1.Cycle{
		Authority: "an-binh", Id: "2024", Name: "Kỳ 2024", Year: 2024, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_RUN, Etag: "1",
		Groups:     []*catalogv1.Group{{Id: "departments", Name: "Sở, ban, ngành"}, {Id: "districts", Name: "Ủy ban nhân dân cấp huyện"}},
		Regulation: "2024", Phase: preparation, Revision: 2,
		Windows: []*catalogv1.Window{{Phase: self1}, {Phase: appraisal1}, {Phase: self2}, {Phase: catalogv1.Phase_PHASE_APPRAISAL_2}},
	}
	if diff := cmp.Diff(want, first.GetCycle(), protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.cycle(t, "2024"), protocmp.Transform()); diff != "" {
		t.Errorf("as read (-want +got):\n%s", diff)
	}
	if again, err := w.CreateCycle(ctx, req); err != nil || !proto.Equal(again, first) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	other := proto.CloneOf(req)
	other.Name = "Kỳ khác"
	_, err = w.CreateCycle(ctx, other)
	wantFault(t, err, fault.RequestIDReused)
	golden(t, "testdata/cycle.txt", w.print(t, "an-binh", "2024"))
	if got := w.lastAction(t); !strings.HasPrefix(got, `create-cycle {"id":"2024","to":{"name":"Kỳ 2024","year":2024,"origin":"RUN"`) ||
		!strings.Contains(got, `"phase":"PREPARATION"`) || !strings.Contains(got, `{"agency":"home","to":{"group":"departments"}}`) {
		t.Errorf("the audit entry is %s", got)
	}

	own, audited := w.rows(t)
	with := func(change func(*catalogv1.CreateCycleRequest)) *catalogv1.CreateCycleRequest {
		r := createCycle("next")
		r.RequestId = uuid.NewString()
		change(r)
		return r
	}
	for want, req := range map[string]*catalogv1.CreateCycleRequest{
		"CYCLE_EXISTS cycle":               with(func(r *catalogv1.CreateCycleRequest) { r.Cycle = "2024" }),
		"REGULATION_UNKNOWN regulation":    with(func(r *catalogv1.CreateCycleRequest) { r.Regulation = "2022" }),
		"REGULATION_NOT_ISSUED regulation": with(func(r *catalogv1.CreateCycleRequest) { r.Regulation = "draft" }),
		"BAD_REQUEST\nyear int32.gte_lte":  with(func(r *catalogv1.CreateCycleRequest) { r.Year = 0 }),
		"BAD_REQUEST\nyear int32.gte_lte ": with(func(r *catalogv1.CreateCycleRequest) { r.Year = 2101 }),
		"BAD_REQUEST\nname TEXT_MISSING":   with(func(r *catalogv1.CreateCycleRequest) { r.Name = " \u200b" }),
		"GROUP_UNSCORED members": with(func(r *catalogv1.CreateCycleRequest) {
			r.Members[1].NotScoredReason = "Mới thành lập"
		}),
		"AGENCY_UNKNOWN\nmembers[0].agency AGENCY_UNKNOWN\nmembers[2].agency AGENCY_TWICE\nmembers[3].group GROUP_UNKNOWN\nmembers GROUP_UNSCORED": with(
			func(r *catalogv1.CreateCycleRequest) {
				r.Members = []*catalogv1.CycleMember{
					member("made-up", "departments"), member("home", "departments"),
					member("home", "departments"), member("finance", "communes"),
				}
			}),
	} {
		_, err := w.CreateCycle(ctx, req)
		if got := said(err); got != strings.TrimSpace(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Errorf("%d rows and %d audit entries, before %d and %d", o, a, own, audited)
	}
	var done atomic.Int32
	atOnce(20, func(int) {
		req := createCycle("2025")
		req.RequestId = uuid.NewString()
		switch _, err := w.CreateCycle(ctx, req); said(err) {
		case "<nil>":
			done.Add(1)
		case "CYCLE_EXISTS cycle":
		default:
			t.Error(said(err))
		}
	})
	if done.Load() != 1 {
		t.Errorf("created %d times", done.Load())
	}
	w.intact(t)
}

// TestExtendDeadline extends the deadline of one agency and of one group by a letter. The
// services that keep windows are told (rule Y3).
func TestExtendDeadline(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	at := func(d time.Duration) *timestamppb.Timestamp { return timestamppb.New(w.Clock.Now().Add(d)) }
	if _, err := w.ScheduleWindow(coordinator(t), &catalogv1.ScheduleWindowRequest{Authority: "an-binh", Cycle: "2024", Phase: self1, CloseTime: at(time.Hour)}); err != nil {
		t.Fatal(said(err))
	}
	extend := func(agency, group string, change ...func(*catalogv1.ExtendDeadlineRequest)) *catalogv1.ExtendDeadlineRequest {
		req := &catalogv1.ExtendDeadlineRequest{
			Authority: "an-binh", Cycle: "2024", Phase: self1, Agency: agency, Group: group, CloseTime: at(2 * time.Hour),
			LetterNumber: "12/SNV-CCHC", Reason: "Mưa bão", RequestId: uuid.NewString(),
		}
		for _, f := range change {
			f(req)
		}
		return req
	}
	first := extend("home", "")
	answer, err := w.ExtendDeadline(coordinator(t), first)
	if err != nil {
		t.Fatal(said(err))
	}
	if again, err := w.ExtendDeadline(coordinator(t), first); err != nil || !proto.Equal(again, answer) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	if got := w.lastAction(t); !strings.HasPrefix(got, "extend-deadline ") || !strings.Contains(got, `"letter":"12/SNV-CCHC"`) {
		t.Errorf("the audit entry is %s", got)
	}
	if _, err := w.ExtendDeadline(coordinator(t), extend("", "departments")); err != nil {
		t.Fatal(said(err))
	}
	want := []*catalogv1.Extension{
		{Phase: self1, Agency: "home", CloseTime: at(2 * time.Hour), LetterNumber: "12/SNV-CCHC", Reason: "Mưa bão"},
		{Phase: self1, Group: "departments", CloseTime: at(2 * time.Hour), LetterNumber: "12/SNV-CCHC", Reason: "Mưa bão"},
	}
	told := w.changes(t, 0, 0)
	if diff := cmp.Diff(want, told[len(told)-1].GetExtensions(), protocmp.Transform()); diff != "" {
		t.Errorf("services are told (-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		want string
		req  *catalogv1.ExtendDeadlineRequest
	}{
		{"AGENCY_NOT_IN_CYCLE", extend("lost", "")},
		{"GROUP_NOT_IN_CYCLE", extend("", "lost")},
		{"EXTENSION_EARLIER closeTime", extend("home", "", func(r *catalogv1.ExtendDeadlineRequest) { r.CloseTime = at(time.Hour) })},
		{"CYCLE_UNKNOWN cycle", extend("home", "", func(r *catalogv1.ExtendDeadlineRequest) { r.Cycle = "lost" })},
		{"CYCLE_NOT_RUN cycle", extend("home", "", func(r *catalogv1.ExtendDeadlineRequest) { r.Cycle = "2023" })},
		{"STALE_ETAG etag", extend("home", "", func(r *catalogv1.ExtendDeadlineRequest) { r.Etag = "1" })},
		{"BAD_REQUEST\nreason TEXT_MISSING", extend("home", "", func(r *catalogv1.ExtendDeadlineRequest) { r.Reason = " " })},
	} {
		_, err := w.ExtendDeadline(coordinator(t), c.req)
		if got := said(err); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	for _, req := range []*catalogv1.ExtendDeadlineRequest{extend("", ""), extend("home", "departments")} {
		if _, err := w.ExtendDeadline(coordinator(t), req); said(err) != "EXTENSION_OF_ONE agency" {
			t.Errorf("neither or both: %s", said(err))
		}
	}
	own := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: uuid.NewString(), Authority: "an-binh", Agency: "home",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}},
	}, "")
	head := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: uuid.NewString(), Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}, {Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: "an-binh", Agency: "home"},
	}}, "")
	for name, ctx := range map[string]context.Context{"of the agency": own, "its head": head} {
		for _, c := range []struct {
			want string
			req  *catalogv1.ExtendDeadlineRequest
		}{
			{"OWN_AGENCY_ACT agency", extend("home", "")},
			{"OWN_AGENCY_ACT group", extend("", "departments")},
			{"<nil>", extend("", "districts")},
			{"<nil>", extend("finance", "")},
		} {
			_, err := w.ExtendDeadline(ctx, c.req)
			if got := said(err); got != c.want {
				t.Errorf("%s: got %s, want %s", name, got, c.want)
			}
		}
	}
	council := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: uuid.NewString(), Authority: "an-binh", Agency: "finance",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, Authority: "an-binh"}},
	}, "")
	if _, err := w.ExtendDeadline(council, extend("", "departments")); err != nil {
		t.Errorf("a member of the council from another group: %s", said(err))
	}
}

func TestScheduleWindow(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	ctx := coordinator(t)
	at := func(d time.Duration) *timestamppb.Timestamp { return timestamppb.New(w.Clock.Now().Add(d)) }
	schedule := func(phase catalogv1.Phase, opened, closed *timestamppb.Timestamp) *catalogv1.ScheduleWindowRequest {
		return &catalogv1.ScheduleWindowRequest{Authority: "an-binh", Cycle: "2024", Phase: phase, OpenTime: opened, CloseTime: closed, RequestId: uuid.NewString()}
	}
	first := schedule(self1, at(time.Hour), timestamppb.New(w.Clock.Now().Add(48*time.Hour+1999)))
	first.Etag = "1"
	answer, err := w.ScheduleWindow(ctx, first)
	if err != nil {
		t.Fatal(said(err))
	}
	c := answer.GetCycle()
	want := &catalogv1.Window{Phase: self1, OpenTime: at(time.Hour), CloseTime: timestamppb.New(w.Clock.Now().Add(48*time.Hour + 1000))}
	if diff := cmp.Diff(want, c.GetWindows()[0], protocmp.Transform()); diff != "" || c.GetEtag() != "2" || c.GetRevision() != 3 {
		t.Errorf("%v (-want +got):\n%s", c, diff)
	}
	if diff := cmp.Diff(c, w.cycle(t, "2024"), protocmp.Transform()); diff != "" {
		t.Errorf("read otherwise (-answered +read):\n%s", diff)
	}
	if again, err := w.ScheduleWindow(ctx, first); err != nil || !proto.Equal(again, answer) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	if got := w.lastAction(t); !strings.HasPrefix(got, "schedule-window ") || !strings.Contains(got, `{"phase":"SELF_1","open":"2024-01-08T03:00:00Z","close":"2024-01-10T02:00:00.000001Z"}`) {
		t.Errorf("the audit entry is %s", got)
	}
	own, audited := w.rows(t)
	if same, err := w.ScheduleWindow(ctx, schedule(self1, want.GetOpenTime(), want.GetCloseTime())); err != nil || !proto.Equal(same.GetCycle(), c) {
		t.Errorf("no change: %v %s", same, said(err))
	}
	if _, a := w.rows(t); a != audited {
		t.Error("no change is audited")
	}
	stale := schedule(self1, nil, at(time.Hour))
	stale.Etag = "1"
	elsewhere := schedule(self1, nil, at(time.Hour))
	elsewhere.Cycle = "made-up"
	imported := schedule(self1, nil, at(time.Hour))
	imported.Cycle = "2023"
	for _, c := range []struct {
		want string
		req  *catalogv1.ScheduleWindowRequest
	}{
		{"STALE_ETAG etag", stale},
		{"CYCLE_UNKNOWN cycle", elsewhere},
		{"CYCLE_NOT_RUN cycle", imported},
		{"PHASE_WITHOUT_WINDOW phase", schedule(presented, nil, at(time.Hour))},
		{"DEADLINE_PAST closeTime", schedule(self1, nil, at(-time.Second))},
		{"DEADLINE_PAST closeTime", schedule(self1, nil, at(0))},
		{"WINDOW_REVERSED closeTime", schedule(self1, at(time.Hour), at(time.Hour))},
		// The zero time of many languages is no way to take a deadline away.
		{"BAD_REQUEST\ncloseTime INSTANT_OUT_OF_RANGE", schedule(self1, nil, timestamppb.New(time.Time{}))},
		{"BAD_REQUEST\nopenTime INSTANT_OUT_OF_RANGE", schedule(self1, timestamppb.New(time.Time{}), at(time.Hour))},
		{"BAD_REQUEST\ncloseTime INSTANT_OUT_OF_RANGE", schedule(self1, nil, timestamppb.New(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))},
		{"BAD_REQUEST\ncloseTime timestamp", schedule(self1, nil, &timestamppb.Timestamp{Nanos: -1})},
		{"BAD_REQUEST\nphase enum.not_in", schedule(0, nil, nil)},
		{"BAD_REQUEST\nphase enum.defined_only", schedule(77, nil, nil)},
	} {
		_, err := w.ScheduleWindow(ctx, c.req)
		if got := said(err); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if o, a := w.rows(t); o != own+1 || a != audited { // one remembered request: that without a change
		t.Errorf("%d rows and %d audit entries, before %d and %d", o, a, own, audited)
	}
	// The bounds can be removed, also of the current phase; not of a phase that
	// is over.
	for _, to := range []catalogv1.Phase{self1, appraisal1} {
		if _, err := w.MoveCycle(ctx, move("2024", to)); err != nil {
			t.Fatal(said(err))
		}
		if to == self1 {
			answer, err := w.ScheduleWindow(ctx, schedule(self1, nil, nil))
			if err != nil || answer.GetCycle().GetWindows()[0].GetCloseTime() != nil {
				t.Errorf("taking the deadline away: %v %s", answer, said(err))
			}
		}
	}
	_, err = w.ScheduleWindow(ctx, schedule(self1, nil, at(time.Hour)))
	if got := said(err); got != "PHASE_PAST phase" {
		t.Error(got)
	}
	w.intact(t)
}

// TestMoveAtOnce moves one cycle 20 times from the same phase, without and with
// an etag.
func TestMoveAtOnce(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	for _, c := range []struct {
		to            catalogv1.Phase
		etag, refusal string
	}{{self1, "", "PHASE_NOT_NEXT phase"}, {appraisal1, "2", "STALE_ETAG etag"}} {
		var done atomic.Int32
		atOnce(20, func(int) {
			req := move("2024", c.to)
			req.Etag, req.RequestId = c.etag, uuid.NewString()
			switch _, err := w.MoveCycle(coordinator(t), req); said(err) {
			case "<nil>":
				done.Add(1)
			case c.refusal:
			default:
				t.Errorf("to %s: %s", c.to, said(err))
			}
		})
		if done.Load() != 1 {
			t.Errorf("moved to %s %d times", c.to, done.Load())
		}
	}
	w.intact(t)
}

// TestMoveTwice sends one move again, later, when the cycle is elsewhere.
func TestMoveTwice(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	req := move("2024", self1)
	req.Etag, req.RequestId = "1", uuid.NewString()
	first, err := w.MoveCycle(coordinator(t), req)
	if err != nil || first.GetCycle().GetPhase() != self1 || first.GetCycle().GetEtag() != "2" || !first.GetDone() {
		t.Fatalf("%v %s", first, said(err))
	}
	if _, err := w.MoveCycle(coordinator(t), move("2024", appraisal1)); err != nil {
		t.Fatal(said(err))
	}
	if again, err := w.MoveCycle(coordinator(t), req); err != nil || !proto.Equal(again, first) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	other := proto.CloneOf(req)
	other.Phase = self2
	_, err = w.MoveCycle(coordinator(t), other)
	wantFault(t, err, fault.RequestIDReused)
	stale := move("2024", self2)
	stale.Etag = "2"
	_, err = w.MoveCycle(coordinator(t), stale)
	wantFault(t, err, fault.StaleEtag)
	if got := w.lastAction(t); !strings.HasPrefix(got, `move-cycle {"id":"2024","from":{`) || !strings.Contains(got, `"phase":"APPRAISAL_1"`) {
		t.Errorf("the audit entry is %s", got)
	}
	w.intact(t)
}

// publish records a publication of a cycle that is in force.
func (w *world) publish(t *testing.T, id string, version int32) *catalogv1.Cycle {
	t.Helper()
	return w.record(t, &catalogv1.RecordPublicationRequest{Authority: "an-binh", Cycle: id, Version: version, InForce: true})
}

func (w *world) record(t *testing.T, req *catalogv1.RecordPublicationRequest) *catalogv1.Cycle {
	t.Helper()
	answer, err := w.RecordPublication(asService(t, "scoring"), req)
	if err != nil {
		t.Fatal(said(err))
	}
	return answer.GetCycle()
}

// The public reads the regulation of a cycle from its first publication on, and before
// that learns nothing of the cycle.
func TestGetPublishedRegulation(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2025")
	ask := &catalogv1.GetPublishedRegulationRequest{Authority: "an-binh", Cycle: "2025"}
	for w.cycle(t, "2025").GetPhase() != presented {
		w.moveOn(t, "2025")
	}
	if _, err := w.GetPublishedRegulation(t.Context(), ask); said(err) != "CYCLE_UNKNOWN cycle" {
		t.Errorf("before the publication: %s", said(err))
	}
	w.publish(t, "2025", 1)
	got, err := w.GetPublishedRegulation(t.Context(), ask)
	if err != nil || got.GetRegulation().GetId() != "2024" || len(got.GetRegulation().GetContent().GetCriteriaSets()) == 0 {
		t.Errorf("%v, %s", got, said(err))
	}
	for name, other := range map[string]*catalogv1.GetPublishedRegulationRequest{
		"an unknown cycle": {Authority: "an-binh", Cycle: "2023"}, "an unknown authority": {Authority: "nowhere", Cycle: "2025"},
	} {
		if _, err := w.GetPublishedRegulation(t.Context(), other); said(err) != "CYCLE_UNKNOWN cycle" {
			t.Errorf("%s: %s", name, said(err))
		}
	}
}

// TestRecordPublication makes a publication the floor of a cycle: it cannot be moved
// back behind it, and is not moved to PUBLISHED without one.
func TestRecordPublication(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	early := &catalogv1.RecordPublicationRequest{Authority: "an-binh", Cycle: "2024", Version: 1}
	if _, err := w.RecordPublication(asService(t, "scoring"), early); said(err) != "CYCLE_NOT_PRESENTED cycle" {
		t.Error(said(err))
	}
	for w.cycle(t, "2024").GetPhase() != presented {
		w.moveOn(t, "2024")
	}
	if _, err := w.MoveCycle(coordinator(t), move("2024", catalogv1.Phase_PHASE_PUBLISHED)); said(err) != "CYCLE_UNPUBLISHED phase" {
		t.Error(said(err))
	}
	if _, err := w.RecordPublication(coordinator(t), early); said(err) != "NOT_ALLOWED" {
		t.Errorf("by a person: %s", said(err))
	}
	first := w.record(t, early)
	if again := w.record(t, early); !proto.Equal(again, first) || first.GetPublicationVersion() != 1 || first.GetVersionInForce() != 0 {
		t.Errorf("recorded as %v, again as %v", first, again)
	}
	if _, err := w.MoveCycle(coordinator(t), move("2024", catalogv1.Phase_PHASE_PUBLISHED)); said(err) != "CYCLE_UNPUBLISHED phase" {
		t.Errorf("while the result is being published: %s", said(err))
	}
	back := &catalogv1.ReturnCycleRequest{
		Authority: "an-binh", Cycle: "2024", Reason: "Mở lại", Etag: first.GetEtag(), Phase: catalogv1.Phase_PHASE_APPRAISAL_COUNCIL,
	}
	if _, err := w.ReturnCycle(coordinator(t), back); said(err) != "CYCLE_PUBLISHED cycle" {
		t.Errorf("while the result is being published: %s", said(err))
	}
	first = w.publish(t, "2024", 1)
	if again := w.publish(t, "2024", 1); !proto.Equal(again, first) || first.GetVersionInForce() != 1 {
		t.Errorf("recorded as %v, again as %v", first, again)
	}
	back.Etag = first.GetEtag()
	if _, err := w.ReturnCycle(coordinator(t), back); said(err) != "CYCLE_PUBLISHED cycle" {
		t.Error(said(err))
	}
	if second := w.publish(t, "2024", 2); second.GetPublicationVersion() != 2 {
		t.Error(second)
	}
	if later := w.publish(t, "2024", 1); later.GetPublicationVersion() != 2 {
		t.Errorf("an older version was recorded over a newer one: %v", later)
	}
	if _, err := w.MoveCycle(coordinator(t), move("2024", catalogv1.Phase_PHASE_PUBLISHED)); err != nil {
		t.Error(said(err))
	}
	w.intact(t)
}

// moveOn moves a cycle to its next phase.
func (w *world) moveOn(t *testing.T, id string) {
	t.Helper()
	for p := w.cycle(t, id).GetPhase() + 1; p <= catalogv1.Phase_PHASE_ARCHIVED; p++ {
		switch _, err := w.MoveCycle(coordinator(t), move(id, p)); said(err) {
		case "<nil>":
			return
		case "PHASE_NOT_NEXT phase":
		default:
			t.Fatal(said(err))
		}
	}
}

// TestReturnCycle moves a cycle back with a reason, which the audit log keeps, and
// forward again.
func TestReturnCycle(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	for _, to := range []catalogv1.Phase{self1, appraisal1} {
		if _, err := w.MoveCycle(coordinator(t), move("2024", to)); err != nil {
			t.Fatal(said(err))
		}
	}
	req := &catalogv1.ReturnCycleRequest{
		Authority: "an-binh", Cycle: "2024", Reason: "Mở lại theo công văn 12/SNV", Etag: "3", RequestId: uuid.NewString(), Phase: self1,
	}
	tooFar := proto.CloneOf(req)
	tooFar.Phase, tooFar.RequestId = preparation, uuid.NewString()
	if _, err := w.ReturnCycle(coordinator(t), tooFar); said(err) != "PHASE_NOT_PREVIOUS phase" {
		t.Error(said(err))
	}
	back, err := w.ReturnCycle(coordinator(t), req)
	if err != nil || back.GetCycle().GetPhase() != self1 || back.GetCycle().GetEtag() != "4" || !back.GetDone() {
		t.Fatalf("%v %s", back, said(err))
	}
	if again, err := w.ReturnCycle(coordinator(t), req); err != nil || !proto.Equal(again, back) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	entries, err := audit.List(t.Context(), w.db.Pool, "catalog", "authorities/an-binh/catalog", 0, 1000)
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	if last := entries[len(entries)-1]; last.Action != "return-cycle" || last.Reason != req.GetReason() {
		t.Errorf("the audit entry: %s because %q", last.Action, last.Reason)
	}
	for want, change := range map[string]func(*catalogv1.ReturnCycleRequest){
		"PHASE_FINAL cycle":                func(r *catalogv1.ReturnCycleRequest) { r.Etag = "4" },
		"BAD_REQUEST\netag string.min_len": func(r *catalogv1.ReturnCycleRequest) { r.Etag = "" },
		"STALE_ETAG etag":                  func(*catalogv1.ReturnCycleRequest) {},
		"BAD_REQUEST\nreason TEXT_MISSING": func(r *catalogv1.ReturnCycleRequest) { r.Reason = " \u200b" },
		"CYCLE_UNKNOWN cycle":              func(r *catalogv1.ReturnCycleRequest) { r.Cycle = "2030" },
	} {
		other := proto.CloneOf(req)
		other.RequestId = uuid.NewString()
		change(other)
		if _, err := w.ReturnCycle(coordinator(t), other); said(err) != want {
			t.Errorf("%s, and not %s", said(err), want)
		}
	}
	if _, err := w.MoveCycle(coordinator(t), move("2024", appraisal1)); err != nil {
		t.Error(said(err))
	}
	w.intact(t)
}

// TestStates tries every rpc that changes something in every state of a
// regulation and of a cycle: testdata/states.txt is the table, kept by hand.
func TestStates(t *testing.T) {
	w := newWorld(t)
	var table strings.Builder
	w.regulationStates(t, &table)
	w.cycleStates(t, &table)
	data, err := os.ReadFile("testdata/states.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(data), "\n"), strings.Split(table.String(), "\n")); diff != "" {
		t.Errorf("(-table +found):\n%s", diff)
	}
}

func line(table *strings.Builder, what string, err error) {
	code := "ok"
	if f := fault.From(err); f != nil {
		code = f.Code
	}
	fmt.Fprintf(table, "  %-36s %s\n", what, code)
}

func (w *world) regulationStates(t *testing.T, table *strings.Builder) {
	t.Helper()
	w.load(t, "an-binh", anBinh(twoAgencies))
	ctx := coordinator(t)
	for _, state := range []string{"none", "draft", "issued", "superseded", "revoked"} {
		id := "is-" + state
		etag := "1"
		switch state {
		case "draft":
			w.draft(t, id, content(t, id))
		case "issued", "superseded", "revoked":
			etag = w.issue(t, id, content(t, id)).GetEtag()
		}
		switch state {
		case "superseded":
			next := content(t, "")
			next.Replaces = id
			w.issue(t, "next", next)
			etag = w.regulation(t, id).GetEtag()
		case "revoked":
			if _, err := w.RevokeRegulation(ctx, revoke(id)); err != nil {
				t.Fatal(err)
			}
			etag = w.regulation(t, id).GetEtag()
		}
		fmt.Fprintf(table, "regulation %s\n", state)
		_, err := w.GetRegulation(ctx, &catalogv1.GetRegulationRequest{Authority: "an-binh", Regulation: id})
		line(table, "GetRegulation", err)
		opening := createCycle("under-" + state)
		opening.Regulation = id
		_, err = w.CreateCycle(ctx, opening)
		line(table, "CreateCycle under it", err)
		replacing := content(t, "")
		replacing.Replaces = id
		_, err = w.CreateRegulation(ctx, &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: "replaces-" + state, Content: replacing})
		line(table, "CreateRegulation that replaces it", err)
		_, err = w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: "replaces-" + state, Etag: "1", ValidateOnly: true})
		line(table, "IssueRegulation that replaces it", err)
		_, err = w.ValidateRegulation(ctx, &catalogv1.ValidateRegulationRequest{Authority: "an-binh", Regulation: id})
		line(table, "ValidateRegulation", err)
		_, err = w.ExportRegulation(ctx, &catalogv1.ExportRegulationRequest{Authority: "an-binh", Regulation: id, Format: yamlFormat})
		line(table, "ExportRegulation", err)
		importing := importYAML("an-binh", id, example(t))
		importing.ValidateOnly = true
		_, err = w.ImportRegulation(ctx, importing)
		line(table, "ImportRegulation validate_only", err)
		_, err = w.UpdateRegulation(ctx, &catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: id, Etag: etag, Content: content(t, id)})
		line(table, "UpdateRegulation", err)
		_, err = w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: etag, ValidateOnly: true})
		line(table, "IssueRegulation validate_only", err)
		_, err = w.IssueRegulation(ctx, &catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: etag})
		line(table, "IssueRegulation", err)
		_, err = w.CreateRegulation(ctx, &catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: id, Content: content(t, id)})
		line(table, "CreateRegulation", err)
		_, err = w.RevokeRegulation(ctx, revoke(id))
		line(table, "RevokeRegulation then", err)
		_, err = w.LoadPack(ctx, &catalogv1.LoadPackRequest{Authority: "an-binh", Regulation: id, Pack: examplePack})
		line(table, "LoadPack then", err)
		_, err = w.ImportRegulation(ctx, importYAML("an-binh", id, example(t)))
		line(table, "ImportRegulation then", err)
	}
}

// cycleStates leads three cycles through their phases: two rounds and an
// appraisal council, one round and a council, two rounds without a council.
func (w *world) cycleStates(t *testing.T, table *strings.Builder) {
	t.Helper()
	ctx := coordinator(t)
	_, err := w.CreateCycle(ctx, createCycle("2023"))
	fmt.Fprintln(table, "cycle imported")
	line(table, "CreateCycle", err)
	_, err = w.MoveCycle(ctx, move("2023", self1))
	line(table, "MoveCycle", err)
	_, err = w.ScheduleWindow(ctx, &catalogv1.ScheduleWindowRequest{Authority: "an-binh", Cycle: "2023", Phase: self1})
	line(table, "ScheduleWindow", err)
	_, err = w.GetCycleMove(ctx, &catalogv1.GetCycleMoveRequest{Authority: "an-binh", Cycle: "2023"})
	line(table, "GetCycleMove", err)
	for _, shape := range []struct {
		id      string
		rounds  int32
		council bool
	}{{"two-rounds-council", 2, true}, {"one-round-council", 1, true}, {"one-round", 1, false}} {
		c := content(t, shape.id)
		c.Rounds, c.AppraisalCouncil = shape.rounds, shape.council
		w.issue(t, shape.id, c)
		opening := createCycle(shape.id)
		opening.Regulation = shape.id
		if _, err := w.CreateCycle(ctx, opening); err != nil {
			t.Fatal(said(err))
		}
		fmt.Fprintf(table, "cycle %s\n", shape.id)
		w.walk(t, table, shape.id)
	}
}

// walk moves a cycle through its phases to the end, each time to the first phase that
// can follow, and writes which moves and windows each phase accepts.
func (w *world) walk(t *testing.T, table *strings.Builder, id string) {
	t.Helper()
	ctx := coordinator(t)
	short := func(p catalogv1.Phase) string { return strings.TrimPrefix(p.String(), "PHASE_") }
	for {
		now := w.cycle(t, id).GetPhase()
		if now == presented {
			w.publish(t, id, 1)
		}
		var windows, next []string
		for p := preparation; p <= catalogv1.Phase_PHASE_ARCHIVED; p++ {
			_, err := w.ScheduleWindow(ctx, &catalogv1.ScheduleWindowRequest{
				Authority: "an-binh", Cycle: id, Phase: p, CloseTime: timestamppb.New(w.Clock.Now().Add(time.Hour)),
			})
			switch said(err) {
			case "<nil>":
				windows = append(windows, short(p))
			case "PHASE_PAST phase", "PHASE_WITHOUT_WINDOW phase":
			default:
				t.Errorf("%s in %s: scheduling %s: %s", id, now, p, said(err))
			}
			_, err = w.MoveCycle(ctx, move(id, p))
			switch said(err) {
			case "<nil>": // and back, so that the others are tried from the same phase
				next = append(next, short(p))
				if _, err := w.db.Pool.Exec(ctx, `update catalog.cycle set phase = $2 where id = $1`, id, short(now)); err != nil {
					t.Fatal(err)
				}
			case "PHASE_NOT_NEXT phase":
			default:
				t.Errorf("%s in %s: moving to %s: %s", id, now, p, said(err))
			}
		}
		fmt.Fprintf(table, "  %-18s windows [%s] moves to [%s]\n", short(now), strings.Join(windows, " "), strings.Join(next, " "))
		if len(next) == 0 {
			return
		}
		if _, err := w.MoveCycle(ctx, move(id, catalogv1.Phase(catalogv1.Phase_value["PHASE_"+next[0]]))); err != nil {
			t.Fatal(said(err))
		}
	}
}

// TestImportRunCycle checks which changes a catalog file can make to a run cycle.
func TestImportRunCycle(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	ctx := coordinator(t)
	if _, err := w.ScheduleWindow(ctx, &catalogv1.ScheduleWindowRequest{
		Authority: "an-binh", Cycle: "2024", Phase: self1, CloseTime: timestamppb.New(w.Clock.Now().Add(time.Hour)),
	}); err != nil {
		t.Fatal(said(err))
	}
	file := func(name, groups string) []byte {
		return anBinh("agencies:\n- {id: home, name: Sở Nội vụ}\n- {id: finance, name: Sở Tài chính}\n- {id: new, name: Sở mới}\n" +
			"cycles:\n- {id: \"2024\", name: " + name + ", year: 2024, origin: RUN, groups: [" + groups + "]}\n")
	}
	departments := `{id: departments, name: Tên khác, scored: [home, new]}`
	before := w.cycle(t, "2024")
	w.load(t, "an-binh", file("Tên mới", departments))
	after := w.cycle(t, "2024")
	if after.GetName() != "Tên mới" || after.GetRevision() <= before.GetRevision() || after.GetEtag() == before.GetEtag() {
		t.Errorf("renamed: %v", after)
	}
	after.Name, after.Revision, after.Etag = before.GetName(), before.GetRevision(), before.GetEtag()
	if diff := cmp.Diff(before, after, protocmp.Transform()); diff != "" {
		t.Errorf("the file changed more than name and agencies:\n%s", diff)
	}
	for want, content := range map[string][]byte{
		"cycles[0].groups[0] GROUP_UNKNOWN":  file("Tên mới", `{id: communes, name: Xã, scored: [new]}`),
		"cycles[0] GROUP_EMPTIED":            file("Tên mới", `{id: districts, name: Huyện, notScored: [{agency: finance, reason: Mới}]}`),
		"cycles[0].origin ORIGIN_FIXED":      []byte(strings.Replace(string(file("Tên mới", departments)), "RUN", "IMPORTED", 1)),
		"cycles[0].year YEAR_OUT_OF_RANGE":   []byte(strings.Replace(string(file("Tên mới", departments)), "year: 2024", "year: 204", 1)),
		"cycles[0].year VALUE_MISSING":       []byte(strings.Replace(string(file("Tên mới", departments)), "year: 2024, ", "", 1)),
		"cycles[0].origin REGULATION_NEEDED": []byte(strings.Replace(string(file("Tên mới", departments)), `"2024"`, `"2025"`, 1)),
	} {
		_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: content})
		if got := said(err); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	otherYear := []byte(strings.Replace(string(file("Tên mới", departments)), "year: 2024", "year: 2025", 1))
	w.load(t, "an-binh", otherYear)
	if c := w.cycle(t, "2024"); c.GetYear() != 2025 || c.GetRevision() <= before.GetRevision() {
		t.Errorf("another year in PREPARATION: %v", c)
	}
	w.load(t, "an-binh", file("Tên mới", departments))
	if _, err := w.MoveCycle(ctx, move("2024", self1)); err != nil {
		t.Fatal(said(err))
	}
	_, err := w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: otherYear})
	if got := said(err); !strings.Contains(got, "cycles[0].year YEAR_FIXED") {
		t.Errorf("another year in SELF_1: %s", got)
	}
	w.load(t, "an-binh", file("Tên nữa", departments))
	if c := w.cycle(t, "2024"); c.GetName() != "Tên nữa" || c.GetPhase() != self1 {
		t.Errorf("renamed in SELF_1: %v", c)
	}
	_, err = w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{
		Authority: "an-binh", Content: file("Tên nữa", `{id: districts, name: Huyện, scored: [new]}`),
	})
	if got := said(err); !strings.Contains(got, "MEMBERS_FIXED") {
		t.Errorf("an agency moved in SELF_1: %s", got)
	}
	for w.cycle(t, "2024").GetPhase() != presented {
		w.moveOn(t, "2024")
	}
	w.publish(t, "2024", 1)
	_, err = w.PublishGuidance(coordinator(t), publish("2024", letter("", "departments i.1.2")))
	if got := said(err); got != "GUIDANCE_TOO_LATE cycle" {
		t.Errorf("guidance for a published cycle: %s", got)
	}
	for w.cycle(t, "2024").GetPhase() != catalogv1.Phase_PHASE_ARCHIVED {
		w.moveOn(t, "2024")
	}
	closed := w.cycle(t, "2024")
	_, err = w.ImportCatalog(root(t), &catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: file("Tên lưu trữ", departments)})
	if got := said(err); !strings.Contains(got, "cycles[0] CYCLE_ARCHIVED") {
		t.Errorf("an archived cycle renamed: %s", got)
	}
	w.load(t, "an-binh", file("Tên nữa", departments))
	_, err = w.PublishGuidance(coordinator(t), publish("2024", letter("", "departments i.1.2")))
	if got := said(err); got != "CYCLE_ARCHIVED cycle" {
		t.Errorf("guidance for an archived cycle: %s", got)
	}
	if now := w.cycle(t, "2024"); !proto.Equal(now, closed) {
		t.Errorf("the archived cycle changed: %v", now)
	}
	w.intact(t)
}

// TestOtherAuthority checks that a regulation or cycle of another authority is
// answered like one that does not exist.
func TestOtherAuthority(t *testing.T) {
	w := newWorld(t)
	w.run(t, "2024")
	w.load(t, "soc-trang", socTrang(t))
	ctx := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"})
	for want, err := range map[string]error{
		"REGULATION_UNKNOWN regulation": w.call(ctx, "GetRegulation", &catalogv1.GetRegulationRequest{Authority: "soc-trang", Regulation: "2024"}),
		"REGULATION_UNKNOWN content.replaces": w.call(ctx, "CreateRegulation", &catalogv1.CreateRegulationRequest{
			Authority: "soc-trang", Regulation: "2025", Content: &catalogv1.RegulationContent{Title: "x", Rounds: 1, Replaces: "2024"},
		}),
		"CYCLE_UNKNOWN cycle": w.call(ctx, "MoveCycle", &catalogv1.MoveCycleRequest{Authority: "soc-trang", Cycle: "2024", Phase: self1}),
		"REGULATION_UNKNOWN regulation ": w.call(ctx, "CreateCycle", &catalogv1.CreateCycleRequest{
			Authority: "soc-trang", Cycle: "2024", Name: "x", Year: 2024, Regulation: "2024", Members: []*catalogv1.CycleMember{member("my-xuyen", "districts")},
		}),
	} {
		if got := said(err); got != strings.TrimSpace(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
