package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// compute computes a run, checks that recomputing it gives the same bytes, and
// reads the explanation of one agency's result.
func (p *Player) compute(ctx context.Context) error {
	p.run = new(scoringv1.Run)
	if err := p.coordinator().post(ctx, p.inCycle("/runs"), &scoringv1.CreateRunRequest{RequestId: p.id()}, p.run); err != nil {
		return err
	}
	again := new(scoringv1.RecomputeRunResponse)
	request := &scoringv1.RecomputeRunRequest{}
	if err := p.council().post(ctx, p.inCycle("/runs/%s:recompute", p.run.GetId()), request, again); err != nil {
		return err
	}
	early := &scoringv1.PresentRunRequest{RequestId: p.id()}
	return errors.Join(
		equal("the state", p.run.GetState(), scoringv1.RunState_RUN_STATE_COMPUTED),
		check(len(p.run.GetGaps()) == 0, "the run has gaps: %v", p.run.GetGaps()),
		check(again.GetSame(), "recomputing the run gives other bytes"),
		equal("the hash computed again", again.GetSha256(), p.run.GetSha256()),
		check(slices.ContainsFunc(p.run.GetInputs(), func(i *scoringv1.RunInput) bool { return i.GetSha256() == p.snapshot }),
			"the survey's result is no input"),
		p.coordinator().refuse(ctx, "WINDOW_NOT_OPEN", http.MethodPost, p.inCycle("/runs/%s:present", p.run.GetId()), early),
		p.checkAccount(ctx),
		p.checkResults(ctx),
	)
}

// checkAccount checks the explanation for the agency with a reduction, from the
// index down to the facts.
func (p *Player) checkAccount(ctx context.Context) error {
	reduction := p.script.Cycle.Reduction.message
	account := new(scoringv1.AgencyResult)
	if err := p.coordinator().get(ctx, p.inCycle("/runs/%s/agencies/%s", p.run.GetId(), reduction.GetAgency()), account); err != nil {
		return err
	}
	final := p.script.round(2).Appraisals
	i := slices.IndexFunc(final, func(a appraisal) bool { return a.Agency == reduction.GetAgency() })
	var judged []string
	for _, item := range account.GetItems() {
		if kind := item.GetSourceKind(); kind == "SELF" || kind == "FEED" {
			judged = append(judged, outcomeLine(item.GetItem(), item.GetPoints(), item.GetStandardPoints(), false))
		}
		if item.GetItem() == reduction.GetItem() {
			if err := equal("what the reduction takes out", item.GetReducedPoints(), reduction.GetPoints()); err != nil {
				return err
			}
		}
		if item.GetSourceKind() == "SURVEY" {
			if err := equal("how many responses count", item.GetResponses(), 10); err != nil {
				return err
			}
		}
	}
	return equalLines("the account of what was judged", judged, final[i].Outcome)
}

// checkResults checks the result of the run for every agency.
func (p *Player) checkResults(ctx context.Context) error {
	for _, set := range p.script.Regulation.message.GetCriteriaSets() {
		board := new(scoringv1.Leaderboard)
		if err := p.person("td-pheduyet").get(ctx, p.inCycle("/runs/%s/leaderboards/%s", p.run.GetId(), set.GetGroup()), board); err != nil {
			return err
		}
		if err := p.checkBoard(board, set.GetGroup()); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) checkBoard(board *scoringv1.Leaderboard, group string) error {
	if err := equal("how many agencies are ranked in "+group, len(board.GetEntries()), len(p.script.agenciesOf(group))); err != nil {
		return err
	}
	for _, e := range board.GetEntries() {
		got := fmt.Sprintf("%d %s %s", e.GetRank(), e.GetIndexExact(), e.GetClass())
		if err := equal("the result of "+e.GetAgency(), got, p.script.Cycle.Publication.Results[e.GetAgency()]); err != nil {
			return err
		}
	}
	return nil
}

// present presents the run.
func (p *Player) present(ctx context.Context) error {
	publish := &scoringv1.PublishRunRequest{DecisionNumber: p.script.Cycle.Publication.Decision, DecisionDate: p.today(), RequestId: p.id()}
	path := p.inCycle("/runs/%s", p.run.GetId())
	if err := p.person("td-pheduyet").refuse(ctx, "RUN_NOT_PRESENTED", http.MethodPost, path+":publish", publish); err != nil {
		return err
	}
	presented := new(scoringv1.Run)
	if err := p.coordinator().post(ctx, path+":present", &scoringv1.PresentRunRequest{RequestId: p.id()}, presented); err != nil {
		return err
	}
	return errors.Join(
		equal("the state", presented.GetState(), scoringv1.RunState_RUN_STATE_PRESENTED),
		equal("the hash", presented.GetSha256(), p.run.GetSha256()),
	)
}

// publish publishes the run under the decision and checks that nothing of it was
// public before.
func (p *Player) publish(ctx context.Context) error {
	request := &scoringv1.PublishRunRequest{DecisionNumber: p.script.Cycle.Publication.Decision, DecisionDate: p.today(), RequestId: p.id()}
	path := p.inCycle("/runs/%s:publish", p.run.GetId())
	err := errors.Join(
		p.nobody().refuse(ctx, "PUBLICATION_UNKNOWN", http.MethodGet, p.inCycle("/leaderboards/departments"), nil),
		p.coordinator().refuse(ctx, "NOT_ALLOWED", http.MethodPost, path, request),
	)
	if err != nil {
		return err
	}
	answer, again := new(scoringv1.PublishRunResponse), new(scoringv1.PublishRunResponse)
	if err := p.person("td-pheduyet").post(ctx, path, request, answer); err != nil {
		return err
	}
	if err := p.person("td-pheduyet").post(ctx, path, request, again); err != nil {
		return fmt.Errorf("sending it again: %w", err)
	}
	publication := answer.GetPublishedCycle().GetPublication()
	return errors.Join(
		check(proto.Equal(answer, again), "the same request publishes something else"),
		equal("the version", publication.GetVersion(), 1),
		equal("the decision", publication.GetDecisionNumber(), request.GetDecisionNumber()),
		equal("its date", publication.GetDecisionDate(), request.GetDecisionDate()),
	)
}

// today returns today's date in Việt Nam.
func (p *Player) today() string {
	return p.config.Now().In(time.FixedZone("UTC+7", 7*60*60)).Format(time.DateOnly)
}

// readLeaderboards reads the public leaderboards without a login and checks them.
func (p *Player) readLeaderboards(ctx context.Context) error {
	for _, set := range p.script.Regulation.message.GetCriteriaSets() {
		err := p.until(ctx, func() (bool, string, error) { // the gateway learns of it within a second
			board := new(scoringv1.Leaderboard)
			client := p.config.Client
			err := client.Call(ctx, http.MethodGet, p.inCycle("/leaderboards/%s", set.GetGroup()), nil, board)
			if err != nil {
				return false, err.Error(), nil //nolint:nilerr // until reports it when the time is over
			}
			return true, "", errors.Join(
				p.checkBoard(board, set.GetGroup()),
				equal("the decision", board.GetPublication().GetDecisionNumber(), p.script.Cycle.Publication.Decision),
			)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
