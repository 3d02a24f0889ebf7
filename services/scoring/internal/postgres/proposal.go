package postgres

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// Proposed is the answer to a proposal of a history file.
type Proposed struct {
	// Cycle is what would be published, without id and file; the current publication if it
	// has the proposed file.
	Cycle scoring.PublishedCycle
	// Proposal is none if the current publication has the proposed file.
	Proposal scoring.HistoryProposal
}

// Propose stores the proposal of the history file p in place of the one before, in one
// transaction with its audit entry. It changes nothing for a file that the same principal
// has proposed, and for that of the current publication. Proposals and publications of
// one cycle are made one after the other.
//
// It fails with scoring.HistoryExists, scoring.NoticeUnexpected and the errors of
// pg.Once.
func (s *Store) Propose(ctx context.Context, p Publishing) (Proposed, error) {
	answer, err := pg.OnceInTx(ctx, s.db, Schema, p.Request, func(tx pgx.Tx) (Proposed, error) { return propose(ctx, tx, p) })
	if err != nil {
		return answer, problem(fmt.Errorf("proposing a history of cycle %s of %s: %w", p.Publication.Cycle, p.Publication.Authority, err))
	}
	return answer, nil
}

// RememberedProposal returns the first response of Propose to a request, and whether
// there is one. It returns the errors of pg.Once.
func (s *Store) RememberedProposal(ctx context.Context, r pg.Request) (Proposed, bool, error) {
	answer, known, err := pg.Remembered[Proposed](ctx, s.db, Schema, r)
	if err != nil {
		return answer, false, problem(fmt.Errorf("looking up request %s: %w", r.ID, err))
	}
	return answer, known, nil
}

func propose(ctx context.Context, tx pgx.Tx, p Publishing) (answer Proposed, err error) {
	authority, cycle, sum := p.Publication.Authority, p.Publication.Cycle, p.Results.Source.SHA256
	current, err := lockCurrent(ctx, tx, authority, cycle)
	if err != nil {
		return answer, err
	}
	version, again, err := scoring.Succeed(current, sum, p.Publication.Notice)
	if err != nil {
		return answer, err
	}
	if again {
		answer.Cycle, err = publishedCycle(ctx, tx, current.ID)
		return answer, err
	}
	p.Publication.Version = version
	if _, err := p.Render(p.Publication); err != nil {
		return answer, err
	}
	answer.Cycle = p.Would(version)
	answer.Proposal, err = proposal(ctx, tx, authority, cycle)
	if err != nil || answer.Proposal.Proposes(sum, p.Publication.Notice, p.Request.Principal) {
		return answer, err
	}
	before := answer.Proposal
	answer.Proposal = scoring.HistoryProposal{SHA256: sum, Notice: p.Publication.Notice, By: p.Request.Principal, Time: p.Publication.PublishTime}
	if err := setProposal(ctx, tx, authority, cycle, answer.Proposal); err != nil {
		return answer, err
	}
	by := pg.Attempt{Request: p.Request, At: p.Publication.PublishTime}
	return answer, recordProposal(ctx, tx, by, "propose-history", p.Publication.Notice, authority, cycle, before, answer.Proposal)
}

// WithdrawProposal deletes the proposal of a cycle, in one transaction with its audit
// entry, and returns it. It fails with scoring.HistoryProposalUnknown and the errors of
// pg.Once.
func (s *Store) WithdrawProposal(ctx context.Context, by pg.Attempt, authority, cycle, reason string) (scoring.HistoryProposal, error) {
	withdrawn, err := pg.OnceInTx(ctx, s.db, Schema, by.Request, func(tx pgx.Tx) (p scoring.HistoryProposal, err error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return p, err
		}
		if p, err = proposal(ctx, tx, authority, cycle); err != nil {
			return p, err
		}
		if !p.Made() {
			return p, scoring.HistoryProposalUnknown.At("cycle")
		}
		if err := deleteProposal(ctx, tx, authority, cycle); err != nil {
			return p, err
		}
		return p, recordProposal(ctx, tx, by, "withdraw-history-proposal", reason, authority, cycle, p, scoring.HistoryProposal{})
	})
	if err != nil {
		return withdrawn, problem(fmt.Errorf("withdrawing the proposal of cycle %s of %s: %w", cycle, authority, err))
	}
	return withdrawn, nil
}

// proposal returns the proposal of a cycle; the zero one if there is none. The authority
// MUST be locked.
func proposal(ctx context.Context, tx pgx.Tx, authority, cycle string) (p scoring.HistoryProposal, err error) {
	rows, _ := tx.Query(ctx, `
		select sha256, notice, proposed_by, propose_time from scoring.history_proposal
		where authority = $1 and cycle = $2`, authority, cycle)
	_, err = pgx.ForEachRow(rows, []any{&p.SHA256, &p.Notice, &p.By, &p.Time}, func() error { return nil })
	p.Time = p.Time.UTC()
	return p, err
}

func setProposal(ctx context.Context, tx pgx.Tx, authority, cycle string, p scoring.HistoryProposal) error {
	_, err := tx.Exec(ctx, `
		insert into scoring.history_proposal (authority, cycle, sha256, notice, proposed_by, propose_time) values ($1, $2, $3, $4, $5, $6)
		on conflict on constraint history_proposal_pkey do update
		set sha256 = excluded.sha256, notice = excluded.notice, proposed_by = excluded.proposed_by, propose_time = excluded.propose_time`,
		authority, cycle, p.SHA256, p.Notice, p.By, p.Time)
	return err
}

func deleteProposal(ctx context.Context, tx pgx.Tx, authority, cycle string) error {
	_, err := tx.Exec(ctx, `delete from scoring.history_proposal where authority = $1 and cycle = $2`, authority, cycle)
	return err
}

// recordProposal appends the audit entry of a changed proposal: ids and hashes only.
func recordProposal(
	ctx context.Context, tx pgx.Tx, by pg.Attempt, action, reason, authority, cycle string, from, to scoring.HistoryProposal,
) error {
	type side struct {
		Source string `json:"source_sha256"`
		By     string `json:"proposed_by"`
	}
	toSide := func(p scoring.HistoryProposal) *side {
		if !p.Made() {
			return nil
		}
		return &side{hex.EncodeToString(p.SHA256), p.By}
	}
	change := struct {
		From *side `json:"from"`
		To   *side `json:"to"`
	}{toSide(from), toSide(to)}
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + authority + "/cycles/" + cycle + "/history-proposal",
		Principal: by.Principal, Action: action, Change: change, Reason: reason, At: by.At,
	})
}
