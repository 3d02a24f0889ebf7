package assessment_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// ofAgency has a request of each rpc about one agency that a person may call.
var ofAgency = map[string]func(authority, agency string) proto.Message{
	"GetSheet": func(authority, agency string) proto.Message {
		return &assessmentv1.GetSheetRequest{Authority: authority, Cycle: "2026", Agency: agency}
	},
	"UpdateEntry": func(authority, agency string) proto.Message {
		return &assessmentv1.UpdateEntryRequest{
			Authority: authority, Cycle: "2026", Agency: agency, Item: "i.1.1", Round: 1, Etag: "0",
			Input: met("plan"), Justification: "x", Evidence: []*assessmentv1.Evidence{document("x")},
		}
	},
	"SubmitSheet": func(authority, agency string) proto.Message {
		return &assessmentv1.SubmitSheetRequest{Authority: authority, Cycle: "2026", Agency: agency, Round: 1, AcceptIncomplete: true}
	},
	"GetSeal": func(authority, agency string) proto.Message {
		return &assessmentv1.GetSealRequest{Authority: authority, Cycle: "2026", Agency: agency, Round: 1}
	},
	"GetHandBack": func(authority, agency string) proto.Message {
		return &assessmentv1.GetHandBackRequest{Authority: authority, Cycle: "2026", Agency: agency, Round: 1}
	},
}

// TestNoAccessToAnotherAgency checks that members of one agency get the same refusal for
// every other agency, whether it exists or not.
func TestNoAccessToAnotherAgency(t *testing.T) {
	w := newWorld(t, self1)
	w.write(t, justified("i.1.1", met("plan")))
	w.submit(t, "home", 1)
	before := w.stored(t)
	for method, request := range ofAgency {
		for who, ctx := range map[string]context.Context{"editor": editor(t, "finance"), "head": head(t, "finance"), "no role": as(t, authv1.Role_ROLE_APPRAISER, "finance")} {
			var answers []string
			for _, agency := range []string{"home", "my-xuyen", "new", "made-up"} {
				err := w.call(ctx, method, request("an-binh", agency))
				wantFault(t, err, fault.NotAllowed)
				answers = append(answers, fmt.Sprint(err))
			}
			elsewhere := w.call(ctx, method, request("soc-trang", "finance"))
			wantFault(t, elsewhere, fault.NotAllowed)
			for _, answer := range append(answers, fmt.Sprint(elsewhere)) {
				if answer != answers[0] {
					t.Errorf("%s %s: refused with %q and %q", method, who, answers[0], answer)
				}
			}
		}
		wantFault(t, w.call(t.Context(), method, request("an-binh", "home")), fault.TokenMissing)
		wantFault(t, w.call(asService(t, "appraisal"), method, request("an-binh", "home")), fault.NotAllowed)
	}
	for method, req := range lists() {
		wantFault(t, w.call(editor(t, "finance"), method, req), fault.NotAllowed)
		wantFault(t, w.call(head(t, "home"), method, req), fault.NotAllowed)
	}
	for method, req := range appraisalRequests(t) {
		wantFault(t, w.call(coordinator(t), method, req), fault.NotAllowed)
		wantFault(t, w.call(asService(t, "scoring"), method, req), fault.NotAllowed)
	}
	wantFault(t, w.call(asService(t, "scoring"), "ListReportedValues", lists()["ListReportedValues"]), fault.NotAllowed)
	for _, ctx := range []context.Context{as(t, authv1.Role_ROLE_APPRAISER, ""), reporter(t), asService(t, "survey")} {
		wantFault(t, w.call(ctx, "ListReportedValues", lists()["ListReportedValues"]), fault.NotAllowed)
	}
	wantFault(t, w.call(coordinator(t), "ReportValue", report("home", ratio("1", "2"))), fault.NotAllowed)
	elsewhere := report("home", ratio("1", "2"))
	elsewhere.Authority = "soc-trang"
	wantFault(t, w.call(reporter(t), "ReportValue", elsewhere), fault.NotAllowed)
	if after := w.stored(t); after != before {
		t.Errorf("refusals left %d rows", after-before)
	}
}

// lists returns the requests about all agencies of a cycle.
func lists() map[string]proto.Message {
	return map[string]proto.Message{
		"ListSheets":         &assessmentv1.ListSheetsRequest{Authority: "an-binh", Cycle: "2026"},
		"ListReportedValues": &assessmentv1.ListReportedValuesRequest{Authority: "an-binh", Cycle: "2026"},
	}
}

// appraisalRequests returns the requests that only the appraisal service may make.
func appraisalRequests(t *testing.T) map[string]proto.Message {
	t.Helper()
	return map[string]proto.Message{
		"ListUnreceivedSeals": &assessmentv1.ListUnreceivedSealsRequest{},
		"ConfirmSeal": &assessmentv1.ConfirmSealRequest{
			Authority: "an-binh", Cycle: "2026", Agency: "home", Round: 1, Sha256: strings.Repeat("0", 64),
		},
		"TakeHandBack":          handBack(t, outcome(1)),
		"ListUnreceivedReports": &assessmentv1.ListUnreceivedReportsRequest{},
		"ConfirmReports":        &assessmentv1.ConfirmReportsRequest{Ids: []string{newID()}},
	}
}

// TestUnusableTextsAreRefused puts a megabyte of text, and texts with control characters,
// into every text field of every request.
func TestUnusableTextsAreRefused(t *testing.T) {
	w := newWorld(t, self1)
	before := w.stored(t)
	everyone := auth.With(t.Context(), auth.Principal{Kind: auth.System, ID: "a", Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_AGENCY_HEAD}, {Role: authv1.Role_ROLE_COORDINATOR}, {Role: authv1.Role_ROLE_SYSTEM},
	}}, "")
	calls := map[string]proto.Message{
		"ReportValue": report("home", ratio("1", "2")), "UnsealSheet": unsealing(), "ImportReportedValues": importing("x"),
		"GetReportTemplate": &assessmentv1.GetReportTemplateRequest{Authority: "an-binh", Cycle: "2026", Provider: "finance"},
	}
	for method, request := range ofAgency {
		calls[method] = request("an-binh", "home")
	}
	maps.Copy(calls, lists())
	appraisal := appraisalRequests(t)
	maps.Copy(calls, appraisal)
	if n := assessmentv1.File_parindex_assessment_v1_assessment_service_proto.Services().Get(0).Methods().Len(); n != len(calls) {
		t.Fatalf("%d of %d rpcs are tried", len(calls), n)
	}
	for method, req := range calls {
		ctx := everyone
		if appraisal[method] != nil {
			ctx = asService(t, "appraisal")
		}
		for _, nonsense := range []string{strings.Repeat("Ỹ\u200b\"'; drop table ", 1<<20/24), "\x00", "a\x1b"} {
			n := everyText(req.ProtoReflect(), func(field string, set func(string) (reset func())) {
				reset := set(nonsense)
				defer reset()
				if f := fault.From(w.call(ctx, method, req)); f == nil || f.Kind != fault.Invalid && !errors.Is(f, fault.StaleEtag) || len(f.Error()) > 4000 {
					t.Errorf("%s with %.8q in %s: %.400v", method, nonsense, field, f)
				}
			})
			if n == 0 && method != "ListUnreceivedReports" {
				t.Errorf("%s has no text field", method)
			}
		}
	}
	if after := w.stored(t); after != before {
		t.Errorf("nonsense left %d rows", after-before)
	}
}

// everyText calls f for each text field of m and of its nested messages, with a function
// that sets the field, and returns the number of fields.
func everyText(m protoreflect.Message, f func(field string, set func(string) (reset func()))) (n int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		was := m.Get(field)
		switch {
		case field.Kind() == protoreflect.StringKind && !field.IsList() && (field.ContainingOneof() == nil || m.Has(field)):
			n++
			f(string(field.FullName()), func(text string) func() {
				m.Set(field, protoreflect.ValueOfString(text))
				return func() { m.Set(field, was) }
			})
		case field.Kind() == protoreflect.StringKind && field.IsList():
			n++
			f(string(field.FullName()), func(text string) func() {
				held := was.List().Get(0)
				was.List().Set(0, protoreflect.ValueOfString(text))
				return func() { was.List().Set(0, held) }
			})
		case field.Kind() == protoreflect.MessageKind && field.IsList():
			for j := range was.List().Len() {
				n += everyText(was.List().Get(j).Message(), f)
			}
		case field.Kind() == protoreflect.MessageKind && m.Has(field):
			n += everyText(was.Message(), f)
		}
	}
	return n
}
