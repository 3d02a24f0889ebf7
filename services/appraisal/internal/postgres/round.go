package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
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
	var approved *time.Time
	var err error
	if r.Recorded, err = recordedDecision(ctx, tx, c, round); err != nil {
		return r, err
	}
	err = tx.QueryRow(ctx, `
		select
			(select approve_time from appraisal.approval where authority = $1 and cycle = $2 and round = $3),
			coalesce((select decision_number from appraisal.approval where authority = $1 and cycle = $2 and round = $3), ''),
			counted.cases, counted.undecided,
			(select count(*) from appraisal.outcome where authority = $1 and cycle = $2 and round = $3),
			(select count(*) from appraisal.outcome where authority = $1 and cycle = $2 and round = $3 and receive_time is null),
			array(select id from unnest($4::text[]) as scored(id) where not exists (
				select from appraisal.seal
				where authority = $1 and cycle = $2 and round = $3 and agency = scored.id and not late) order by id collate "C"),
			array(select agency from appraisal.seal where authority = $1 and cycle = $2 and round = $3 and late order by agency)
		from (
			select count(*) as cases, count(*) filter (where v.version is null and c.not_counted = '') as undecided
			from `+caseTables+` where c.authority = $1 and c.cycle = $2 and c.round = $3
		) as counted`,
		c.Authority, c.ID, round, append([]string{}, appraisal.Scored(c)...)).
		Scan(&approved, &r.DecisionNumber, &r.Cases, &r.Undecided, &r.Outcomes, &r.Undelivered, &r.NotSubmitted, &r.Late)
	if err != nil {
		return r, fmt.Errorf("reading round %d of %s/%s: %w", round, c.Authority, c.ID, err)
	}
	r.Approved, r.ApproveTime = approved != nil, pg.Instant(approved)
	r.Agencies = len(appraisal.Scored(c))
	r.Submitted = r.Agencies - len(r.NotSubmitted)
	return r, nil
}

// RoundIsApproved reports whether a round is approved.
func (s *Store) RoundIsApproved(ctx context.Context, c *cycle.Cycle, round int) (bool, error) {
	approved, err := isApproved(ctx, s.db, c, round)
	return approved, named(err)
}

func isApproved(ctx context.Context, db pg.Querier, c *cycle.Cycle, round int) (bool, error) {
	rows, _ := db.Query(ctx, `
		select exists (select from appraisal.approval where authority = $1 and cycle = $2 and round = $3)`,
		c.Authority, c.ID, round)
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[bool])
}

// checkUnapproved fails with RoundApproved if the round is approved.
func checkUnapproved(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) error {
	approved, err := isApproved(ctx, tx, c, round)
	if err == nil && approved {
		err = appraisal.RoundApproved.At("round")
	}
	return err
}

// RecordDecision records the decision that approves a round, in place of one recorded
// before, in one transaction with its audit entry. A repeated attempt gets the first
// answer. It fails as window.GuardSpan does, and with RoundApproved.
func (s *Store) RecordDecision(ctx context.Context, by pg.Attempt, c *cycle.Cycle, round int, number string) (appraisal.Round, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (r appraisal.Round, err error) {
		if err := s.windows.GuardSpan(ctx, tx, c.Authority, c.ID, appraisal.PhaseOf(round), criteria.AppraisalCouncil); err != nil {
			return r, err
		}
		if err := checkUnapproved(ctx, tx, c, round); err != nil {
			return r, err
		}
		_, err = tx.Exec(ctx, `
			insert into appraisal.round_decision (authority, cycle, round, decision_number, recorded_by, record_time)
			values ($1, $2, $3, $4, $5, $6)
			on conflict on constraint round_decision_pkey do update
			set decision_number = excluded.decision_number, recorded_by = excluded.recorded_by, record_time = excluded.record_time`,
			c.Authority, c.ID, round, number, by.Request.Principal, by.At)
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
		select decision_number, recorded_by, record_time from appraisal.round_decision
		where authority = $1 and cycle = $2 and round = $3`, c.Authority, c.ID, round).Scan(&d.Number, &d.By, &d.Time)
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
// Dossier.Check and RecordedDecision.Confirm do.
func (s *Store) ApproveRound(ctx context.Context, by pg.Attempt, a Approval) (appraisal.Round, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (r appraisal.Round, err error) {
		d, err := s.dossier(ctx, tx, a)
		if err != nil {
			return r, err
		}
		recorded, err := recordedDecision(ctx, tx, a.Cycle, a.Round)
		if err != nil {
			return r, err
		}
		if err := recorded.Confirm(a.DecisionNumber, by.Request.Principal); err != nil {
			return r, err
		}
		outcomes, err := d.Outcomes(a.DecisionNumber, by.At)
		if err != nil {
			return r, err
		}
		if err := s.approve(ctx, tx, by, a, outcomes); err != nil {
			return r, err
		}
		return readRound(ctx, tx, a.Cycle, a.Round)
	})
}

// CheckApproval checks what ApproveRound checks and stores nothing.
func (s *Store) CheckApproval(ctx context.Context, a Approval) (r appraisal.Round, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := s.dossier(ctx, tx, a); err != nil {
			return err
		}
		r, err = readRound(ctx, tx, a.Cycle, a.Round)
		return err
	})
	return r, named(err)
}

// dossier waits until no other write of the cycle is in progress, and returns what
// the approval of a round depends on, checked.
func (s *Store) dossier(ctx context.Context, tx pgx.Tx, a Approval) (d appraisal.Dossier, err error) {
	c := a.Cycle
	if err := s.windows.GuardSpanAlone(ctx, tx, c.Authority, c.ID, appraisal.PhaseOf(a.Round), criteria.AppraisalCouncil); err != nil {
		return d, err
	}
	d = appraisal.Dossier{Cycle: c, Round: a.Round}
	rows, _ := tx.Query(ctx, `select round from appraisal.approval where authority = $1 and cycle = $2`, c.Authority, c.ID)
	if d.Approved, err = pgx.CollectRows(rows, pgx.RowTo[int]); err != nil {
		return d, err
	}
	if d.Seals, err = heads(ctx, tx, c.Authority, c.ID, a.Round); err != nil {
		return d, err
	}
	rows, _ = tx.Query(ctx, `
		select `+caseColumns+` from `+caseTables+`
		where c.authority = $1 and c.cycle = $2 and c.round = $3
		order by c.agency, c.position`, c.Authority, c.ID, a.Round)
	if d.Cases, err = pgx.CollectRows(rows, scanCase); err != nil {
		return d, err
	}
	if d.Reductions, err = unrejected(ctx, tx, c.Authority, c.ID); err != nil {
		return d, err
	}
	if d.Before, err = contents(ctx, tx, c, a.Round-1); err != nil {
		return d, err
	}
	return d, d.Check(a.AcceptNotSubmitted)
}

// contents returns the contents of a round's outcomes, by agency.
func contents(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) (map[string]sealed.Outcome, error) {
	rows, _ := tx.Query(ctx, `select content from appraisal.outcome where authority = $1 and cycle = $2 and round = $3`,
		c.Authority, c.ID, round)
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
	_, err := tx.Exec(ctx, `
		insert into appraisal.approval (authority, cycle, round, decision_number, approve_time) values ($1, $2, $3, $4, $5)`,
		a.Cycle.Authority, a.Cycle.ID, a.Round, a.DecisionNumber, by.At)
	if err != nil {
		return err
	}
	var batch pgx.Batch
	hashes := map[string]string{}
	for _, o := range outcomes {
		hashes[o.Agency] = o.SHA256
		batch.Queue(`
			insert into appraisal.outcome (authority, cycle, agency, round, content, sha256, seal_time)
			values ($1, $2, $3, $4, $5, $6, $7)`,
			o.Authority, o.Cycle, o.Agency, o.Round, o.Content, o.SHA256, o.SealTime)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return err
	}
	return record(ctx, tx, by, a.Cycle.Authority, a.Cycle.ID, chainRounds, "approve-round", map[string]any{
		"round": a.Round, "decisionNumber": a.DecisionNumber, "outcomes": hashes,
	})
}

const outcomeColumns = `authority, cycle, agency, round, content, sha256, seal_time, receive_time`

func scanOutcome(row pgx.CollectableRow) (o appraisal.Outcome, err error) {
	var received *time.Time
	err = row.Scan(&o.Authority, &o.Cycle, &o.Agency, &o.Round, &o.Content, &o.SHA256, &o.SealTime, &received)
	o.SealTime, o.ReceiveTime = o.SealTime.UTC(), pg.Instant(received)
	return o, err
}

// LastApproved returns the last approved round of a cycle; 0 if there is none.
func (s *Store) LastApproved(ctx context.Context, authority, cycle string) (round int, err error) {
	err = s.db.QueryRow(ctx, `
		select coalesce(max(round), 0) from appraisal.approval where authority = $1 and cycle = $2`, authority, cycle).Scan(&round)
	return round, named(err)
}

// Outcomes returns up to limit outcomes of a round by agency, after the given
// agency. It ends with the first outcome after those whose contents have size bytes
// together.
func (s *Store) Outcomes(ctx context.Context, authority, cycle string, round int, after string, limit int32, size int) ([]appraisal.Outcome, error) {
	rows, _ := s.db.Query(ctx, `
		select `+outcomeColumns+` from (
			select `+outcomeColumns+`,
				sum(octet_length(content)) over (order by agency rows between unbounded preceding and 2 preceding) as earlier
			from appraisal.outcome
			where authority = $1 and cycle = $2 and round = $3 and agency > $4
			order by agency limit $5) o
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
		order by seal_time, authority, cycle, round, agency offset $1 limit 1`, skip)
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
			update appraisal.outcome set receive_time = $5
			where authority = $1 and cycle = $2 and agency = $3 and round = $4 and receive_time is null`,
			o.Authority, o.Cycle, o.Agency, o.Round, at)
		if err != nil || tag.RowsAffected() == 0 {
			return struct{}{}, err
		}
		return struct{}{}, record(ctx, tx, by, o.Authority, o.Cycle, chainOfAgency(o.Agency), "deliver-outcome",
			map[string]any{"round": o.Round, "sha256": o.SHA256})
	})
	if err != nil {
		return fmt.Errorf("recording the receipt of the outcome of %s/%s/%s: %w", o.Authority, o.Cycle, o.Agency, err)
	}
	return nil
}
