package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// reads are the rpcs that change nothing.
var reads = []string{
	"ListAuthorities", "GetAuthority", "ListAgencies", "GetAgency", "ListCycles", "GetCycle", "ListCycleAgencies", "GetRegulation", "GetPublishedRegulation",
	"ListRegulations", "ValidateRegulation", "ExportRegulation", "ListPacks", "ListGuidances", "GetCycleMove", "ListCycleChanges",
}

// probe is a request that could change an issued regulation, and the answer wanted.
type probe struct {
	req  proto.Message
	want string
}

// probes returns requests to each rpc that changes something, aimed at the regulation
// id of An Bình, which is not a draft, has the etag and is pinned by the cycle id.
func probes(t *testing.T, state, id, etag string) map[string][]probe {
	t.Helper()
	other := content(t, "Khác")
	file := importYAML("an-binh", id, example(t))
	blind := proto.CloneOf(file)
	file.Etag, blind.RequestId = etag, ""
	pack := loadPack(id, examplePack)
	packed := proto.CloneOf(pack)
	packed.Etag, packed.RequestId = etag, ""
	const notDraft = "REGULATION_NOT_DRAFT regulation"
	opening, opened := createCycle("other-"+id), "<nil>"
	opening.Regulation = id
	if state != "issued" {
		opened = "REGULATION_NOT_ISSUED regulation"
	}
	revoked := "<nil>"
	if state == "revoked" {
		revoked = "REGULATION_REVOKED regulation"
	}
	return map[string][]probe{
		"ImportCatalog": {{&catalogv1.ImportCatalogRequest{Authority: "an-binh", Content: []byte(`format: parindex.catalog/1
authority: {id: an-binh, name: UBND tỉnh khác}
agencies: [{id: home, name: Sở khác}]
cycles: [{id: ` + id + `, name: Khác, year: 2024, origin: RUN, groups: [{id: departments, name: Khối khác, scored: [home]}]}]
`)}, "<nil>"}},
		"UpdateAgency": {{&catalogv1.UpdateAgencyRequest{
			Authority: "an-binh", Agency: "finance", Name: "Sở Tài chính " + id, Aliases: []string{"STC " + id}, UpdateMask: mask("name,aliases"),
		}, "<nil>"}},
		"CreateRegulation": {{&catalogv1.CreateRegulationRequest{Authority: "an-binh", Regulation: id, Content: other}, "REGULATION_EXISTS regulation"}},
		"UpdateRegulation": {{&catalogv1.UpdateRegulationRequest{Authority: "an-binh", Regulation: id, Content: other, Etag: etag}, notDraft}},
		"IssueRegulation": {
			{&catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: etag}, notDraft},
			{&catalogv1.IssueRegulationRequest{Authority: "an-binh", Regulation: id, Etag: etag, ValidateOnly: true}, notDraft},
		},
		"RevokeRegulation": {{revoke(id), revoked}},
		"ImportRegulation": {{file, notDraft}, {blind, notDraft}},
		"LoadPack":         {{pack, notDraft}, {packed, notDraft}},
		"PublishGuidance":  {{publish(id, letter("", "departments i.1.2")), "<nil>"}},
		"CreateCycle":      {{opening, opened}},
		"ScheduleWindow": {{&catalogv1.ScheduleWindowRequest{
			Authority: "an-binh", Cycle: id, Phase: self1, CloseTime: timestamppb.New(time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)),
		}, "<nil>"}},
		"MoveCycle":   {{move(id, self1), "<nil>"}},
		"ReturnCycle": {{&catalogv1.ReturnCycleRequest{Authority: "an-binh", Cycle: id, Reason: "Làm lại", Phase: preparation, Etag: "1"}, "PHASE_FINAL cycle"}},
		"ExtendDeadline": {{&catalogv1.ExtendDeadlineRequest{
			Authority: "an-binh", Cycle: id, Phase: self1, Agency: "finance", LetterNumber: "12/SNV", Reason: "Mưa lũ",
			CloseTime: timestamppb.New(time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)),
		}, "<nil>"}},
		"RecordPublication":       {{&catalogv1.RecordPublicationRequest{Authority: "an-binh", Cycle: id, Version: 1}, "CYCLE_NOT_PRESENTED cycle"}},
		"RecordDeparture":         {{leaving(id, "finance"), "<nil>"}},
		"WithdrawDeparture":       {{rejoining(id), "AGENCY_HAS_NOT_LEFT agency"}},
		"AcknowledgeCycleChanges": {{&catalogv1.AcknowledgeCycleChangesRequest{Revision: 1}, "<nil>"}},
	}
}

// frozen returns the part of a regulation that never changes once it is issued.
func (w *world) frozen(t *testing.T, id string) *catalogv1.Regulation {
	t.Helper()
	r := w.regulation(t, id)
	r.State, r.Etag = 0, ""
	return r
}

func (w *world) exported(t *testing.T, id string) string {
	t.Helper()
	var files strings.Builder
	for _, format := range []catalogv1.FileFormat{yamlFormat, xlsxFormat} {
		answer, err := w.ExportRegulation(coordinator(t), &catalogv1.ExportRegulationRequest{Authority: "an-binh", Regulation: id, Format: format})
		if err != nil {
			t.Fatal(said(err))
		}
		files.Write(answer.GetContent())
	}
	return files.String()
}

// pinned issues a regulation with a cycle that pins it, both called id, and brings
// the regulation to a state.
func (w *world) pinned(t *testing.T, id, state string) {
	t.Helper()
	w.issue(t, id, declared(t))
	cycle := createCycle(id)
	cycle.Regulation = id
	if _, err := w.CreateCycle(coordinator(t), cycle); err != nil {
		t.Fatal(said(err))
	}
	switch state {
	case "superseded":
		next := content(t, "")
		next.Replaces = id
		w.issue(t, "next-"+id, next)
	case "revoked":
		if _, err := w.RevokeRegulation(coordinator(t), revoke(id)); err != nil {
			t.Fatal(said(err))
		}
	}
}

// TestIssuedNeverChanges sends requests to every rpc that changes something, aimed at
// issued, superseded and revoked regulations: their content stays the same, byte by
// byte. The test fails if the contract has an rpc that it does not know.
func TestIssuedNeverChanges(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	everyone := as(t, auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "an-binh"}, auth.Binding{Role: authv1.Role_ROLE_ADMINISTRATOR})
	methods := catalogv1.File_parindex_catalog_v1_catalog_service_proto.Services().ByName("CatalogService").Methods()
	for _, state := range []string{"issued", "superseded", "revoked"} {
		for i := range methods.Len() {
			name := string(methods.Get(i).Name())
			id := fmt.Sprint(state, "-", i)
			known := probes(t, state, id, "")[name]
			if slices.Contains(reads, name) == (len(known) > 0) {
				t.Errorf("%s must be either among the reads or have probes", name)
			}
			if slices.Contains(reads, name) {
				rule, _ := proto.GetExtension(methods.Get(i).Options(), annotations.E_Http).(*annotations.HttpRule)
				if rule.GetGet() == "" && name != "ValidateRegulation" {
					t.Errorf("%s is no read", name)
				}
				continue
			}
			w.pinned(t, id, state)
			stood, before, files := w.regulation(t, id), w.frozen(t, id), w.exported(t, id)
			if got := strings.ToLower(strings.TrimPrefix(stood.GetState().String(), "REGULATION_STATE_")); got != state {
				t.Fatalf("%s is %s", id, got)
			}
			for _, p := range probes(t, state, id, stood.GetEtag())[name] {
				ctx := everyone
				switch name {
				case "AcknowledgeCycleChanges":
					ctx = asService(t, "assessment")
				case "RecordPublication":
					ctx = asService(t, "scoring")
				}
				if got := said(w.call(ctx, name, p.req)); got != p.want {
					t.Errorf("%s of what is %s: got %s, want %s", name, state, got, p.want)
				}
			}
			if diff := cmp.Diff(before, w.frozen(t, id), protocmp.Transform()); diff != "" || w.exported(t, id) != files {
				t.Errorf("%s changed what is %s:\n%s", name, state, diff)
			}
		}
	}
	w.intact(t)
}
