package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Round returns the state of a round.
func (s *Store) Round(ctx context.Context, c *cycle.Cycle, round int) (r appraisal.Round, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		r, err = readRound(ctx, tx, c, round)
		return err
	})
	return r, named(err)
}

func readRound(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) (appraisal.Round, error) {
	r := appraisal.Round{Authority: c.Authority, Cycle: c.ID, Round: round}
	approval, err := lastApproval(ctx, tx, c, round)
	if err != nil {
		return r, err
	}
	if r.Recorded, err = recordedDecision(ctx, tx, c, round); err != nil {
		return r, err
	}
	err = tx.QueryRow(ctx, `
		select
			counted.cases, counted.undecided,
			(select count(distinct agency) from appraisal.outcome where authority = $1 and cycle = $2 and round = $3),
			(select count(*) from appraisal.outcome where authority = $1 and cycle = $2 and round = $3 and receive_time is null),
			array(select id from unnest($4::text[]) as scored(id) where not exists (
				select from appraisal.seal
				where authority = $1 and cycle = $2 and round = $3 and agency = scored.id and not late and unseal_time is null) order by id collate "C"),
			array(select distinct agency from appraisal.seal where authority = $1 and cycle = $2 and round = $3 and late order by agency)
		from (
			select count(*) as cases, count(*) filter (where `+caseUndecided+` and not exists (
				select from appraisal.override o
				where o.authority = c.authority and o.cycle = c.cycle and o.round = c.round and o.agency = c.agency and o.item = c.item)) as undecided
			from `+caseTables+` where c.authority = $1 and c.cycle = $2 and c.round = $3 and c.agency = any($4)
		) as counted`,
		c.Authority, c.ID, round, append([]string{}, appraisal.Scored(c)...)).
		Scan(&r.Cases, &r.Undecided, &r.Outcomes, &r.Undelivered, &r.NotSubmitted, &r.Late)
	if err != nil {
		return r, fmt.Errorf("reading round %d of %s/%s: %w", round, c.Authority, c.ID, err)
	}
	r.DecisionNumber, r.ApproveTime, r.Reopening = approval.DecisionNumber, approval.ApproveTime, approval.Reopening
	r.Approved = approval.Number > 0 && approval.Reopening == nil
	r.Agencies = len(appraisal.Scored(c))
	r.Submitted = r.Agencies - len(r.NotSubmitted)
	return r, nil
}

// RoundIsApproved reports whether a round has been approved, even if it is reopened.
func (s *Store) RoundIsApproved(ctx context.Context, c *cycle.Cycle, round int) (bool, error) {
	a, err := lastApproval(ctx, s.db, c, round)
	return a.Number > 0, named(err)
}

// approvalState is the last approval of a round, with Number 0 before the first, and its
// reopening, nil for none.
type approvalState struct {
	Number         int
	DecisionNumber string
	ApproveTime    time.Time
	Reopening      *appraisal.Reopening
}

func lastApproval(ctx context.Context, db pg.Querier, c *cycle.Cycle, round int) (approvalState, error) {
	rows, _ := db.Query(ctx, `
		select a.number, a.decision_number, a.approve_time, r.document_number, r.reason, r.cases, r.open_time
		from appraisal.approval a
		left join appraisal.reopening r on r.authority = a.authority and r.cycle = a.cycle and r.round = a.round and r.approval = a.number
		where a.authority = $1 and a.cycle = $2 and a.round = $3
		order by a.number desc limit 1`, c.Authority, c.ID, round)
	a, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (a approvalState, err error) {
		var document, reason *string
		var cases []appraisal.AgencyItem
		var opened *time.Time
		if err := row.Scan(&a.Number, &a.DecisionNumber, &a.ApproveTime, &document, &reason, &cases, &opened); err != nil {
			return a, err
		}
		a.ApproveTime = a.ApproveTime.UTC()
		if opened != nil {
			a.Reopening = &appraisal.Reopening{
				Authority: c.Authority, Cycle: c.ID, Round: round, DocumentNumber: *document, Reason: *reason, Cases: cases, OpenTime: opened.UTC(),
			}
		}
		return a, nil
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return approvalState{}, nil
	}
	return a, err
}

// checkUnapproved fails with RoundApproved if the round has been approved: in a reopened
// round the deciding body alone decides.
func checkUnapproved(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) error {
	a, err := lastApproval(ctx, tx, c, round)
	if err == nil && a.Number > 0 {
		err = appraisal.RoundApproved.At("round")
	}
	return err
}

// checkReducible fails with RoundApproved if the last round is approved and not reopened,
// and with CaseNotReopened at a field if its reopening names other items.
func checkReducible(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, r appraisal.Reduction, field string) error {
	switch a, err := lastApproval(ctx, tx, c, c.Rounds); {
	case err != nil:
		return err
	case a.Number > 0 && a.Reopening == nil:
		return appraisal.RoundApproved.At("round")
	case a.Number > 0 && !a.Reopening.Covers(appraisal.AgencyItem{Agency: r.Agency, Item: r.Item}):
		return appraisal.CaseNotReopened.At(field)
	}
	return nil
}

// guardReduction is window.GuardSpan for the phases in which reductions are proposed,
// decided and withdrawn.
func (s *Store) guardReduction(ctx context.Context, tx pgx.Tx, c *cycle.Cycle) error {
	first, last := appraisal.Reducible(c)
	return s.windows.GuardSpan(ctx, tx, c.Authority, c.ID, first, last)
}

// RecordDecision records the decision that approves a round, in place of one recorded
// before, on the dossier as it is, in one transaction with its audit entry. A repeated
// attempt gets the first answer. It fails as window.GuardSpanAlone and
// Reopening.CheckOwn do, and with RoundApproved.
func (s *Store) RecordDecision(ctx context.Context, by pg.Attempt, caller appraisal.Appraiser, c *cycle.Cycle, round int, number string) (appraisal.Round, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (r appraisal.Round, err error) {
		d, err := s.dossier(ctx, tx, c, round)
		if err != nil {
			return r, err
		}
		if slices.Contains(d.Approved, round) {
			return r, appraisal.RoundApproved.At("round")
		}
		if err := d.Reopening.CheckOwn(c, caller); err != nil {
			return r, err
		}
		sum, err := d.SHA256()
		if err != nil {
			return r, err
		}
		_, err = tx.Exec(ctx, `
			insert into appraisal.round_decision (authority, cycle, round, decision_number, recorded_by, record_time, dossier_sha256)
			values ($1, $2, $3, $4, $5, $6, $7)
			on conflict on constraint round_decision_pkey do update
			set decision_number = excluded.decision_number, recorded_by = excluded.recorded_by, record_time = excluded.record_time,
				dossier_sha256 = excluded.dossier_sha256`,
			c.Authority, c.ID, round, number, by.Principal, by.At, sum)
		if err != nil {
			return r, err
		}
		if err := record(ctx, tx, by, c.Authority, c.ID, chainRounds, "record-decision", map[string]any{"round": round, "decisionNumber": number}); err != nil {
			return r, err
		}
		return readRound(ctx, tx, c, round)
	})
}

// recordedDecision returns the decision recorded for a round; without a number if
// there is none.
func recordedDecision(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) (d appraisal.RecordedDecision, err error) {
	err = tx.QueryRow(ctx, `
		select decision_number, recorded_by, record_time, dossier_sha256 from appraisal.round_decision
		where authority = $1 and cycle = $2 and round = $3`, c.Authority, c.ID, round).Scan(&d.Number, &d.By, &d.Time, &d.SHA256)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return d, fmt.Errorf("reading the recorded decision on round %d of %s/%s: %w", round, c.Authority, c.ID, err)
	}
	d.Time = d.Time.UTC()
	return d, nil
}

// Approval is the approval of a round, as it is requested.
type Approval struct {
	Cycle              *cycle.Cycle
	Round              int
	DecisionNumber     string
	AcceptNotSubmitted bool
	// By is who approves.
	By appraisal.Appraiser
}

// Approved returns the answer that ApproveRound has already given to an attempt, and
// whether there is one.
func (s *Store) Approved(ctx context.Context, by pg.Attempt) (appraisal.Round, bool, error) {
	r, known, err := pg.Remembered[appraisal.Round](ctx, s.db, Schema, by.Request)
	return r, known, named(err)
}

// ApproveRound approves a round and seals its outcomes, in one transaction with its
// audit entry. No verdict, seal or reduction of the cycle is written at the same
// time. A repeated attempt gets the first answer. It fails as window.GuardSpanAlone,
// Reopening.CheckOwn, Dossier.Check and RecordedDecision.Confirm do.
func (s *Store) ApproveRound(ctx context.Context, by pg.Attempt, a Approval) (appraisal.Round, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (r appraisal.Round, err error) {
		d, err := s.approvable(ctx, tx, a)
		if err != nil {
			return r, err
		}
		sum, err := d.SHA256()
		if err != nil {
			return r, err
		}
		recorded, err := recordedDecision(ctx, tx, a.Cycle, a.Round)
		if err != nil {
			return r, err
		}
		if err := recorded.Confirm(a.DecisionNumber, sum, by.Principal); err != nil {
			return r, err
		}
		outcomes, err := d.Outcomes(a.DecisionNumber, by.At)
		if err != nil {
			return r, err
		}
		if err := s.approve(ctx, tx, by, a, outcomes); err != nil {
			return r, err
		}
		// A reopened round needs a decision of its own.
		_, err = tx.Exec(ctx, `delete from appraisal.round_decision where authority = $1 and cycle = $2 and round = $3`,
			a.Cycle.Authority, a.Cycle.ID, a.Round)
		if err != nil {
			return r, err
		}
		return readRound(ctx, tx, a.Cycle, a.Round)
	})
}

// CheckApproval checks what ApproveRound checks and stores nothing.
func (s *Store) CheckApproval(ctx context.Context, a Approval) (r appraisal.Round, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := s.approvable(ctx, tx, a); err != nil {
			return err
		}
		r, err = readRound(ctx, tx, a.Cycle, a.Round)
		return err
	})
	return r, named(err)
}

// approvable returns the dossier of a round, checked. It fails as Reopening.CheckOwn and
// Dossier.Check do.
func (s *Store) approvable(ctx context.Context, tx pgx.Tx, a Approval) (appraisal.Dossier, error) {
	d, err := s.dossier(ctx, tx, a.Cycle, a.Round)
	if err != nil {
		return d, err
	}
	if err := d.Reopening.CheckOwn(a.Cycle, a.By); err != nil {
		return d, err
	}
	return d, d.Check(a.AcceptNotSubmitted)
}

// dossier waits until no other write of the cycle is in progress, and returns what
// the approval of a round depends on.
func (s *Store) dossier(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, of int) (d appraisal.Dossier, err error) {
	first, last := appraisal.Approvable(c, of)
	if err := s.windows.GuardSpanAlone(ctx, tx, c.Authority, c.ID, first, last); err != nil {
		return d, err
	}
	d = appraisal.Dossier{Cycle: c, Round: of}
	for round := 1; round <= c.Rounds; round++ {
		switch last, err := lastApproval(ctx, tx, c, round); {
		case err != nil:
			return d, err
		case last.Number > 0 && last.Reopening == nil:
			d.Approved = append(d.Approved, round)
		case round == of:
			d.Reopening = last.Reopening
		}
	}
	if d.Seals, err = heads(ctx, tx, c.Authority, c.ID, of); err != nil {
		return d, err
	}
	rows, _ := tx.Query(ctx, `
		select `+caseColumns+` from `+caseTables+`
		where c.authority = $1 and c.cycle = $2 and c.round = $3
		order by c.agency, c.position`, c.Authority, c.ID, of)
	if d.Cases, err = pgx.CollectRows(rows, scanCase); err != nil {
		return d, err
	}
	if d.Reductions, err = unrejected(ctx, tx, c.Authority, c.ID); err != nil {
		return d, err
	}
	if d.Overrides, err = overrides(ctx, tx, c.Authority, c.ID, of, appraisal.AgencyItem{}, everyOverride); err != nil {
		return d, err
	}
	if d.Before, err = contents(ctx, tx, c, of-1); err != nil {
		return d, err
	}
	d.Sealed, err = contents(ctx, tx, c, of)
	return d, err
}

// contents returns the contents of the present outcomes of a round, by agency.
func contents(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) (map[string]sealed.Outcome, error) {
	rows, _ := tx.Query(ctx, `
		select distinct on (agency) content from appraisal.outcome
		where authority = $1 and cycle = $2 and round = $3
		order by agency, version desc`, c.Authority, c.ID, round)
	all := map[string]sealed.Outcome{}
	var text []byte
	_, err := pgx.ForEachRow(rows, []any{&text}, func() error {
		content, err := sealed.Read[sealed.Outcome](text)
		if err != nil {
			return err
		}
		all[content.Agency] = content
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the outcomes of round %d of %s/%s: %w", round, c.Authority, c.ID, err)
	}
	return all, nil
}

func (s *Store) approve(ctx context.Context, tx pgx.Tx, by pg.Attempt, a Approval, outcomes []appraisal.Outcome) error {
	var number int
	err := tx.QueryRow(ctx, `
		insert into appraisal.approval (authority, cycle, round, number, decision_number, approve_time)
		select $1, $2, $3, 1 + coalesce(max(number), 0), $4, $5
		from appraisal.approval where authority = $1 and cycle = $2 and round = $3
		returning number`,
		a.Cycle.Authority, a.Cycle.ID, a.Round, a.DecisionNumber, by.At).Scan(&number)
	if err != nil {
		return err
	}
	var batch pgx.Batch
	hashes := map[string]string{}
	for _, o := range outcomes {
		hashes[o.Agency] = o.SHA256
		batch.Queue(`
			insert into appraisal.outcome (authority, cycle, agency, round, version, approval, content, sha256, seal_time)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			o.Authority, o.Cycle, o.Agency, o.Round, o.Version, number, o.Content, o.SHA256, o.SealTime)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	return record(ctx, tx, by, a.Cycle.Authority, a.Cycle.ID, chainRounds, "approve-round", map[string]any{
		"round": a.Round, "approval": number, "decisionNumber": a.DecisionNumber, "outcomes": hashes,
	})
}

const outcomeColumns = `authority, cycle, agency, round, version, content, sha256, seal_time, receive_time`

func scanOutcome(row pgx.CollectableRow) (o appraisal.Outcome, err error) {
	var received *time.Time
	err = row.Scan(&o.Authority, &o.Cycle, &o.Agency, &o.Round, &o.Version, &o.Content, &o.SHA256, &o.SealTime, &received)
	o.SealTime, o.ReceiveTime = o.SealTime.UTC(), pg.Instant(received)
	return o, err
}

// LastApproved returns the last approved round of a cycle; 0 if there is none. It fails
// with RoundReopened while that round is reopened.
func (s *Store) LastApproved(ctx context.Context, authority, cycle string) (round int, err error) {
	var reopened bool
	err = s.db.QueryRow(ctx, `
		select coalesce(max(a.round), 0), coalesce(bool_or(r.approval is not null), false)
		from (
			select round, max(number) as number from appraisal.approval
			where authority = $1 and cycle = $2
			group by round order by round desc limit 1
		) a
		left join appraisal.reopening r on r.authority = $1 and r.cycle = $2 and r.round = a.round and r.approval = a.number`,
		authority, cycle).Scan(&round, &reopened)
	if err == nil && reopened {
		err = appraisal.RoundReopened.At("round")
	}
	return round, named(err)
}

// Outcomes returns up to limit present outcomes of a round by agency, after the given
// agency. It ends with the first outcome after those whose contents have size bytes
// together.
func (s *Store) Outcomes(ctx context.Context, authority, cycle string, round int, after string, limit int32, size int) ([]appraisal.Outcome, error) {
	rows, _ := s.db.Query(ctx, `
		select `+outcomeColumns+` from (
			select `+outcomeColumns+`,
				sum(octet_length(content)) over (order by agency rows between unbounded preceding and 2 preceding) as earlier
			from (
				select distinct on (agency) `+outcomeColumns+` from appraisal.outcome
				where authority = $1 and cycle = $2 and round = $3 and agency > $4
				order by agency, version desc limit $5) present
			order by agency) o
		where earlier is null or earlier < $6
		order by agency`, authority, cycle, round, after, limit, size)
	list, err := pgx.CollectRows(rows, scanOutcome)
	if err != nil {
		return nil, named(fmt.Errorf("listing the outcomes of %s/%s: %w", authority, cycle, err))
	}
	return list, nil
}

// Undelivered returns the oldest outcome that assessment has not taken, after
// skipping the given number of them; found is false if there is none. It returns one
// at a time because an outcome may be large.
func (s *Store) Undelivered(ctx context.Context, skip int) (o appraisal.Outcome, found bool, err error) {
	rows, _ := s.db.Query(ctx, `
		select `+outcomeColumns+` from appraisal.outcome
		where receive_time is null
		order by seal_time, authority, cycle, round, agency, version offset $1 limit 1`, skip)
	o, err = pgx.CollectExactlyOneRow(rows, scanOutcome)
	if errors.Is(err, pgx.ErrNoRows) {
		return o, false, nil
	}
	if err != nil {
		return o, false, named(fmt.Errorf("reading an undelivered outcome: %w", err))
	}
	return o, true, nil
}

// CountUndelivered returns how many outcomes assessment has not taken.
func (s *Store) CountUndelivered(ctx context.Context) (n int, err error) {
	err = s.db.QueryRow(ctx, `select count(*) from appraisal.outcome where receive_time is null`).Scan(&n)
	return n, named(err)
}

// Delivered records when assessment took an outcome, in one transaction with its
// audit entry. It changes nothing if that is recorded already.
func (s *Store) Delivered(ctx context.Context, by pg.Attempt, o appraisal.Outcome, at time.Time) error {
	_, err := once(ctx, s, by, func(tx pgx.Tx) (struct{}, error) {
		tag, err := tx.Exec(ctx, `
			update appraisal.outcome set receive_time = $6
			where authority = $1 and cycle = $2 and agency = $3 and round = $4 and version = $5 and receive_time is null`,
			o.Authority, o.Cycle, o.Agency, o.Round, o.Version, at)
		if err != nil || tag.RowsAffected() == 0 {
			return struct{}{}, err
		}
		return struct{}{}, record(ctx, tx, by, o.Authority, o.Cycle, chainOfAgency(o.Agency), "deliver-outcome",
			map[string]any{"round": o.Round, "version": o.Version, "sha256": o.SHA256})
	})
	if err != nil {
		return fmt.Errorf("recording the receipt of the outcome of %s/%s/%s: %w", o.Authority, o.Cycle, o.Agency, err)
	}
	return nil
}
