package catalog_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// letter returns guidance on items, each written "group item".
func letter(notice string, items ...string) *catalogv1.GuidanceContent {
	c := &catalogv1.GuidanceContent{DocumentNumber: "15/SNV-CCHC", DocumentDate: "2024-01-05", Notice: notice}
	for _, item := range items {
		group, id, _ := strings.Cut(item, " ")
		c.Items = append(c.Items, &catalogv1.ItemGuidance{Group: group, Item: id, Text: "Cách chấm\nmục " + id})
	}
	return c
}

// dated returns guidance whose letter has a date.
func dated(date string) *catalogv1.GuidanceContent {
	c := letter("Ngày", "departments i.1.2")
	c.DocumentDate = date
	return c
}

func publish(cycle string, c *catalogv1.GuidanceContent) *catalogv1.PublishGuidanceRequest {
	return &catalogv1.PublishGuidanceRequest{Authority: "an-binh", Cycle: cycle, Content: c, RequestId: uuid.NewString()}
}

func TestPublishGuidance(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.run(t, "2024")
	ctx := coordinator(t)
	req := publish("2024", letter("", "departments i.1.2", "districts i.1.1"))
	first, err := w.PublishGuidance(ctx, req)
	if err != nil {
		t.Fatal(said(err))
	}
	g := first.GetGuidance()
	if g.GetVersion() != 1 || g.GetAuthority() != "an-binh" || g.GetCycle() != "2024" || !g.GetPublishTime().AsTime().Equal(w.Clock.Now()) {
		t.Errorf("got %v", g)
	}
	if diff := cmp.Diff(req.GetContent(), g.GetContent(), protocmp.Transform()); diff != "" {
		t.Errorf("(-went in +came back):\n%s", diff)
	}
	w.Clock.Add(time.Minute)
	if again, err := w.PublishGuidance(ctx, req); err != nil || !proto.Equal(first, again) {
		t.Errorf("the same request again: %v %s", again, said(err))
	}
	if got := w.lastAction(t); got != `publish-guidance {"cycle":"2024","items":2,"version":1}` {
		t.Errorf("the audit entry is %s", got)
	}
	reused := proto.CloneOf(req)
	reused.Content.Notice = "Khác"
	own, audited := w.rows(t)
	for want, req := range map[string]*catalogv1.PublishGuidanceRequest{
		"REQUEST_ID_REUSED requestId":            reused,
		"CYCLE_UNKNOWN cycle":                    publish("2030", letter("", "departments i.1.2")),
		"CYCLE_NOT_RUN cycle":                    publish("2023", letter("", "departments i.1.2")),
		"GUIDANCE_NOTICE_MISSING content.notice": publish("2024", letter("  ", "departments i.1.2")),
		"BAD_REQUEST\ncontent.documentNumber TEXT_UNPRINTABLE": publish("2024", &catalogv1.GuidanceContent{
			DocumentNumber: "15\x00/SNV", DocumentDate: "2024-01-05", Notice: "Sửa", Items: letter("", "departments i.1.2").GetItems(),
		}),
		"BAD_REQUEST\ncontent.documentDate DATE_NOT_REAL":     publish("2024", dated("2024-02-30")),
		"BAD_REQUEST\ncontent.documentDate DATE_OUT_OF_RANGE": publish("2024", dated("2024-01-09")),
		"BAD_REQUEST\ncontent.items repeated.min_items":       publish("2024", letter("Sửa")),
		"BAD_REQUEST\ncontent.items[0].item string.item":      publish("2024", letter("Sửa", "departments 1.2")),
		`GROUP_UNKNOWN
content.items[1].group GROUP_UNKNOWN
content.items[2].item ITEM_UNKNOWN
content.items[3].item ITEM_UNKNOWN
content.items[4].item ITEM_TWICE`: publish("2024", letter("Sửa",
			"departments i.1.2", "communes i.1.2", "departments i.1", "districts i.1.2", "departments i.1.2")),
	} {
		_, err := w.PublishGuidance(ctx, req)
		if got := said(err); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if o, a := w.rows(t); o != own || a != audited {
		t.Error("something was stored")
	}
	w.intact(t)
}

// guided checks that only the guidance of the cycle 2024 has changed since it was
// read, n times, and that all rpcs that answer cycles agree. It returns the cycle.
func (w *world) guided(t *testing.T, seen *catalogv1.Cycle, n int32) *catalogv1.Cycle {
	t.Helper()
	now := w.cycle(t, "2024")
	etag, err := strconv.Atoi(seen.GetEtag())
	if err != nil {
		t.Fatal(err)
	}
	want := proto.CloneOf(seen)
	want.GuidanceVersion += n
	want.Revision += int64(n)
	want.Etag = strconv.Itoa(etag + int(n))
	if diff := cmp.Diff(want, now, protocmp.Transform()); diff != "" {
		t.Errorf("after %d publications (-want +got):\n%s", n, diff)
	}
	list, err := w.ListCycles(coordinator(t), &catalogv1.ListCyclesRequest{Authority: "an-binh"})
	if err != nil || !slices.ContainsFunc(list.GetCycles(), func(c *catalogv1.Cycle) bool { return proto.Equal(c, now) }) {
		t.Errorf("listed %v %s", list, said(err))
	}
	if told := w.changes(t, seen.GetRevision(), 0); n > 0 && (len(told) != 1 || !proto.Equal(told[0], now)) || n == 0 && len(told) != 0 {
		t.Errorf("the services are told %v", told)
	}
	return now
}

// TestGuidanceInForce checks that each publication changes its cycle once, in every
// rpc that answers cycles, and that two publications at once get consecutive versions.
func TestGuidanceInForce(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.run(t, "2024", "2025")
	ctx := coordinator(t)
	seen := w.cycle(t, "2024")
	if seen.GetGuidanceVersion() != 0 {
		t.Errorf("before the first: %v", seen)
	}
	seen.Revision++ // of the cycle 2025, which was created after it
	first := publish("2024", letter("", "departments i.1.2"))
	if _, err := w.PublishGuidance(ctx, first); err != nil {
		t.Fatal(said(err))
	}
	seen = w.guided(t, seen, 1)
	for want, req := range map[string]*catalogv1.PublishGuidanceRequest{
		"<nil>":                                  first, // again
		"GUIDANCE_NOTICE_MISSING content.notice": publish("2024", letter("", "departments i.1.2")),
		"ITEM_UNKNOWN content.items[0].item":     publish("2024", letter("Sửa", "departments i.9")),
	} {
		if _, err := w.PublishGuidance(ctx, req); said(err) != want {
			t.Errorf("got %s, want %s", said(err), want)
		}
	}
	seen = w.guided(t, seen, 0)
	stale := seen.GetEtag()
	atOnce(2, func(i int) {
		if _, err := w.PublishGuidance(ctx, publish("2024", letter(fmt.Sprint("Bản ", i), "departments i.1.2"))); err != nil {
			t.Error(said(err))
		}
	})
	seen = w.guided(t, seen, 2)
	if seen.GetGuidanceVersion() != 3 {
		t.Errorf("in force is %d", seen.GetGuidanceVersion())
	}
	_, err := w.MoveCycle(ctx, &catalogv1.MoveCycleRequest{Authority: "an-binh", Cycle: "2024", Phase: self1, Etag: stale})
	wantFault(t, err, fault.StaleEtag)
	moved, err := w.MoveCycle(ctx, move("2024", self1))
	if err != nil || moved.GetCycle().GetGuidanceVersion() != 3 {
		t.Errorf("moved: %v %s", moved, said(err))
	}
	for _, other := range []string{"2023", "2025"} {
		if c := w.cycle(t, other); c.GetGuidanceVersion() != 0 || c.GetEtag() != "1" {
			t.Errorf("another cycle: %v", c)
		}
	}
	w.intact(t)
}

// TestListGuidances lists versions newest first; those published at once get one
// number each.
func TestListGuidances(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	w.run(t, "2024", "2025")
	ctx := coordinator(t)
	list := func(req *catalogv1.ListGuidancesRequest) *catalogv1.ListGuidancesResponse {
		req.Authority = "an-binh"
		answer, err := w.ListGuidances(ctx, req)
		if err != nil {
			t.Fatal(said(err))
		}
		return answer
	}
	if none := list(&catalogv1.ListGuidancesRequest{Cycle: "2024"}); len(none.GetGuidances()) != 0 || none.GetNextPageToken() != "" {
		t.Errorf("none: %v", none)
	}
	var done atomic.Int32
	atOnce(12, func(i int) {
		if _, err := w.PublishGuidance(ctx, publish("2024", letter(fmt.Sprint("Bản ", i), "departments i.1.2"))); err == nil {
			done.Add(1)
		} else {
			t.Error(said(err))
		}
	})
	var versions []int32
	for token := ""; ; {
		page := list(&catalogv1.ListGuidancesRequest{Cycle: "2024", PageSize: 5, PageToken: token})
		for _, g := range page.GetGuidances() {
			versions = append(versions, g.GetVersion())
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
		_, err := w.ListGuidances(ctx, &catalogv1.ListGuidancesRequest{Authority: "an-binh", Cycle: "2025", PageToken: token})
		wantFault(t, err, fault.PageTokenInvalid)
	}
	if got := fmt.Sprint(versions); got != "[12 11 10 9 8 7 6 5 4 3 2 1]" {
		t.Errorf("listed %s", got)
	}
	if other := list(&catalogv1.ListGuidancesRequest{Cycle: "2025"}); len(other.GetGuidances()) != 0 {
		t.Errorf("another cycle has %v", other)
	}
	_, err := w.ListGuidances(ctx, &catalogv1.ListGuidancesRequest{Authority: "an-binh", Cycle: "2030"})
	if got := said(err); got != "CYCLE_UNKNOWN cycle" {
		t.Error(got)
	}
	w.intact(t)
}
