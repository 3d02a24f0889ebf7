package scoring_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// somebody returns a context whose calls are made by a new person with these roles.
func somebody(t *testing.T, roles ...authv1.Role) context.Context {
	t.Helper()
	p := auth.Principal{Kind: auth.Person, ID: newUUID()}
	for _, role := range roles {
		p.Bindings = append(p.Bindings, auth.Binding{Role: role, Authority: "soc-trang"})
	}
	return auth.With(t.Context(), p, "")
}

// proposals returns the actions on the proposals of soc-trang's 2023.
func (w *world) proposals(t *testing.T) string {
	t.Helper()
	const resource = "authorities/soc-trang/cycles/2023/history-proposal"
	records, err := audit.List(t.Context(), w.db, "scoring", resource, 0, 100)
	if err == nil {
		err = audit.Verify(t.Context(), w.db, "scoring", resource)
	}
	if err != nil {
		t.Fatal(err)
	}
	actions := make([]string, len(records))
	for i, r := range records {
		actions[i] = r.Action
	}
	return strings.Join(actions, " ")
}

// A file is published by another person than the one who proposed it (rule V0).
func TestTwoPeopleImport(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	_, err := w.ImportHistory(w.approver(t), req)
	wantFault(t, err, "HISTORY_NOT_PROPOSED")

	both := somebody(t, authv1.Role_ROLE_ADMINISTRATOR, authv1.Role_ROLE_APPROVER)
	if _, err := w.ProposeHistory(both, proposalOf(req)); err != nil {
		t.Fatal(err)
	}
	_, err = w.ImportHistory(both, req)
	wantFault(t, err, "SECOND_PERSON_NEEDED")
	_, err = w.ImportHistory(w.approver(t), importOf(append(printed2023(t), '\n'), ""))
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	_, err = w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2023"})
	wantFault(t, err, "PUBLICATION_UNKNOWN")

	// The proposal of a second person takes the place of the first.
	w.propose(t, req)
	if _, err := w.ImportHistory(both, req); err != nil {
		t.Fatal(err)
	}
	w.wantAudit(t, 1)
	if got := w.proposals(t); got != "propose-history propose-history" {
		t.Errorf("actions %q", got)
	}
}

// A proposal is good for one publication, of the cycle that it names.
func TestProposalIsUsedUp(t *testing.T) {
	w := newWorld(t, "")
	first, other := printed2023(t), append(printed2023(t), '\n')
	w.publish(t, first, "")
	w.publish(t, other, "Đính chính.")
	_, err := w.ImportHistory(w.approver(t), importOf(first, "Hủy đính chính."))
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	// The current file again is no publication, so nobody has to propose it.
	if answer, err := w.ImportHistory(w.approver(t), importOf(other, "")); err != nil || answer.GetPublishedCycle().GetPublication().GetVersion() != 2 {
		t.Errorf("the current file again: %v, %v", answer, err)
	}
	w.propose(t, importOf(first, "Hủy đính chính."))
	// The second person confirms the notice too, which everybody reads.
	_, err = w.ImportHistory(w.approver(t), importOf(first, "Lời khác."))
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	earlier := importOf(changed(t, first, `cycle: "2023"`, "cycle: 2022"), "")
	earlier.Cycle = "2022"
	_, err = w.ImportHistory(w.approver(t), earlier)
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	w.wantAudit(t, 2)
}

// The same proposal again changes nothing; that of another file takes its place.
func TestProposeAgain(t *testing.T) {
	w := newWorld(t, "")
	req, other := importOf(printed2023(t), ""), importOf(append(printed2023(t), '\n'), "")
	first := w.propose(t, req)
	p := first.GetProposal()
	if at := p.GetProposeTime().AsTime(); len(p.GetSha256()) != 64 || !at.Equal(w.Clock.Now().Truncate(time.Microsecond)) {
		t.Errorf("proposal %v", p)
	}
	would := first.GetPublishedCycle().GetPublication()
	if would.GetId() != "" || would.GetPublishTime() != nil || would.GetVersion() != 1 || would.GetSource().GetSha256() != p.GetSha256() {
		t.Errorf("it would become %v", would)
	}
	w.Clock.Add(time.Hour)
	if again := w.propose(t, req); !proto.Equal(again, first) {
		t.Errorf("again %v, want %v", again, first)
	}
	if second := w.propose(t, other).GetProposal(); second.GetSha256() == p.GetSha256() {
		t.Errorf("the other file has the hash of the first")
	}
	_, err := w.ImportHistory(w.approver(t), req)
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	if _, err := w.ImportHistory(w.approver(t), other); err != nil {
		t.Fatal(err)
	}
	if got := w.proposals(t); got != "propose-history propose-history" {
		t.Errorf("actions %q", got)
	}
	// Proposing what is published proposes nothing.
	published := w.propose(t, other)
	if published.GetProposal() != nil || published.GetPublishedCycle().GetPublication().GetId() == "" {
		t.Errorf("the published file is proposed: %v", published)
	}
}

// A request sent again gets its first answer, whatever has happened since.
func TestProposeRequestID(t *testing.T) {
	w := newWorld(t, "")
	req := proposalOf(importOf(printed2023(t), ""))
	req.RequestId = newUUID()
	first, err := w.ProposeHistory(w.coordinator(t), req)
	if err != nil {
		t.Fatal(err)
	}
	withdrawal := &scoringv1.WithdrawHistoryProposalRequest{Authority: "soc-trang", Cycle: "2023", Reason: "Sai số liệu.", RequestId: newUUID()}
	withdrawn, err := w.WithdrawHistoryProposal(w.coordinator(t), withdrawal)
	if err != nil || !proto.Equal(withdrawn.GetProposal(), first.GetProposal()) {
		t.Fatalf("withdrawn %v, %v", withdrawn, err)
	}
	w.Stop("catalog")
	if again, err := w.ProposeHistory(w.coordinator(t), req); err != nil || !proto.Equal(again, first) {
		t.Errorf("proposed again %v, %v", again, err)
	}
	if again, err := w.WithdrawHistoryProposal(w.coordinator(t), withdrawal); err != nil || !proto.Equal(again, withdrawn) {
		t.Errorf("withdrawn again %v, %v", again, err)
	}
	req.Notice = "Lý do khác."
	_, err = w.ProposeHistory(w.coordinator(t), req)
	wantFault(t, err, "REQUEST_ID_REUSED")
	if got := w.proposals(t); got != "propose-history withdraw-history-proposal" {
		t.Errorf("actions %q", got)
	}
}

// A proposal can be withdrawn by any coordinator or administrator, with a reason
// (rule Y7).
func TestWithdrawHistoryProposal(t *testing.T) {
	w := newWorld(t, "")
	req := importOf(printed2023(t), "")
	administrator := w.as(t, authv1.Role_ROLE_ADMINISTRATOR, "soc-trang")
	withdraw := func(ctx context.Context, reason string) error {
		_, err := w.WithdrawHistoryProposal(ctx, &scoringv1.WithdrawHistoryProposalRequest{Authority: "soc-trang", Cycle: "2023", Reason: reason})
		return err
	}
	wantFault(t, withdraw(administrator, "Sai kỳ."), "HISTORY_PROPOSAL_UNKNOWN")
	w.propose(t, req)
	wantFault(t, withdraw(administrator, " \u200b "), "BAD_REQUEST")
	if err := withdraw(administrator, "Sai số liệu."); err != nil {
		t.Fatal(err)
	}
	wantFault(t, withdraw(administrator, "Sai số liệu."), "HISTORY_PROPOSAL_UNKNOWN")
	_, err := w.ImportHistory(w.approver(t), req)
	wantFault(t, err, "HISTORY_NOT_PROPOSED")
	w.publish(t, printed2023(t), "")
	wantFault(t, withdraw(administrator, "Sai số liệu."), "HISTORY_PROPOSAL_UNKNOWN")
	if got := w.proposals(t); got != "propose-history withdraw-history-proposal propose-history" {
		t.Errorf("actions %q", got)
	}
}

// A proposal is checked as the import will be, and a failed one leaves the one before.
func TestProposeRefuses(t *testing.T) {
	w := newWorld(t, "")
	good := importOf(printed2023(t), "")
	w.propose(t, good)
	bad := changed(t, printed2023(t), "selfPoints: 51.34", "selfPoints: 51,34")
	for _, dry := range []bool{true, false} {
		refused := func(req *scoringv1.ImportHistoryRequest, want string) {
			t.Helper()
			proposal := proposalOf(req)
			proposal.ValidateOnly = dry
			_, err := w.ProposeHistory(w.coordinator(t), proposal)
			proposed := wantFault(t, err, want)
			if !dry {
				return
			}
			req.ValidateOnly = true
			_, err = w.ImportHistory(w.approver(t), req)
			if imported := wantFault(t, err, want); !slices.EqualFunc(imported, proposed, func(a, b fault.Violation) bool { return a.Field == b.Field && a.Code == b.Code }) {
				t.Errorf("the proposal lists %v, the import %v", proposed, imported)
			}
		}
		refused(importOf(bad, ""), "HISTORY_FILE_INVALID")
		refused(importOf(printed2023(t), "Đính chính."), "NOTICE_UNEXPECTED")
		for cycle, want := range map[string]string{"2022": "CYCLE_MISMATCH", "2024": "CYCLE_NOT_IMPORTED", "1999": "CYCLE_UNKNOWN"} {
			req := importOf(printed2023(t), "")
			req.Cycle = cycle
			refused(req, want)
		}
	}
	if _, err := w.ImportHistory(w.approver(t), good); err != nil {
		t.Fatal(err)
	}
	other := append(printed2023(t), '\n')
	_, err := w.ProposeHistory(w.coordinator(t), proposalOf(importOf(other, "")))
	wantFault(t, err, "HISTORY_EXISTS")
}

// A dry run of a proposal stores nothing.
func TestProposeValidateOnly(t *testing.T) {
	w := newWorld(t, "")
	req := proposalOf(importOf(printed2023(t), ""))
	req.ValidateOnly, req.RequestId = true, newUUID()
	answer, err := w.ProposeHistory(w.coordinator(t), req)
	if err != nil || answer.GetProposal() != nil || answer.GetPublishedCycle().GetPublication().GetVersion() != 1 || len(answer.GetNotices()) == 0 {
		t.Errorf("%v, %v", answer, err)
	}
	for _, table := range []string{"history_proposal", "audit_entry", "request"} {
		var n int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.`+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows in %s, %v", n, table, err)
		}
	}
}

func TestProposeRoles(t *testing.T) {
	w := newWorld(t, "")
	propose := proposalOf(importOf(printed2023(t), ""))
	withdraw := &scoringv1.WithdrawHistoryProposalRequest{Authority: "soc-trang", Cycle: "2023", Reason: "Sai số liệu."}
	for _, ctx := range []context.Context{
		w.approver(t), w.as(t, authv1.Role_ROLE_APPRAISER, "soc-trang"), w.as(t, authv1.Role_ROLE_COORDINATOR, "an-giang"),
	} {
		_, err := w.ProposeHistory(ctx, propose)
		wantFault(t, err, "NOT_ALLOWED")
		_, err = w.WithdrawHistoryProposal(ctx, withdraw)
		wantFault(t, err, "NOT_ALLOWED")
	}
	_, err := w.ProposeHistory(t.Context(), propose)
	wantFault(t, err, "TOKEN_MISSING")
}

// Proposals, withdrawals and imports at the same time publish at most what was proposed
// by another person, once.
func TestConcurrentProposals(t *testing.T) {
	w := newWorld(t, "")
	files := []*scoringv1.ImportHistoryRequest{importOf(printed2023(t), ""), importOf(append(printed2023(t), '\n'), "")}
	coordinator, both := w.coordinator(t), somebody(t, authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_APPROVER)
	allowed := map[string]bool{"": true, "HISTORY_EXISTS": true, "HISTORY_NOT_PROPOSED": true, "SECOND_PERSON_NEEDED": true, "HISTORY_PROPOSAL_UNKNOWN": true}
	errs := make([]error, 24)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			switch file := files[i%2]; i % 4 {
			case 0:
				_, errs[i] = w.ProposeHistory(coordinator, proposalOf(file))
			case 1:
				_, errs[i] = w.ProposeHistory(both, proposalOf(file))
			case 2:
				_, errs[i] = w.ImportHistory(both, file)
			default:
				_, errs[i] = w.WithdrawHistoryProposal(coordinator, &scoringv1.WithdrawHistoryProposalRequest{Authority: "soc-trang", Cycle: "2023", Reason: "Sai số liệu."})
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if !allowed[code(err)] {
			t.Errorf("call %d: %v", i, err)
		}
	}
	var published int
	must(t, w.db.QueryRow(t.Context(), `select count(*) from scoring.publication`).Scan(&published))
	w.wantAudit(t, published)
	if published > 1 {
		t.Errorf("%d publications", published)
	}
}
