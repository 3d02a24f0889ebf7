// Package exchange fetches the seals of self-assessments from assessment and hands
// the outcomes of appraisal back to it.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

const (
	// longestPause keeps outcomes from waiting long once a sibling is back.
	longestPause = 10 * time.Second
	// roundTimeout ends a round whose sibling or database hangs; what it has done
	// stays.
	roundTimeout = 20 * time.Second
	// sealsPerPage is how many seals are asked for at once.
	sealsPerPage = 20
)

// Deps is what an Exchange works with.
type Deps struct {
	Store      *postgres.Store
	Windows    *window.Projection
	Cycles     *cyclepb.Reader
	Assessment assessmentv1.AssessmentServiceClient
	Now        func() time.Time
	Logger     *slog.Logger
	Metrics    prometheus.Registerer
	// Interval is the time between two rounds; 0 means 1 s.
	Interval time.Duration
}

// Exchange fetches seals from assessment and hands outcomes back (rules A4, A5).
// Each step can be done twice, so that the next round mends whatever broke off,
// and any number of replicas may exchange at once. It is safe for concurrent use.
type Exchange struct {
	Deps

	nudge chan struct{}
	// refusals and lates count seals, rejections outcomes.
	refusals, lates, rejections prometheus.Counter

	mu   sync.Mutex
	told map[string]bool // the seals and outcomes that were told of, each once
}

// New returns an Exchange; it fails if Metrics already has one's.
func New(deps Deps) (*Exchange, error) {
	if deps.Interval == 0 {
		deps.Interval = time.Second
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	e := &Exchange{
		Deps: deps, nudge: make(chan struct{}, 1), told: map[string]bool{},
		refusals:   counter("parindex_seals_refused_total", "Seals of assessment whose hash or content does not fit, each counted once."),
		lates:      counter("parindex_seals_late_total", "Seals that arrived after their round was approved."),
		rejections: counter("parindex_outcomes_refused_total", "Outcomes that assessment refuses, each counted once."),
	}
	undelivered := telemetry.Gauge("parindex_outcomes_undelivered", "Outcomes that assessment has not taken", e.Store.CountUndelivered)
	for _, c := range []prometheus.Collector{e.refusals, e.lates, e.rejections, undelivered} {
		if err := deps.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("registering the metrics of the exchange with assessment: %w", err)
		}
	}
	return e, nil
}

// Nudge begins the next round at once.
func (e *Exchange) Nudge() {
	select {
	case e.nudge <- struct{}{}:
	default:
	}
}

// Run exchanges until ctx ends. While assessment or the database are away it
// tries at growing intervals, up to 10 s, and logs when it begins to fail and
// when it works again.
func (e *Exchange) Run(ctx context.Context) {
	pause, failures := e.Interval, 0
	for {
		err := e.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if failures > 0 {
				e.Logger.InfoContext(ctx, "seals and outcomes are exchanged again", "failures", failures)
			}
			pause, failures = e.Interval, 0
		default:
			if failures++; failures == 1 {
				e.Logger.WarnContext(ctx, "exchanging seals and outcomes with assessment", "cause", err.Error())
			}
			pause = max(e.Interval, min(2*pause, longestPause))
		}
		select {
		case <-ctx.Done():
			return
		case <-e.nudge:
		case <-time.After(pause - rand.N(pause/4+1)): //nolint:gosec // replicas only must not ask in step
		}
	}
}

// round fetches and delivers what there is; each is tried though the other fails.
func (e *Exchange) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, roundTimeout)
	defer cancel()
	missed, err := e.pull(ctx)
	for _, m := range missed {
		if !errors.Is(m.because, appraisal.SealBroken) { // told once, by refuse; trying more often mends nothing
			err = errors.Join(err, m.because)
		}
	}
	return errors.Join(err, e.deliver(ctx))
}

// PullFor fetches every seal there is and fails if assessment is away, or if a
// seal of the cycle could not be stored and confirmed: SealBroken if it does not
// hold what it must.
func (e *Exchange) PullFor(ctx context.Context, authority, cycle string) error {
	ctx, cancel := context.WithTimeout(ctx, roundTimeout)
	defer cancel()
	missed, err := e.pull(ctx)
	for _, m := range missed {
		if m.authority == authority && m.cycle == cycle {
			err = errors.Join(err, m.because)
		}
	}
	return err
}

// missed is a seal that the next round tries again.
type missed struct {
	authority, cycle string
	because          error
}

// pull stores and confirms every seal that assessment lists, on all pages: one
// that cannot be taken neither stops the others nor hides them.
func (e *Exchange) pull(ctx context.Context) (all []missed, err error) {
	request := &assessmentv1.ListUnreceivedSealsRequest{PageSize: sealsPerPage}
	for {
		answer, err := e.Assessment.ListUnreceivedSeals(ctx, request)
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
		if request.PageToken = answer.GetNextPageToken(); request.GetPageToken() == "" {
			return all, nil
		}
	}
}

// take stores a seal and confirms it: SealBroken.
func (e *Exchange) take(ctx context.Context, m *assessmentv1.Seal) error {
	seal, err := fromReceipt(m).Open(m.GetContent())
	if err != nil {
		return err
	}
	known, err := e.Windows.State(ctx, seal.Authority, seal.Cycle)
	if err != nil {
		return err
	}
	c, err := e.Cycles.Read(ctx, seal.Authority, seal.Cycle, known.Revision)
	if err != nil {
		return err
	}
	if err := seal.Check(c); err != nil {
		return err
	}
	late, err := e.Store.Receive(ctx, e.attempt(), seal, m.GetContent())
	if err != nil {
		return err
	}
	if late {
		e.lates.Inc()
		e.Logger.WarnContext(ctx, "a seal arrived after its round was approved", "authority", seal.Authority, "cycle", seal.Cycle,
			"agency", seal.Agency, "round", seal.Round, "number", seal.Number)
	}
	_, err = e.Assessment.ConfirmSeal(ctx, &assessmentv1.ConfirmSealRequest{
		Authority: seal.Authority, Cycle: seal.Cycle, Agency: seal.Agency, Round: m.GetRound(), Sha256: seal.SHA256,
	})
	if err != nil {
		return fmt.Errorf("confirming seal %d of %s/%s: %w", seal.Number, seal.Authority, seal.Cycle, err)
	}
	return nil
}

// fromReceipt returns what the receipt of a seal says.
func fromReceipt(m *assessmentv1.Seal) appraisal.Seal {
	return appraisal.Seal{
		Authority: m.GetAuthority(), Cycle: m.GetCycle(), Agency: m.GetAgency(),
		Round: int(m.GetRound()), Number: int(m.GetNumber()), SHA256: m.GetSha256(),
	}
}

// refuse logs and counts a seal the first time it is refused.
func (e *Exchange) refuse(ctx context.Context, m *assessmentv1.Seal, because error) {
	if !e.tell("seal", m.GetAuthority(), m.GetCycle(), m.GetAgency(), m.GetRound(), m.GetSha256()) {
		return
	}
	e.refusals.Inc()
	e.Logger.ErrorContext(ctx, "a seal is refused", "authority", m.GetAuthority(), "cycle", m.GetCycle(), "agency", m.GetAgency(),
		"round", m.GetRound(), "number", m.GetNumber(), "cause", because.Error())
}

// tell reports whether a seal or an outcome is told of for the first time.
func (e *Exchange) tell(parts ...any) bool {
	key := fmt.Sprintln(parts...)
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.told[key]
	e.told[key] = true
	return !known
}

// deliver hands every outcome without a receipt to assessment. One that it
// refuses neither stops nor slows the others: the next round tries it again.
func (e *Exchange) deliver(ctx context.Context) error {
	for refused := 0; ; {
		o, found, err := e.Store.Undelivered(ctx, refused)
		if err != nil || !found {
			return err
		}
		taken, err := e.handBack(ctx, o)
		if err != nil {
			return fmt.Errorf("handing back round %d of %s/%s/%s: %w", o.Round, o.Authority, o.Cycle, o.Agency, err)
		}
		if !taken {
			refused++
		}
	}
}

// handBack delivers one outcome and notes the receipt. An outcome that assessment
// refuses is not taken; an error says that none can be delivered now.
func (e *Exchange) handBack(ctx context.Context, o appraisal.Outcome) (taken bool, err error) {
	answer, err := e.Assessment.TakeHandBack(ctx, &assessmentv1.TakeHandBackRequest{
		Authority: o.Authority, Cycle: o.Cycle, Agency: o.Agency, Round: int32(o.Round), Content: o.Content, Sha256: o.SHA256, //nolint:gosec // round 1 or 2
	})
	switch {
	case err != nil && (ctx.Err() != nil || notOfOne[fault.From(err).Kind]):
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

// notOfOne are the kinds of faults that meet every outcome alike.
var notOfOne = map[fault.Kind]bool{
	fault.Unavailable: true, fault.Exhausted: true, fault.Unauthenticated: true, fault.Denied: true,
}

// reject logs and counts an outcome the first time assessment refuses it.
func (e *Exchange) reject(ctx context.Context, o appraisal.Outcome, cause string) {
	if !e.tell("outcome", o.Authority, o.Cycle, o.Agency, o.Round) {
		return
	}
	e.rejections.Inc()
	e.Logger.ErrorContext(ctx, "assessment refuses an outcome", "authority", o.Authority, "cycle", o.Cycle, "agency", o.Agency,
		"round", o.Round, "sha256", o.SHA256, "cause", cause)
}

// attempt is a change that the service makes by itself.
func (e *Exchange) attempt() pg.Attempt {
	self := auth.Principal{Kind: auth.Service, ID: postgres.Schema}
	return pg.Attempt{Request: pg.Request{Principal: self.String()}, At: e.Now().UTC().Truncate(time.Microsecond)}
}
