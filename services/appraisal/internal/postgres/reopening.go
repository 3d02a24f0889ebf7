package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// everyOverride is a limit that no cycle reaches.
const everyOverride = math.MaxInt32

// ReopenRound reopens an approved round, in one transaction with its audit entry. No
// verdict, seal or reduction of the cycle is written at the same time. A repeated attempt
// gets the first answer. It fails as window.GuardSpanAlone does, and with
// RoundNotApproved, RoundReopened and RoundFollowed.
func (s *Store) ReopenRound(ctx context.Context, by pg.Attempt, c *cycle.Cycle, r appraisal.Reopening) (appraisal.Round, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (appraisal.Round, error) {
		first, last := appraisal.Span(c, r.Round)
		if err := s.windows.GuardSpanAlone(ctx, tx, c.Authority, c.ID, first, last); err != nil {
			return appraisal.Round{}, err
		}
		number, err := reopenable(ctx, tx, c, r.Round)
		if err != nil {
			return appraisal.Round{}, err
		}
		cases, err := document(append([]appraisal.AgencyItem{}, r.Cases...))
		if err != nil {
			return appraisal.Round{}, err
		}
		_, err = tx.Exec(ctx, `
			insert into appraisal.reopening (authority, cycle, round, approval, document_number, reason, cases, open_time)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			c.Authority, c.ID, r.Round, number, r.DocumentNumber, r.Reason, cases, by.At)
		if err != nil {
			return appraisal.Round{}, err
		}
		err = record(ctx, tx, by, c.Authority, c.ID, chainRounds, "reopen-round", map[string]any{
			"round": r.Round, "approval": number, "documentNumber": r.DocumentNumber, "cases": r.Cases,
		})
		if err != nil {
			return appraisal.Round{}, err
		}
		return readRound(ctx, tx, c, r.Round)
	})
}

// reopenable returns the number of the approval that a reopening of the round reopens.
func reopenable(ctx context.Context, tx pgx.Tx, c *cycle.Cycle, round int) (number int, err error) {
	for later := round + 1; later <= c.Rounds; later++ {
		switch a, err := lastApproval(ctx, tx, c, later); {
		case err != nil:
			return 0, err
		case a.Number > 0:
			return 0, appraisal.RoundFollowed.At("round")
		}
	}
	switch a, err := lastApproval(ctx, tx, c, round); {
	case err != nil:
		return 0, err
	case a.Number == 0:
		return 0, appraisal.RoundNotApproved.At("round")
	case a.Reopening != nil:
		return 0, appraisal.RoundReopened.At("round")
	default:
		return a.Number, nil
	}
}

// NewOverride is a decision of the deciding body to be stored.
type NewOverride struct {
	Cycle *cycle.Cycle
	Round int
	appraisal.AgencyItem

	// Etag is the version on which the decision is based, "0" before the first.
	Etag    string
	Verdict appraisal.Verdict
}

// Override stores a decision of the deciding body on an item, in one transaction with its
// audit entry. A repeated attempt gets the first answer. It fails as window.GuardSpan
// does, and with RoundNotReopened, CaseNotReopened and fault.StaleEtag.
func (s *Store) Override(ctx context.Context, by pg.Attempt, o NewOverride) (appraisal.Override, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (decided appraisal.Override, err error) {
		first, last := appraisal.Span(o.Cycle, o.Round)
		if err := s.windows.GuardSpan(ctx, tx, o.Cycle.Authority, o.Cycle.ID, first, last); err != nil {
			return decided, err
		}
		switch a, err := lastApproval(ctx, tx, o.Cycle, o.Round); {
		case err != nil:
			return decided, err
		case a.Reopening == nil:
			return decided, appraisal.RoundNotReopened.At("round")
		case !a.Reopening.Covers(o.AgencyItem):
			return decided, appraisal.CaseNotReopened.At("item")
		}
		return writeOverride(ctx, tx, by, o)
	})
}

// writeOverride stores the first version of a decision or the next one. It fails with
// fault.StaleEtag if that version has been stored by somebody else.
func writeOverride(ctx context.Context, tx pgx.Tx, by pg.Attempt, o NewOverride) (decided appraisal.Override, err error) {
	v := o.Verdict
	v.DecideTime, v.GuidanceVersion = by.At, o.Cycle.GuidanceVersion
	facts, err := document(v.Facts)
	if err != nil {
		return decided, err
	}
	missing, err := document(v.Missing)
	if err != nil {
		return decided, err
	}
	err = tx.QueryRow(ctx, `
		insert into appraisal.override as o
			(authority, cycle, round, agency, item, agreed, facts, points, reason_code, reason, override_reason, missing, decided_by, decide_time,
			guidance_version, version)
		select $1, $2, $3, $4, $5, $6, $7::json, $8::numeric, $9, $10, $11, $12::json, $13, $14, $15, 1
		where $16 = '0' or exists (
			select from appraisal.override where authority = $1 and cycle = $2 and round = $3 and agency = $4 and item = $5)
		on conflict on constraint override_pkey do update set
			facts = excluded.facts, points = excluded.points, reason_code = excluded.reason_code, reason = excluded.reason,
			override_reason = excluded.override_reason, missing = excluded.missing, decided_by = excluded.decided_by,
			decide_time = excluded.decide_time, guidance_version = excluded.guidance_version, version = o.version + 1
		where o.version::text = $16
		returning version`,
		o.Cycle.Authority, o.Cycle.ID, o.Round, o.Agency, o.Item, v.Agreed, facts, v.Points, v.ReasonCode, v.Reason, v.OverrideReason, missing,
		v.DecidedBy, v.DecideTime, v.GuidanceVersion, o.Etag).Scan(&v.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return decided, fault.StaleEtag.At("etag")
	}
	if err != nil {
		return decided, err
	}
	change := figures(v)
	change["round"], change["item"] = o.Round, o.Item
	return appraisal.Override{AgencyItem: o.AgencyItem, Round: o.Round, Verdict: v},
		record(ctx, tx, by, o.Cycle.Authority, o.Cycle.ID, chainOfAgency(o.Agency), "override-case", change)
}

// Overrides returns up to limit decisions of the deciding body in a round, by agency and
// item, after the given one.
func (s *Store) Overrides(ctx context.Context, authority, cycle string, round int, after appraisal.AgencyItem, limit int32) ([]appraisal.Override, error) {
	list, err := overrides(ctx, s.db, authority, cycle, round, after, limit)
	if err != nil {
		return nil, named(fmt.Errorf("listing the decisions in round %d of %s/%s: %w", round, authority, cycle, err))
	}
	return list, nil
}

func overrides(ctx context.Context, db pg.Querier, authority, cycle string, round int, after appraisal.AgencyItem, limit int32) ([]appraisal.Override, error) {
	rows, _ := db.Query(ctx, `
		select o.agency, o.item, o.round, `+verdictOf("o")+` from (select *, 0 as seal_number, 0 as report_sequence from appraisal.override) o
		where o.authority = $1 and o.cycle = $2 and o.round = $3 and (o.agency, o.item) > ($4, $5)
		order by o.agency, o.item limit $6`, authority, cycle, round, after.Agency, after.Item, limit)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (o appraisal.Override, err error) {
		err = row.Scan(&o.Agency, &o.Item, &o.Round, &o.Verdict)
		return o, err
	})
}
