package appraisal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/proto"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// publish publishes the next version of the cycle's guidance and waits until the service
// has read it.
func (w *world) publish(t *testing.T) {
	t.Helper()
	w.catalog.ChangeCycle(authority, year, func(m *catalogv1.Cycle) { m.GuidanceVersion++ })
	w.settle(t)
}

// cited returns the guidance versions that the verdicts of a round cite. In round 2 the
// version of round 1 follows in parentheses.
func (w *world) cited(t *testing.T, round int32) string {
	t.Helper()
	req := listing()
	req.Round = round
	var b strings.Builder
	for _, c := range must(w.ListCases(council(t), req)).GetCases() {
		fmt.Fprintf(&b, " %s:%d", c.GetItem(), c.GetVerdict().GetGuidanceVersion())
		if first := c.GetFirstVerdict(); first != nil {
			fmt.Fprintf(&b, "(%d)", first.GetGuidanceVersion())
		}
	}
	return strings.TrimSpace(b.String())
}

// outcome returns the outcome of finance for a round, and the versions that its items
// cite.
func (w *world) outcome(t *testing.T, round int32) (content, cites string) {
	t.Helper()
	o := must(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, Round: round})).GetOutcomes()[0]
	var b strings.Builder
	for _, i := range remade(t, o).GetItems() {
		fmt.Fprintf(&b, " %s:%d", i.GetItem(), i.GetGuidanceVersion())
	}
	return string(o.GetContent()), strings.TrimSpace(b.String())
}

// TestGuidanceInForce publishes guidance while verdicts are given. Each verdict cites the
// version that was in force when it was decided: in its case, in later rounds and in the
// outcomes (rule C12).
func TestGuidanceInForce(t *testing.T) {
	w := newWorld(t)
	w.assign(t, 11, "departments")
	ctx := appraiser(t, 11, "home")
	w.move(t, self1)
	w.assessment.submit(t, "finance", 1, full()...)
	w.move(t, appraisal1)
	w.received(t, 1, 1)

	w.agree(ctx, t, agreeing("finance", "i.1", 1, "0")) // before there is any
	w.publish(t)
	sent := agreeing("finance", "i.2", 1, "0")
	sent.RequestId = uuid.NewString()
	first := w.agree(ctx, t, sent)
	if got := first.GetVerdict().GetGuidanceVersion(); got != 1 {
		t.Errorf("a verdict under version 1 cites %d", got)
	}
	changed := disagreeing("finance", "i.3", 1, "0")
	changed.OverridePoints, changed.OverrideReason = "3", "Theo thanh tra"
	w.disagree(ctx, t, changed)
	w.publish(t)
	if again := w.agree(ctx, t, sent); !proto.Equal(again, first) {
		t.Errorf("sent again it is %v", again)
	}
	corrected := disagreeing("finance", "i.10", 1, "0")
	corrected.Input = met()
	if got := w.disagree(ctx, t, corrected).GetVerdict().GetGuidanceVersion(); got != 2 {
		t.Errorf("a verdict under version 2 cites %d", got)
	}
	if got := w.cited(t, 1); got != "i.1:0 i.2:1 i.3:1 i.10:2" {
		t.Errorf("round 1 cites %s", got)
	}
	changed.Etag = "1"
	w.disagree(ctx, t, changed)

	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	content, cites := w.outcome(t, 1)
	if cites != "i.1:0 i.2:1 i.3:2 i.10:2 i.4:0" {
		t.Errorf("the outcome of round 1 cites %s", cites)
	}
	for _, part := range []string{
		`"input":{"option":"late"},"open":true,"decidedBy":"home","guidanceVersion":0},{"item":"i.2"`,
		`"open":true,"decidedBy":"home","guidanceVersion":1},{"item":"i.3"`,
	} {
		if !strings.Contains(content, part) {
			t.Errorf("no %s in\n%s", part, content)
		}
	}

	w.move(t, self2)
	w.publish(t)
	entries := full()
	entries[3].NotCounted, entries[3].Justification, entries[3].Evidence = "NO_EVIDENCE", "", nil
	w.assessment.submit(t, "finance", 2, entries[1], entries[3])
	w.move(t, appraisal2)
	w.received(t, 2, 1)
	w.agree(ctx, t, agreeing("finance", "i.2", 2, "0"))
	if got := w.cited(t, 2); got != "i.2:3(1) i.10:0(2)" {
		t.Errorf("round 2 cites %s", got)
	}
	req = approving(2)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	if _, cites := w.outcome(t, 2); cites != "i.1:0 i.2:3 i.3:2 i.10:2 i.4:0" {
		t.Errorf("the outcome of round 2 cites %s", cites)
	}
	if now, _ := w.outcome(t, 1); now != content {
		t.Errorf("the outcome of round 1 was\n%s\nand is\n%s", content, now)
	}
	until(t, func() bool { return w.gauge(t, "parindex_outcomes_undelivered") == 0 })
	w.audited(t)
	w.intact(t)
}

// audited checks the version that each verdict cites in the audit log, in order, and that
// the database refuses a negative version.
func (w *world) audited(t *testing.T) {
	t.Helper()
	rows, _ := w.db.Pool.Query(t.Context(), `
		select concat(change ->> 'item', ':', change -> 'from' ->> 'guidanceVersion', '>', change -> 'to' ->> 'guidanceVersion')
		from appraisal.audit_entry where action = 'give-verdict' order by sequence`)
	entries, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if got := strings.Join(entries, " "); err != nil || got != "i.1:>0 i.2:>1 i.3:>1 i.10:>2 i.3:1>2 i.2:>3" {
		t.Errorf("the audit log says %s, %v", got, err)
	}
	_, err = w.db.Pool.Exec(t.Context(), `update appraisal.verdict set guidance_version = -1`)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != "verdict_guidance_version_counts" {
		t.Errorf("a version below 0: %v", err)
	}
}
