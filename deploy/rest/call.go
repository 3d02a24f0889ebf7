package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// ImportCatalog imports a catalog file of an authority; a dry run stores nothing.
// It fails as CatalogService.ImportCatalog does.
func (c *Client) ImportCatalog(ctx context.Context, authority string, content []byte, dryRun bool) (*catalogv1.ImportCatalogResponse, error) {
	answer := new(catalogv1.ImportCatalogResponse)
	return answer, c.Call(ctx, http.MethodPost, "/v1/authorities/"+authority+":importCatalog",
		&catalogv1.ImportCatalogRequest{Content: content, ValidateOnly: dryRun, RequestId: uuid.NewString()}, answer)
}

// ProposeHistory proposes the results of an earlier cycle, which another person imports.
// It gives the request an id, and fails as ScoringService.ProposeHistory does.
func (c *Client) ProposeHistory(ctx context.Context, authority, cycle string, request *scoringv1.ProposeHistoryRequest) (*scoringv1.ProposeHistoryResponse, error) {
	request.RequestId = uuid.NewString()
	answer := new(scoringv1.ProposeHistoryResponse)
	return answer, c.Call(ctx, http.MethodPost, "/v1/authorities/"+authority+"/cycles/"+cycle+":proposeHistory", request, answer)
}

// ImportHistory imports and publishes the proposed results of an earlier cycle. It gives
// the request an id, and fails as ScoringService.ImportHistory does.
func (c *Client) ImportHistory(ctx context.Context, authority, cycle string, request *scoringv1.ImportHistoryRequest) (*scoringv1.ImportHistoryResponse, error) {
	request.RequestId = uuid.NewString()
	answer := new(scoringv1.ImportHistoryResponse)
	return answer, c.Call(ctx, http.MethodPost, "/v1/authorities/"+authority+"/cycles/"+cycle+":importHistory", request, answer)
}

// PublishedGroups returns the ids of the groups that have a published leaderboard in a
// cycle. It fails if there is none.
func (c *Client) PublishedGroups(ctx context.Context, authority, cycle string) ([]string, error) {
	answer := new(scoringv1.ListPublishedCyclesResponse)
	if err := c.Call(ctx, http.MethodGet, "/v1/publishedCycles?pageSize=200&authority="+authority, nil, answer); err != nil {
		return nil, err
	}
	var groups []string
	for _, c := range answer.GetPublishedCycles() {
		if c.GetCycle() != cycle {
			continue
		}
		for _, g := range c.GetGroups() {
			groups = append(groups, g.GetId())
		}
	}
	if len(groups) == 0 {
		return nil, fmt.Errorf("nothing is published for %s %s", authority, cycle)
	}
	return groups, nil
}

// PrintLeaderboards reads the leaderboards of some groups of a cycle and writes
// each with WriteLeaderboard.
func (c *Client) PrintLeaderboards(ctx context.Context, out io.Writer, authority, cycle string, groups []string) error {
	for _, group := range groups {
		board := new(scoringv1.Leaderboard)
		if err := c.Call(ctx, http.MethodGet, "/v1/authorities/"+authority+"/cycles/"+cycle+"/leaderboards/"+group, nil, board); err != nil {
			return err
		}
		if err := WriteLeaderboard(out, board); err != nil {
			return err
		}
	}
	return nil
}
