// Package exchange fetches sealed self-assessments from assessment and delivers the
// outcomes of appraisal to it.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

const (
	// longestPause limits how long an outcome waits after assessment is back.
	longestPause = 10 * time.Second
	// passTimeout ends a pass during which assessment or the database does not answer.
	// What the pass has stored until then remains.
	passTimeout = 20 * time.Second
	// sealsPerPage is the number of seals per request.
	sealsPerPage = 20
)

// Deps are the dependencies of an Exchange.
type Deps struct {
	Store      *postgres.Store
	Windows    *window.Projection
	Cycles     *cyclepb.Reader
	Assessment assessmentv1.AssessmentServiceClient
	Now        func() time.Time
	Logger     *slog.Logger
	Metrics    prometheus.Registerer
	// Interval is the time between two passes.
	Interval time.Duration
}

// Exchange fetches seals from assessment and delivers outcomes to it (rules A4, A5).
// Every step can be repeated, so the next pass completes what was interrupted, and
// several replicas can run at the same time. It is safe for concurrent use.
type Exchange struct {
	Deps

	nudge chan struct{}
	// refusedSeals and lateSeals count seals, refusedOutcomes counts outcomes.
	refusedSeals, lateSeals, refusedOutcomes prometheus.Counter

	mu       sync.Mutex
	reported map[string]bool // the refused seals and outcomes that are logged and counted
}

// New returns an Exchange. It fails if Metrics has the metrics of another one.
func New(deps Deps) (*Exchange, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	e := &Exchange{
		Deps: deps, nudge: make(chan struct{}, 1), reported: map[string]bool{},
		refusedSeals:    counter("parindex_seals_refused_total", "Seals of assessment whose content does not fit their hash or their cycle, each counted once."),
		lateSeals:       counter("parindex_seals_late_total", "Seals that arrived after their round was approved."),
		refusedOutcomes: counter("parindex_outcomes_refused_total", "Outcomes that assessment refuses, each counted once."),
	}
	undelivered := telemetry.Gauge("parindex_outcomes_undelivered", "Outcomes that assessment has not taken", e.Store.CountUndelivered)
	for _, c := range []prometheus.Collector{e.refusedSeals, e.lateSeals, e.refusedOutcomes, undelivered} {
		if err := deps.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("registering the metrics of the exchange with assessment: %w", err)
		}
	}
	return e, nil
}

// Nudge starts the next pass at once.
func (e *Exchange) Nudge() {
	select {
	case e.nudge <- struct{}{}:
	default:
	}
}

// Run makes passes until ctx ends. While assessment or the database is away, the pauses
// between passes grow up to 10 s.
func (e *Exchange) Run(ctx context.Context) {
	run.Repeat(ctx, run.Task{
		Name: "exchanging seals and outcomes with assessment", Interval: e.Interval, LongestPause: longestPause, Nudge: e.nudge, Logger: e.Logger,
	}, e.pass)
}

// pass fetches all seals and reported values and delivers all outcomes. It delivers even if it could not
// fetch.
func (e *Exchange) pass(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, passTimeout)
	defer cancel()
	missed, err := e.pull(ctx)
	for _, m := range missed {
		if !errors.Is(m.cause, appraisal.SealBroken) { // refuse has logged it; a longer pause would only delay the other seals
			err = errors.Join(err, m.cause)
		}
	}
	return errors.Join(err, e.deliver(ctx))
}

// PullFor fetches all seals and reported values, for as long as ctx allows. It fails if assessment is away or if one
// of the given cycle could not be stored and confirmed, with SealBroken if a seal does
// not fit.
func (e *Exchange) PullFor(ctx context.Context, authority, cycle string) error {
	missed, err := e.pull(ctx)
	for _, m := range missed {
		if m.authority == authority && m.cycle == cycle {
			err = errors.Join(err, m.cause)
		}
	}
	return err
}

// missed is a seal or reported value that could not be stored and confirmed. The next pass tries again.
type missed struct {
	authority, cycle string
	cause            error
}

// pull stores and confirms every seal and every reported value that assessment lists. One
// that fails does not keep it from those after it.
func (e *Exchange) pull(ctx context.Context) (all []missed, err error) {
	if all, err = e.pullSeals(ctx); err != nil {
		return all, err
	}
	more, err := e.pullReports(ctx)
	return append(all, more...), err
}

func (e *Exchange) pullSeals(ctx context.Context) (all []missed, err error) {
	for answer, err := range rpc.Pages(ctx, e.Assessment.ListUnreceivedSeals, &assessmentv1.ListUnreceivedSealsRequest{PageSize: sealsPerPage}) {
		if err != nil {
			return all, fmt.Errorf("listing seals: %w", err)
		}
		for _, seal := range answer.GetSeals() {
			err := e.take(ctx, seal)
			if errors.Is(err, appraisal.SealBroken) {
				e.refuse(ctx, seal, err)
			}
			if err != nil {
				all = append(all, missed{seal.GetAuthority(), seal.GetCycle(), err})
			}
		}
	}
	return all, nil
}

// take stores a seal and confirms it. It fails with SealBroken if the seal does not fit.
func (e *Exchange) take(ctx context.Context, m *assessmentv1.Seal) error {
	seal, err := fromSeal(m).Read(m.GetContent())
	if err != nil {
		return err
	}
	c, _, err := e.Cycles.ReadKnown(ctx, e.Windows, seal.Authority, seal.Cycle)
	if err != nil {
		return err
	}
	if seal, err = seal.Placed(c); err != nil {
		return err
	}
	late, err := e.Store.Receive(ctx, e.attempt(), seal, m.GetContent())
	if err != nil {
		return err
	}
	if late {
		e.lateSeals.Inc()
		e.Logger.WarnContext(ctx, "a seal arrived after its round was approved", "authority", seal.Authority, "cycle", seal.Cycle,
			"agency", seal.Agency, "round", seal.Round, "number", seal.Number)
	}
	_, err = e.Assessment.ConfirmSeal(ctx, &assessmentv1.ConfirmSealRequest{
		Authority: seal.Authority, Cycle: seal.Cycle, Agency: seal.Agency, Round: m.GetRound(), Sha256: seal.SHA256,
		Unsealed: m.GetUnsealTime() != nil,
	})
	if err != nil {
		return fmt.Errorf("confirming seal %d of %s/%s: %w", seal.Number, seal.Authority, seal.Cycle, err)
	}
	return nil
}

// refuse logs and counts a seal the first time that it does not fit.
func (e *Exchange) refuse(ctx context.Context, m *assessmentv1.Seal, cause error) {
	if !e.first("seal", m.GetAuthority(), m.GetCycle(), m.GetAgency(), m.GetRound(), m.GetSha256()) {
		return
	}
	e.refusedSeals.Inc()
	e.Logger.ErrorContext(ctx, "a seal is refused", "authority", m.GetAuthority(), "cycle", m.GetCycle(), "agency", m.GetAgency(),
		"round", m.GetRound(), "number", m.GetNumber(), "cause", cause.Error())
}

// first reports whether a seal or an outcome is refused for the first time since the
// process started.
func (e *Exchange) first(key ...any) bool {
	name := fmt.Sprintln(key...)
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.reported[name]
	e.reported[name] = true
	return !known
}

// deliver delivers every outcome that has no receipt. An outcome that assessment
// refuses does not keep it from the others; the next pass tries it again.
func (e *Exchange) deliver(ctx context.Context) error {
	for refused := 0; ; {
		o, found, err := e.Store.Undelivered(ctx, refused)
		if err != nil || !found {
			return err
		}
		taken, err := e.handBack(ctx, o)
		if err != nil {
			return fmt.Errorf("delivering the outcome of round %d of %s/%s/%s: %w", o.Round, o.Authority, o.Cycle, o.Agency, err)
		}
		if !taken {
			refused++
		}
	}
}

// handBack delivers one outcome and records its receipt. taken is false if assessment
// refuses this outcome. An error means that no outcome can be delivered now.
func (e *Exchange) handBack(ctx context.Context, o appraisal.Outcome) (taken bool, err error) {
	answer, err := e.Assessment.TakeHandBack(ctx, &assessmentv1.TakeHandBackRequest{
		Authority: o.Authority, Cycle: o.Cycle, Agency: o.Agency, Round: message.Int32(o.Round), Content: o.Content, Sha256: o.SHA256,
	})
	switch {
	case err != nil && (ctx.Err() != nil || concernsAll[fault.From(err).Kind]):
		return false, err
	case err != nil:
		e.reject(ctx, o, fault.From(err).Code)
		return false, nil
	case answer.GetSha256() != o.SHA256:
		e.reject(ctx, o, "assessment keeps "+answer.GetSha256())
		return false, nil
	}
	return true, e.Store.Delivered(ctx, e.attempt(), o, answer.GetReceiveTime().AsTime())
}

// concernsAll are the kinds of faults that do not depend on the outcome.
var concernsAll = map[fault.Kind]bool{
	fault.Unavailable: true, fault.Exhausted: true, fault.Unauthenticated: true, fault.Denied: true,
}

// reject logs and counts an outcome the first time that assessment refuses it.
func (e *Exchange) reject(ctx context.Context, o appraisal.Outcome, cause string) {
	if !e.first("outcome", o.Authority, o.Cycle, o.Agency, o.Round) {
		return
	}
	e.refusedOutcomes.Inc()
	e.Logger.ErrorContext(ctx, "assessment refuses an outcome", "authority", o.Authority, "cycle", o.Cycle, "agency", o.Agency,
		"round", o.Round, "sha256", o.SHA256, "cause", cause)
}

// attempt returns a change that the service makes by itself, without a request.
func (e *Exchange) attempt() pg.Attempt {
	self := auth.Principal{Kind: auth.Service, ID: postgres.Schema}
	return pg.Attempt{Request: pg.Request{Principal: self.String()}, At: e.Now().UTC().Truncate(time.Microsecond)}
}
