package appraisal_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// TestLongestReasons disagrees with every item of three large sheets with the longest
// reasons. The outcomes are delivered, and listed on a page each.
func TestLongestReasons(t *testing.T) {
	const more = 394
	var entries []*assessmentv1.SealedEntry
	w := newWorld(t, func(c *cycletest.Catalog) {
		set := c.Regulation.GetContent().GetCriteriaSets()[0]
		for i := range more {
			node, _ := proto.Clone(set.GetNodes()[1]).(*catalogv1.Node)
			node.Code = strconv.Itoa(100 + i)
			set.Nodes = append(set.Nodes, node)
			entries = append(entries, entry("i."+node.GetCode(), "2", chosen("timely")))
		}
	})
	w.assign(t, 11, "departments")
	w.move(t, self1)
	agencies := []string{"finance", "health", "home"}
	for _, agency := range agencies {
		w.assessment.submit(t, agency, 1, entries...)
	}
	w.move(t, appraisal1)
	w.received(t, 1, 3)
	for _, agency := range agencies {
		for _, e := range entries {
			req := disagreeing(agency, e.GetItem(), 1, "0")
			req.Input, req.Reason = chosen("late"), strings.Repeat("𠀀", 4000)
			w.disagree(appraiser(t, 11, ""), t, req)
		}
	}
	req := approving(1)
	req.AcceptNotSubmitted = true
	w.approve(t, req)
	until(t, func() bool { return w.round(t, 1).GetUndelivered() == 0 })

	var pages []string
	list := &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year, PageSize: 200}
	for first := true; first || list.GetPageToken() != ""; first = false {
		answer := must(w.ListOutcomes(council(t), list))
		var page []string
		for _, o := range answer.GetOutcomes() {
			if n := len(o.GetContent()); o.GetAgency() != "my-xuyen" && n < 6<<20 {
				t.Errorf("the outcome of %s has %d bytes", o.GetAgency(), n)
			}
			if content := remade(t, o); len(content.GetItems()) != len(entries)+5 && o.GetAgency() != "my-xuyen" {
				t.Errorf("%s has %d items", o.GetAgency(), len(content.GetItems()))
			}
			page = append(page, o.GetAgency())
		}
		pages = append(pages, strings.Join(page, " "))
		list.PageToken = answer.GetNextPageToken()
	}
	if !slices.Equal(pages, []string{"finance", "health", "home", "my-xuyen"}) {
		t.Errorf("pages: %q", pages)
	}
	w.intact(t)
}
