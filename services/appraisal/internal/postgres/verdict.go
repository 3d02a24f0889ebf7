package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

var (
	caseColumns = `c.agency, c.group_id, c.round, coalesce(s.number, 0), coalesce(s.sha256, ''), c.since, c.position, c.entry,
		case when r.sequence is not null then json_build_object('ID', r.id, 'Authority', c.authority, 'Cycle', c.cycle, 'Agency', c.agency,
			'Item', c.item, 'Sequence', r.sequence, 'Facts', r.facts, 'Period', r.period, 'Source', r.source, 'Provider', r.provider,
			'ProviderName', r.provider_name, 'Reporter', r.reporter, 'Time', r.report_time) end, ` + verdictOf("f") + `, ` + verdictOf("v")

	// The seal, the reported value and the verdicts of each claim are looked up by their keys. While the
	// tables have no statistics the planner takes them to be tiny, and a plain join
	// would read every verdict of the cycle for each claim. Each look-up finds at most
	// one row; "limit 1" keeps the planner from turning it into a join, and so keeps
	// the order of the claims.
	caseTables = `appraisal.claim c
		left join lateral (
			select number, sha256 from appraisal.seal
			where authority = c.authority and cycle = c.cycle and agency = c.agency and round = c.round and number = c.seal_number limit 1
		) s on true
		left join lateral (
			select * from appraisal.report
			where authority = c.authority and cycle = c.cycle and agency = c.agency and item = c.item and round <= c.round and not late
			order by round desc limit 1
		) r on true ` + lookUp("v", "c.round") + lookUp("f", "1 and c.round > 1")

	// caseUndecided is Case.Undecided in SQL.
	caseUndecided = `(case when v.version is not null then r.sequence > v.report_sequence is true or c.since > v.seal_number
		else c.not_counted = '' or r.sequence > coalesce(f.report_sequence, 0) is true end)`
)

// lookUp returns the SQL that joins to each claim its verdict in a round, or nulls.
func lookUp(v, round string) string {
	return `
		left join lateral (
			select agreed, facts, points, reason_code, reason, override_reason, missing, decided_by, decide_time, guidance_version, version,
				seal_number, report_sequence
			from appraisal.verdict
			where authority = c.authority and cycle = c.cycle and agency = c.agency and item = c.item and round = ` + round + ` limit 1
		) ` + v + ` on true`
}

// verdictOf returns the SQL for a verdict as a JSON document with the field names of
// appraisal.Verdict; null where there is no verdict.
func verdictOf(v string) string {
	return `case when ` + v + `.version is not null then json_build_object('Agreed', ` + v + `.agreed, 'Facts', ` + v + `.facts,
		'Points', ` + v + `.points::text, 'ReasonCode', ` + v + `.reason_code, 'Reason', ` + v + `.reason,
		'OverrideReason', ` + v + `.override_reason, 'Missing', ` + v + `.missing, 'DecidedBy', ` + v + `.decided_by,
		'DecideTime', ` + v + `.decide_time, 'GuidanceVersion', ` + v + `.guidance_version, 'Version', ` + v + `.version,
		'SealNumber', ` + v + `.seal_number, 'ReportSequence', ` + v + `.report_sequence) end`
}

func scanCase(row pgx.CollectableRow) (c appraisal.Case, err error) {
	err = row.Scan(&c.Agency, &c.Group, &c.Round, &c.SealNumber, &c.SealSHA256, &c.Since, &c.Claim.Position, &c.Claim.Entry, &c.Report, &c.First, &c.Verdict)
	return c, err
}

// Listing selects cases of a round. An empty field selects all.
type Listing struct {
	Authority, Cycle string
	Round            int
	Agency, Item     string
	Undecided        bool
	// To is the appraiser whose assigned cases are listed, without the cases of the
	// Barred agencies; nil lists every case.
	To     *appraisal.Appraiser
	Barred []string
}

// Cases returns up to limit cases that follow the given agency and position, by
// agency and in printed order.
func (s *Store) Cases(ctx context.Context, l Listing, agency string, position int, limit int32) ([]appraisal.Case, error) {
	account := ""
	if l.To != nil {
		account = l.To.Account
	}
	rows, _ := s.db.Query(ctx, `
		with assigned as materialized (
			select group_id, items from appraisal.assignment
			where authority = $1 and cycle = $2 and appraiser::text = $9 and end_time is null
		)
		select `+caseColumns+` from `+caseTables+`
		where c.authority = $1 and c.cycle = $2 and c.round = $3
			and ($4 = '' or c.agency = $4) and ($5 = '' or c.item = $5)
			and (not $6 or `+caseUndecided+`)
			and not c.agency = any($8)
			and (not $7 or exists (
				select from assigned a
				where a.group_id = c.group_id and (a.items = '{}' or c.item = any(a.items))))
			and (c.agency, c.position) > ($10, $11)
		order by c.agency, c.position limit $12`,
		l.Authority, l.Cycle, l.Round, l.Agency, l.Item, l.Undecided, l.To != nil, append([]string{}, l.Barred...), account,
		agency, position, limit)
	list, err := pgx.CollectRows(rows, scanCase)
	if err != nil {
		return nil, named(fmt.Errorf("listing the cases of %s/%s: %w", l.Authority, l.Cycle, err))
	}
	return list, nil
}

// NewVerdict is a verdict to be stored.
type NewVerdict struct {
	Cycle        *cycle.Cycle
	Round        int
	Agency, Item string
	By           appraisal.Appraiser
	// Etag is the version of the case on which the verdict is based.
	Etag string
	// Decide returns the verdict. It may be called more than once.
	Decide func(c appraisal.Case) (appraisal.Verdict, error)
}

// GiveVerdict replaces the verdict on a case, in one transaction with its audit
// entry. A repeated attempt gets the first answer. It fails as window.Guard and
// a.Decide do, and with RoundApproved, OwnAgency, CaseUnknown, CaseClosed and
// fault.StaleEtag.
func (s *Store) GiveVerdict(ctx context.Context, by pg.Attempt, a NewVerdict) (appraisal.Case, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (c appraisal.Case, err error) {
		if err := s.windows.Guard(ctx, tx, a.Cycle.Authority, a.Cycle.ID, appraisal.PhaseOf(a.Round)); err != nil {
			return c, err
		}
		if c, err = lockCase(ctx, tx, a); err != nil {
			return c, err
		}
		if a.Etag != c.Etag() {
			return c, fault.StaleEtag.At("etag")
		}
		v, err := a.Decide(c)
		if err != nil {
			return c, err
		}
		v.DecidedBy, v.DecideTime, v.GuidanceVersion, v.Version = a.By.Home, by.At, a.Cycle.GuidanceVersion, 1
		v.SealNumber = c.SealNumber
		if c.Report != nil {
			v.ReportSequence = c.Report.Sequence
		}
		change := map[string]any{"round": a.Round, "item": a.Item, "to": figures(v)}
		if c.Verdict != nil {
			v.Version = c.Verdict.Version + 1
			change["from"] = figures(*c.Verdict)
		}
		c.Verdict = &v
		if err := writeVerdict(ctx, tx, a, v); err != nil {
			return c, err
		}
		return c, record(ctx, tx, by, a.Cycle.Authority, a.Cycle.ID, chainOfAgency(a.Agency), "give-verdict", change)
	})
}

// figures returns what the audit log records of a verdict: no free text.
func figures(v appraisal.Verdict) map[string]any {
	return map[string]any{
		"agreed": v.Agreed, "points": v.Points, "reasonCode": v.ReasonCode, "decidedBy": v.DecidedBy, "version": v.Version,
		"override": v.OverrideReason != "", "guidanceVersion": v.GuidanceVersion,
	}
}

// lockCase checks that the appraiser may give a verdict on a case, locks the claim until
// tx ends, so that no verdict, seal or reported value changes the case meanwhile, and
// returns the case.
func lockCase(ctx context.Context, tx pgx.Tx, a NewVerdict) (c appraisal.Case, err error) {
	if err := checkUnapproved(ctx, tx, a.Cycle, a.Round); err != nil {
		return c, err
	}
	if err := checkAppraiser(ctx, tx, a.By, a.Cycle, a.Agency, a.Item); err != nil {
		return c, err
	}
	key := []any{a.Cycle.Authority, a.Cycle.ID, a.Agency, a.Round, a.Item}
	_, err = tx.Exec(ctx, `
		select from appraisal.claim
		where authority = $1 and cycle = $2 and agency = $3 and round = $4 and item = $5
		for update`, key...)
	if err != nil {
		return c, err
	}
	rows, _ := tx.Query(ctx, `
		select `+caseColumns+` from `+caseTables+`
		where c.authority = $1 and c.cycle = $2 and c.agency = $3 and c.round = $4 and c.item = $5`, key...)
	c, err = pg.One(rows, scanCase, appraisal.CaseUnknown.At("item"))
	if errors.Is(err, appraisal.CaseUnknown) {
		return c, noCase(ctx, tx, a)
	}
	return c, err
}

// checkAppraiser fails with OwnAgency or CaseUnknown unless the appraiser may act on
// an item of an agency.
func checkAppraiser(ctx context.Context, tx pgx.Tx, a appraisal.Appraiser, c *cycle.Cycle, agency, item string) error {
	if err := a.Check(c, agency); err != nil {
		return err
	}
	group, err := c.GroupOf(agency)
	if err != nil {
		return appraisal.CaseUnknown.At("agency")
	}
	return checkAssigned(ctx, tx, a, c.Authority, c.ID, group.ID, item)
}

// noCase returns CaseClosed if the agency has submitted the round without the item,
// else CaseUnknown.
func noCase(ctx context.Context, tx pgx.Tx, a NewVerdict) error {
	var submitted bool
	err := tx.QueryRow(ctx, `
		select exists (select from appraisal.seal where authority = $1 and cycle = $2 and agency = $3 and round = $4 and not late)`,
		a.Cycle.Authority, a.Cycle.ID, a.Agency, a.Round).Scan(&submitted)
	switch {
	case err != nil:
		return err
	case submitted:
		return appraisal.CaseClosed.At("item")
	}
	return appraisal.CaseUnknown.At("item")
}

// writeVerdict stores the first version of a verdict or the next one. It fails with
// fault.StaleEtag if that version has been stored by somebody else.
func writeVerdict(ctx context.Context, tx pgx.Tx, a NewVerdict, v appraisal.Verdict) error {
	facts, err := document(v.Facts)
	if err != nil {
		return err
	}
	missing, err := document(v.Missing)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		insert into appraisal.verdict as v
			(authority, cycle, agency, round, item, agreed, facts, points, reason_code, reason, override_reason, missing,
			decided_by, decide_time, version, guidance_version, seal_number, report_sequence)
		values ($1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10, $11, $12::json, $13, $14, $15, $16, $17, $18)
		on conflict on constraint verdict_pkey do update
		set agreed = $6, facts = $7::json, points = $8, reason_code = $9, reason = $10, override_reason = $11,
			missing = $12::json, decided_by = $13, decide_time = $14, version = $15, guidance_version = $16,
			seal_number = $17, report_sequence = $18
		where v.version = $15 - 1`,
		a.Cycle.Authority, a.Cycle.ID, a.Agency, a.Round, a.Item, v.Agreed, facts, v.Points, v.ReasonCode, v.Reason,
		v.OverrideReason, missing, v.DecidedBy, v.DecideTime, v.Version, v.GuidanceVersion, v.SealNumber, v.ReportSequence)
	if err == nil && tag.RowsAffected() == 0 {
		err = fault.StaleEtag.At("etag")
	}
	return err
}
