package postgres

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// remembered is the stored response to a request about a run: its id, and its status at
// that time.
type remembered struct {
	Run    string
	Status scoring.Status
}

// CycleComputing returns the phase of a cycle, to be checked before other services are
// called. It fails with window.CycleNotKnown, and with window.WindowNotOpen or
// window.WindowClosed if no run can be created in this phase.
func (s *Store) CycleComputing(ctx context.Context, authority, cycle string) (window.Cycle, error) {
	return s.cycleWithin(ctx, authority, cycle, criteria.Appraisal1, criteria.Reported)
}

// CyclePresenting is like CycleComputing, for presenting a run.
func (s *Store) CyclePresenting(ctx context.Context, authority, cycle string) (window.Cycle, error) {
	return s.cycleWithin(ctx, authority, cycle, criteria.Presented, criteria.Reported)
}

func (s *Store) cycleWithin(ctx context.Context, authority, cycle string, first, last criteria.Phase) (window.Cycle, error) {
	c, err := s.windows.State(ctx, authority, cycle)
	if err == nil {
		err = c.Within(first, last)
	}
	return c, err
}

// Frozen is a run to be stored, with the canonical bytes of its inputs and its result.
// The run has no number yet.
type Frozen struct {
	Run            scoring.Run
	Inputs, Result []byte
}

// CreateRun stores a run under the cycle's next number, in one transaction with its
// audit entry, while the cycle is in a phase from APPRAISAL_1 to REPORTED. The same
// request again returns the first response. It returns the errors of window's guards and
// of pg.Once.
func (s *Store) CreateRun(ctx context.Context, by pg.Attempt, f Frozen) (scoring.Run, error) {
	return s.onceRun(ctx, by, "creating a run", f.Run.Authority, f.Run.Cycle, func(tx pgx.Tx) (remembered, error) {
		r := f.Run
		if err := s.windows.GuardSpan(ctx, tx, r.Authority, r.Cycle, criteria.Appraisal1, criteria.Reported); err != nil {
			return remembered{}, err
		}
		if err := lockAuthority(ctx, tx, r.Authority); err != nil {
			return remembered{}, err
		}
		err := tx.QueryRow(ctx, `
			insert into scoring.run (
				id, authority, cycle, number, engine_version, inputs, inputs_sha256, input_list, result, sha256, gaps, gap_count, create_time, state
			)
			select $1, $2, $3, 1 + coalesce(max(number), 0), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
			from scoring.run where authority = $2 and cycle = $3
			returning number`,
			r.ID, r.Authority, r.Cycle, r.EngineVersion, f.Inputs, r.InputsSHA256, list(r.Inputs), f.Result, r.SHA256, list(r.Gaps), r.GapCount, r.CreateTime,
			scoring.RunComputed).Scan(&r.Number)
		if err != nil {
			return remembered{}, err
		}
		r.State = scoring.RunComputed
		return remembered{r.ID, r.Status}, recordRun(ctx, tx, by, "create-run", nil, r)
	})
}

// list returns xs, or an empty list for nil, which JSON would write as null.
func list[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}

// PresentRun presents a run, in the phases PRESENTED to REPORTED. The run that was
// presented before returns to the state COMPUTED. It fails with scoring.RunUnknown, with
// scoring.InputsMoved if there are other publications than those seen, and with the
// errors of scoring.Run.Present, window's guards and pg.Once.
func (s *Store) PresentRun(ctx context.Context, by pg.Attempt, seen Publications, authority, cycle, id string) (scoring.Run, error) {
	return s.onceRun(ctx, by, "presenting run "+id, authority, cycle, func(tx pgx.Tx) (remembered, error) {
		if err := s.windows.GuardSpan(ctx, tx, authority, cycle, criteria.Presented, criteria.Reported); err != nil {
			return remembered{}, err
		}
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return remembered{}, err
		}
		r, err := run(ctx, tx, authority, cycle, id)
		if err != nil {
			return remembered{}, err
		}
		presented, err := r.Present(by.Principal, by.At)
		if err != nil || presented == r.Status {
			return remembered{id, presented}, err
		}
		if err := seen.check(ctx, tx, authority); err != nil {
			return remembered{}, err
		}
		if err := withdraw(ctx, tx, by, authority, cycle); err != nil {
			return remembered{}, err
		}
		return remembered{id, presented}, setStatus(ctx, tx, by, "present-run", r, presented)
	})
}

// withdraw returns the presented run of a cycle, if there is one, to COMPUTED.
func withdraw(ctx context.Context, tx pgx.Tx, by pg.Attempt, authority, cycle string) error {
	rows, _ := tx.Query(ctx, selectRun+`where r.authority = $1 and r.cycle = $2 and r.state = $3`, authority, cycle, scoring.RunPresented)
	before, err := pgx.CollectRows(rows, scanRun)
	for _, r := range before {
		if err == nil {
			err = setStatus(ctx, tx, by, "withdraw-run", r, scoring.Status{State: scoring.RunComputed})
		}
	}
	return err
}

// setStatus changes the status of a run and records the change.
func setStatus(ctx context.Context, tx pgx.Tx, by pg.Attempt, action string, r scoring.Run, to scoring.Status) error {
	_, err := tx.Exec(ctx, `update scoring.run set state = $2, present_time = $3, presented_by = $4 where id = $1`,
		r.ID, to.State, pg.Null(to.PresentTime), to.PresentedBy)
	if err != nil {
		return err
	}
	from := r
	r.Status = to
	return recordRun(ctx, tx, by, action, &from, r)
}

// RunPublishing is a run to be published.
type RunPublishing struct {
	Authority, Cycle, Run string
	// ID is the id of the new publication.
	ID string
	// Seen are the publications at the time when the run's inputs were compared.
	Seen     Publications
	Decision scoring.Decision
	Notice   string
	// Render is like that of Publishing, for the leaderboards of the run's result.
	Render func(scoring.Publication, []scoring.Leaderboard) ([][]byte, error)
}

// PublishRun publishes the presented run as the next version of its cycle, in one
// transaction with its figures, leaderboards and audit entries, while the cycle is in
// phase from PRESENTED to REPORTED. It fails with scoring.RunUnknown, with
// scoring.InputsMoved if there are other publications than those seen, and with the
// errors of scoring.Run.Publishable, scoring.Supersede, window's guards and pg.Once.
func (s *Store) PublishRun(ctx context.Context, by pg.Attempt, p RunPublishing) (scoring.PublishedCycle, error) {
	var published scoring.PublishedCycle
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		id, err := pg.Once(ctx, tx, Schema, by.Request, func() (string, error) {
			if err := s.windows.GuardSpan(ctx, tx, p.Authority, p.Cycle, criteria.Presented, criteria.Reported); err != nil {
				return "", err
			}
			return p.ID, publishRun(ctx, tx, by, p)
		})
		if err != nil {
			return err
		}
		published, err = publishedCycle(ctx, tx, id)
		return err
	})
	if err != nil {
		return scoring.PublishedCycle{}, problem(fmt.Errorf("publishing run %s of cycle %s of %s: %w", p.Run, p.Cycle, p.Authority, err))
	}
	return published, nil
}

func publishRun(ctx context.Context, tx pgx.Tx, by pg.Attempt, p RunPublishing) error {
	current, err := lockCurrent(ctx, tx, p.Authority, p.Cycle)
	if err != nil {
		return err
	}
	r, err := run(ctx, tx, p.Authority, p.Cycle, p.Run)
	if err != nil {
		return err
	}
	if err := r.Publishable(by.Principal); err != nil {
		return err
	}
	if err := p.Seen.check(ctx, tx, p.Authority); err != nil {
		return err
	}
	version, err := scoring.Supersede(current, p.Notice)
	if err != nil {
		return err
	}
	result, err := result(ctx, tx, p.Authority, p.Cycle, p.Run)
	if err != nil {
		return err
	}
	frozen, err := inputs(ctx, tx, p.Authority, p.Cycle, p.Run)
	if err != nil {
		return err
	}
	if err := result.Reduce(frozen); err != nil {
		return err
	}
	err = replace(ctx, tx, current, Publishing{
		Publication: scoring.Publication{
			ID: p.ID, Authority: p.Authority, AuthorityName: result.AuthorityName, Cycle: p.Cycle, CycleName: result.CycleName, Year: result.Year,
			Version: version, Decision: p.Decision, PublishTime: by.At, Notice: p.Notice, Run: p.Run,
		},
		Results: scoring.Results{Decision: p.Decision, Leaderboards: result.Leaderboards},
		Render:  func(to scoring.Publication) ([][]byte, error) { return p.Render(to, result.Leaderboards) },
		Request: by.Request,
	})
	if err != nil {
		return err
	}
	if err := addUnconfirmed(ctx, tx, Unconfirmed{p.Authority, p.Cycle, version}); err != nil {
		return err
	}
	return setStatus(ctx, tx, by, "publish-run", r, scoring.Status{State: scoring.RunPublished, PresentTime: r.PresentTime, PresentedBy: r.PresentedBy, Publication: p.ID})
}

// onceRun runs f in a transaction for the first attempt of a request, and returns the
// run with the status that f returned.
func (s *Store) onceRun(ctx context.Context, by pg.Attempt, doing, authority, cycle string, f func(tx pgx.Tx) (remembered, error)) (scoring.Run, error) {
	var r scoring.Run
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		answer, err := pg.Once(ctx, tx, Schema, by.Request, func() (remembered, error) { return f(tx) })
		if err != nil {
			return err
		}
		r, err = recalled(ctx, tx, authority, cycle, answer)
		return err
	})
	if err != nil {
		return scoring.Run{}, problem(fmt.Errorf("%s of cycle %s of %s: %w", doing, cycle, authority, err))
	}
	return r, nil
}

// RememberedRun returns the first response of CreateRun or PresentRun to a request, and
// whether there is one. It returns the errors of pg.Once.
func (s *Store) RememberedRun(ctx context.Context, authority, cycle string, request pg.Request) (scoring.Run, bool, error) {
	answer, known, err := pg.Remembered[remembered](ctx, s.db, Schema, request)
	var r scoring.Run
	if known {
		r, err = recalled(ctx, s.db, authority, cycle, answer)
	}
	if err != nil {
		return scoring.Run{}, false, problem(fmt.Errorf("looking up request %s: %w", request.ID, err))
	}
	return r, known, nil
}

func recalled(ctx context.Context, q pg.Querier, authority, cycle string, answer remembered) (scoring.Run, error) {
	r, err := run(ctx, q, authority, cycle, answer.Run)
	r.Status = answer.Status
	return r, err
}

// selectRun is completed by a condition on run r. It reads neither inputs nor result, and
// selectListed not even the list of inputs.
var selectRun, selectListed = selecting("r.input_list"), selecting("'[]'::jsonb")

func selecting(inputs string) string {
	return `
	select r.id::text, r.authority, r.cycle, r.number, ` + inputs + `, r.inputs_sha256, r.sha256, r.engine_version, r.gaps, r.gap_count, r.create_time,
		r.state, r.present_time, r.presented_by, coalesce(p.id::text, '')
	from scoring.run r
	left join scoring.publication p on p.run_id = r.id `
}

func scanRun(row pgx.CollectableRow) (scoring.Run, error) {
	var r scoring.Run
	var presented *time.Time
	err := row.Scan(&r.ID, &r.Authority, &r.Cycle, &r.Number, &r.Inputs, &r.InputsSHA256, &r.SHA256, &r.EngineVersion, &r.Gaps, &r.GapCount, &r.CreateTime,
		&r.State, &presented, &r.PresentedBy, &r.Publication)
	r.CreateTime, r.PresentTime = r.CreateTime.UTC(), pg.Instant(presented)
	return r, err
}

func run(ctx context.Context, q pg.Querier, authority, cycle, id string) (scoring.Run, error) {
	rows, _ := q.Query(ctx, selectRun+`where r.authority = $1 and r.cycle = $2 and r.id = $3`, authority, cycle, id)
	return pg.One(rows, scanRun, scoring.RunUnknown.At("run"))
}

// Run returns one run. It fails with scoring.RunUnknown.
func (s *Store) Run(ctx context.Context, authority, cycle, id string) (scoring.Run, error) {
	r, err := run(ctx, s.db, authority, cycle, id)
	if err != nil {
		return r, problem(fmt.Errorf("reading run %s of cycle %s of %s: %w", id, cycle, authority, err))
	}
	return r, nil
}

// ListRuns returns up to limit runs of a cycle without their inputs, newest
// first, with numbers below one; 0 is the first page.
func (s *Store) ListRuns(ctx context.Context, authority, cycle string, below, limit int32) ([]scoring.Run, error) {
	rows, _ := s.db.Query(ctx, selectListed+`
		where r.authority = $1 and r.cycle = $2 and ($3 = 0 or r.number < $3)
		order by r.number desc limit $4`, authority, cycle, below, limit)
	runs, err := pgx.CollectRows(rows, scanRun)
	if err != nil {
		return nil, problem(fmt.Errorf("listing the runs of cycle %s of %s: %w", cycle, authority, err))
	}
	return runs, nil
}

// Result returns the result of a run. It fails with scoring.RunUnknown.
func (s *Store) Result(ctx context.Context, authority, cycle, id string) (scoring.Result, error) {
	r, err := result(ctx, s.db, authority, cycle, id)
	if err != nil {
		return r, problem(fmt.Errorf("reading the result of run %s of cycle %s of %s: %w", id, cycle, authority, err))
	}
	return r, nil
}

func result(ctx context.Context, q pg.Querier, authority, cycle, id string) (scoring.Result, error) {
	rows, _ := q.Query(ctx, `select result from scoring.run where authority = $1 and cycle = $2 and id = $3`, authority, cycle, id)
	b, err := pg.One(rows, pgx.RowTo[[]byte], scoring.RunUnknown.At("run"))
	if err != nil {
		return scoring.Result{}, err
	}
	return scoring.ReadResult(b)
}

// Inputs returns the frozen inputs of a run. It fails with scoring.RunUnknown.
func (s *Store) Inputs(ctx context.Context, authority, cycle, id string) ([]byte, error) {
	b, err := inputs(ctx, s.db, authority, cycle, id)
	if err != nil {
		return nil, problem(fmt.Errorf("reading the inputs of run %s of cycle %s of %s: %w", id, cycle, authority, err))
	}
	return b, nil
}

func inputs(ctx context.Context, q pg.Querier, authority, cycle, id string) ([]byte, error) {
	rows, _ := q.Query(ctx, `select inputs from scoring.run where authority = $1 and cycle = $2 and id = $3`, authority, cycle, id)
	return pg.One(rows, pgx.RowTo[[]byte], scoring.RunUnknown.At("run"))
}

// recordRun appends the audit entry of a changed run: ids, counts and hashes only.
func recordRun(ctx context.Context, tx pgx.Tx, by pg.Attempt, action string, from *scoring.Run, to scoring.Run) error {
	type side struct {
		State       scoring.RunState `json:"state"`
		Publication string           `json:"publication,omitempty"`
	}
	change := struct {
		Run    string `json:"run"`
		Number int    `json:"number"`
		Inputs string `json:"inputs_sha256"`
		Result string `json:"sha256"`
		Gaps   int    `json:"gaps"`
		From   *side  `json:"from"`
		To     side   `json:"to"`
	}{
		Run: to.ID, Number: to.Number, Inputs: hex.EncodeToString(to.InputsSHA256), Result: hex.EncodeToString(to.SHA256), Gaps: to.GapCount,
		To: side{to.State, to.Publication},
	}
	if from != nil {
		change.From = &side{from.State, from.Publication}
	}
	return audit.Append(ctx, tx, Schema, audit.Entry{
		Resource:  "authorities/" + to.Authority + "/cycles/" + to.Cycle + "/runs",
		Principal: by.Principal, Action: action, Change: change, At: by.At,
	})
}
