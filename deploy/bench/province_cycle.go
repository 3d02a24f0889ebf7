package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// id returns a new request id.
func id() string { return uuid.NewString() }

// ofCycle returns a path below the cycle.
func ofCycle(path string, args ...any) string {
	return authority + "/cycles/" + year + fmt.Sprintf(path, args...)
}

// issue loads a pack, changes its content with arrange, and issues it.
func (p *province) issue(ctx context.Context) error {
	const path = authority + "/regulations/" + year
	loaded := new(catalogv1.LoadPackResponse)
	load := &catalogv1.LoadPackRequest{Pack: "soc-trang-2023", RequestId: id()}
	if err := p.post(ctx, p.coordinator, "LoadPack", path+":loadPack", load, loaded); err != nil {
		return err
	}
	draft := loaded.GetRegulation()
	p.content = draft.GetContent()
	if err := p.arrange(); err != nil {
		return err
	}
	update := &catalogv1.UpdateRegulationRequest{Content: p.content, Etag: draft.GetEtag(), RequestId: id()}
	if err := p.patch(ctx, p.coordinator, "UpdateRegulation", path, update, draft); err != nil {
		return err
	}
	issue := &catalogv1.IssueRegulationRequest{Etag: draft.GetEtag(), RequestId: id()}
	return p.post(ctx, p.coordinator, "IssueRegulation", path+":issue", issue, draft)
}

// arrange keeps the criteria of districts, makes the decision the authority's own,
// removes the parts about agencies of another one, and halves items until there are selfAssessed of them.
func (p *province) arrange() error {
	c := p.content
	c.Title, c.DecisionNumber, c.Signer = "Quy định (số liệu giả)", "1/QĐ-UBND", "Ủy ban nhân dân tỉnh (số liệu giả)"
	c.DecisionDate, c.EffectiveDate, c.ReplacesDecision = year+"-01-05", year+"-01-05", ""
	c.Declared, c.Acknowledgements, c.Seats, c.Duties, c.Agencies, c.SurveyLinks = nil, nil, nil, nil, nil, nil
	var set *catalogv1.CriteriaSet
	for _, s := range c.GetCriteriaSets() {
		if s.GetGroup() == "districts" {
			set = s
		}
	}
	c.CriteriaSets = []*catalogv1.CriteriaSet{set}
	var own []*catalogv1.Node
	for _, n := range set.GetNodes() {
		switch n.GetItem().GetSourceKind() {
		case catalogv1.SourceKind_SOURCE_KIND_SELF, catalogv1.SourceKind_SOURCE_KIND_TARGETS:
			own = append(own, n)
		case catalogv1.SourceKind_SOURCE_KIND_FEED:
			p.fed = append(p.fed, n)
		case catalogv1.SourceKind_SOURCE_KIND_SURVEY, catalogv1.SourceKind_SOURCE_KIND_SATISFACTION:
			p.asked = append(p.asked, n)
		case catalogv1.SourceKind_SOURCE_KIND_HISTORY, catalogv1.SourceKind_SOURCE_KIND_UNSPECIFIED: // nobody says anything
		}
	}
	p.entered = own
	for i := 0; i < len(own) && len(p.entered) < selfAssessed; i++ {
		if half := halve(own[i]); half != nil {
			half.Code = fmt.Sprintf("%s.%d", half.GetParent(), 100+i)
			set.Nodes, p.entered = append(set.Nodes, half), append(p.entered, half)
		}
	}
	for i, n := range p.entered {
		p.places[itemID(n)] = i
	}
	if len(p.entered) != selfAssessed {
		return fmt.Errorf("there are %d items that agencies assess", len(p.entered))
	}
	return nil
}

// halve removes half of an item's points and returns the other half as another
// item; nil if the item's rule states points.
func halve(n *catalogv1.Node) *catalogv1.Node {
	item := n.GetItem()
	_, share := item.GetRule().GetFamily().(*rulev1.Rule_Proportional)
	_, all := item.GetRule().GetFamily().(*rulev1.Rule_AllOrNothing)
	most, ok := new(big.Rat).SetString(item.GetMaxPoints())
	if !ok || !share && !all {
		return nil
	}
	item.MaxPoints = most.Mul(most, big.NewRat(1, 2)).FloatString(6)
	item.TestVectors = nil // which hold for the whole
	return proto.CloneOf(n)
}

// itemID returns the id of an item: its part and its code.
func itemID(n *catalogv1.Node) string {
	part := "i"
	if n.GetPart() == "ii" {
		part = "ii"
	}
	return part + "." + strings.ToLower(n.GetCode())
}

func (p *province) create(ctx context.Context) error {
	request := &catalogv1.CreateCycleRequest{Cycle: year, Name: "Năm " + year + " (số liệu giả)", Year: 2026, Regulation: year, RequestId: id()}
	for i := range agencies {
		request.Members = append(request.Members, &catalogv1.CycleMember{Agency: agency(i), Group: "districts"})
	}
	return p.post(ctx, p.coordinator, "CreateCycle", authority+"/cycles", request, new(catalogv1.Cycle))
}

// move returns the step that moves the cycle and waits until every service has
// received the move.
func (p *province) move(phase catalogv1.Phase) func(context.Context) error {
	return func(ctx context.Context) error {
		request := &catalogv1.MoveCycleRequest{Phase: phase, RequestId: id()}
		if err := p.post(ctx, p.coordinator, "MoveCycle", ofCycle(":move"), request, new(catalogv1.MoveCycleResponse)); err != nil {
			return err
		}
		return eventually(ctx, func() error {
			state := new(catalogv1.GetCycleMoveResponse)
			err := p.get(ctx, p.coordinator, "GetCycleMove", ofCycle("/move"), state)
			if err == nil && !state.GetDone() {
				err = errors.New("not every service knows it")
			}
			return err
		})
	}
}

// write returns the step in which every agency writes the open items of its sheet
// and reads the sheet in between, and the coordinator lists all sheets.
func (p *province) write(round int32) func(context.Context) error {
	return func(ctx context.Context) error {
		err := many(ctx, agencies, func(ctx context.Context, a int) error { return p.writeSheet(ctx, round, a) })
		if err != nil {
			return err
		}
		return p.get(ctx, p.coordinator, "ListSheets", ofCycle("/sheets?pageSize=200"), new(assessmentv1.ListSheetsResponse))
	}
}

func (p *province) writeSheet(ctx context.Context, round int32, a int) error {
	path, stored := ofCycle("/sheets/%s", agency(a)), new(assessmentv1.Sheet)
	if err := p.get(ctx, p.agents[a], "GetSheet", path, stored); err != nil {
		return err
	}
	written := 0
	for _, e := range stored.GetEntries() {
		place, entered := p.places[e.GetItem()]
		if !entered || !e.GetOpen() {
			continue
		}
		request := p.update(round, a, place)
		request.Etag = e.GetEtag()
		if err := p.patch(ctx, p.agents[a], "UpdateEntry", path+"/entries/"+e.GetItem(), request, new(assessmentv1.Entry)); err != nil {
			return err
		}
		if written++; written%20 == 0 {
			if err := p.get(ctx, p.agents[a], "GetSheet", path, new(assessmentv1.Sheet)); err != nil {
				return err
			}
		}
	}
	if round == 1 && written != selfAssessed {
		return fmt.Errorf("%s wrote %d items", agency(a), written)
	}
	return nil
}

// update returns the entry of an agency for an item: four of five items are fully
// achieved.
func (p *province) update(round int32, a, place int) *assessmentv1.UpdateEntryRequest {
	return &assessmentv1.UpdateEntryRequest{
		Round: round, Input: facts(p.entered[place], (a+place)%5 != 0),
		Justification: "Đã thực hiện đầy đủ theo kế hoạch được phê duyệt; kèm theo là báo cáo của đơn vị.",
		Evidence: []*assessmentv1.Evidence{{
			Title: "Báo cáo kết quả thực hiện kế hoạch", DocumentNumber: "12/BC-UBND", Issuer: "Ủy ban nhân dân", IssueDate: "2026-10-30",
		}},
		RequestId: id(),
	}
}

// facts returns the facts of an item that was achieved fully or not.
func facts(n *catalogv1.Node, fully bool) *rulev1.Input {
	switch rule := n.GetItem().GetRule().GetFamily().(type) {
	case *rulev1.Rule_AllOrNothing:
		met := new(rulev1.ConditionsMet)
		for _, c := range rule.AllOrNothing.GetConditions() {
			if fully {
				met.Ids = append(met.Ids, c.GetId())
			}
		}
		return &rulev1.Input{Facts: &rulev1.Input_ConditionsMet{ConditionsMet: met}}
	case *rulev1.Rule_Choice:
		option := rule.Choice.GetOptions()[0]
		if !fully {
			option = rule.Choice.GetOptions()[1]
		}
		return &rulev1.Input{Facts: &rulev1.Input_Option{Option: option.GetId()}}
	default: // bands and shares
		done := 130
		if !fully {
			done = 117
		}
		return &rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: strconv.Itoa(done), Planned: "130"}}}
	}
}

func (p *province) reportValues(ctx context.Context) error {
	err := many(ctx, agencies*len(p.fed), func(ctx context.Context, i int) error {
		item := p.fed[i/agencies]
		return p.post(ctx, p.system, "ReportValue", ofCycle("/reportedValues"), &assessmentv1.ReportValueRequest{
			Agency: agency(i % agencies), Item: itemID(item), Input: facts(item, i%3 > 0),
			Period: "Năm " + year, Source: "Hệ thống một cửa điện tử (số liệu giả)", RequestId: id(),
		}, new(assessmentv1.ReportedValue))
	})
	if err != nil {
		return err
	}
	return p.pages(ctx, p.coordinator, "ListReportedValues", ofCycle("/reportedValues"), func() listed { return new(assessmentv1.ListReportedValuesResponse) })
}

// listed is a page of a list.
type listed interface {
	proto.Message
	GetNextPageToken() string
}

// pages reads all pages of a list.
func (p *province) pages(ctx context.Context, who *person, rpc, path string, page func() listed) error {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for token := ""; ; {
		answer := page()
		if err := p.get(ctx, who, rpc, path+separator+"pageSize=200&pageToken="+url.QueryEscape(token), answer); err != nil {
			return err
		}
		if token = answer.GetNextPageToken(); token == "" {
			return nil
		}
	}
}

// proposeReductions has every head propose a reduction of the first item.
func (p *province) proposeReductions(ctx context.Context) error {
	return many(ctx, agencies, func(ctx context.Context, a int) error {
		return p.post(ctx, p.agents[a], "ProposeReduction", ofCycle("/agencies/%s/reductions", agency(a)), &appraisalv1.ProposeReductionRequest{
			Item: itemID(p.entered[0]), Reason: appraisalv1.ReductionReason_REDUCTION_REASON_NO_TASK,
			Text: "Không được giao nhiệm vụ này.", Document: "3/CV-UBND", RequestId: id(),
		}, new(appraisalv1.Reduction))
	})
}

// submit returns the step in which heads submit a round and read their receipts.
func (p *province) submit(round int32) func(context.Context) error {
	return func(ctx context.Context) error {
		return many(ctx, agencies, func(ctx context.Context, a int) error {
			request := &assessmentv1.SubmitSheetRequest{Round: round, AcceptIncomplete: true, RequestId: id()}
			path := ofCycle("/sheets/%s", agency(a))
			if err := p.post(ctx, p.agents[a], "SubmitSheet", path+":submit", request, new(assessmentv1.Seal)); err != nil {
				return err
			}
			return p.get(ctx, p.agents[a], "GetSeal", fmt.Sprintf("%s/seals/%d", path, round), new(assessmentv1.Seal))
		})
	}
}

// assign assigns to each appraiser a share of the items that are next to each
// other.
func (p *province) assign(ctx context.Context) error {
	for i, who := range p.appraisers {
		request := &appraisalv1.CreateAssignmentRequest{Group: "districts", Appraiser: who.account, RequestId: id()}
		for place := i * selfAssessed / atOnce; place < (i+1)*selfAssessed/atOnce; place++ {
			request.Items = append(request.Items, itemID(p.entered[place]))
		}
		for place := i; place < len(p.fed); place += len(p.appraisers) {
			request.Items = append(request.Items, itemID(p.fed[place]))
		}
		if err := p.post(ctx, p.coordinator, "CreateAssignment", ofCycle("/assignments"), request, new(appraisalv1.Assignment)); err != nil {
			return err
		}
	}
	return p.get(ctx, p.coordinator, "ListAssignments", ofCycle("/assignments"), new(appraisalv1.ListAssignmentsResponse))
}

// judge returns the step in which every appraiser lists undecided cases and decides
// them, until none is left.
func (p *province) judge(round int32) func(context.Context) error {
	return func(ctx context.Context) error {
		return many(ctx, len(p.appraisers), func(ctx context.Context, i int) error {
			for {
				cases := new(appraisalv1.ListCasesResponse)
				path := ofCycle("/cases?undecided=true&pageSize=50&round=%d", round)
				if err := p.get(ctx, p.appraisers[i], "ListCases, undecided", path, cases); err != nil || len(cases.GetCases()) == 0 {
					return err
				}
				for _, c := range cases.GetCases() {
					if err := p.decide(ctx, p.appraisers[i], c); err != nil {
						return err
					}
				}
			}
		})
	}
}

// decide agrees with nine of ten agencies about each item that they assess, and with
// every reported value.
func (p *province) decide(ctx context.Context, who *person, c *appraisalv1.Case) error {
	path := ofCycle("/cases/%s/items/%s", c.GetAgency(), c.GetItem())
	place, entered := p.places[c.GetItem()]
	if a, err := strconv.Atoi(c.GetAgency()[len("don-vi-"):]); err != nil || !entered || (a+place)%10 != 3 {
		request := &appraisalv1.AgreeCaseRequest{Round: c.GetRound(), Etag: c.GetEtag(), RequestId: id()}
		return errors.Join(err, p.post(ctx, who, "AgreeCase", path+":agree", request, new(appraisalv1.Case)))
	}
	return p.post(ctx, who, "DisagreeCase", path+":disagree", &appraisalv1.DisagreeCaseRequest{
		Round: c.GetRound(), Etag: c.GetEtag(), RequestId: id(), Input: facts(p.entered[place], false),
		ReasonCode: appraisalv1.ReasonCode_REASON_CODE_EVIDENCE_INSUFFICIENT,
		Reason:     "Tài liệu kèm theo chưa chứng minh được kết quả đã báo cáo.",
	}, new(appraisalv1.Case))
}

func (p *province) decideReductions(ctx context.Context) error {
	waiting := new(appraisalv1.ListReductionsResponse)
	if err := p.get(ctx, p.council, "ListReductions", ofCycle("/reductions?pageSize=200"), waiting); err != nil {
		return err
	}
	return many(ctx, len(waiting.GetReductions()), func(ctx context.Context, i int) error {
		request := &appraisalv1.DecideReductionRequest{Approve: i%2 == 0, Decision: "4/QĐ-HĐTĐ", RequestId: id()}
		path := ofCycle("/reductions/%s:decide", waiting.GetReductions()[i].GetId())
		return p.post(ctx, p.council, "DecideReduction", path, request, new(appraisalv1.Reduction))
	})
}

// approve returns the step in which the council reads the state of a round,
// validates the approval and approves, and agencies read the result.
func (p *province) approve(round int32) func(context.Context) error {
	return func(ctx context.Context) error {
		path, state := ofCycle("/appraisalRounds/%d", round), new(appraisalv1.AppraisalRound)
		if err := p.get(ctx, p.council, "GetAppraisalRound", path, state); err != nil {
			return err
		}
		err := p.pages(ctx, p.council, "ListCases, all", ofCycle("/cases?round=%d", round), func() listed { return new(appraisalv1.ListCasesResponse) })
		if err != nil {
			return err
		}
		request := &appraisalv1.ApproveRoundRequest{DecisionNumber: "5/QĐ-HĐTĐ", ValidateOnly: true}
		if err := p.post(ctx, p.council, "ApproveRound, tried", path+":approve", request, state); err != nil {
			return err
		}
		record := &appraisalv1.RecordRoundDecisionRequest{DecisionNumber: request.GetDecisionNumber(), RequestId: id()}
		if err := p.post(ctx, p.coordinator, "RecordRoundDecision", path+":recordDecision", record, state); err != nil {
			return err
		}
		request.ValidateOnly, request.RequestId = false, id()
		if err := p.post(ctx, p.council, "ApproveRound", path+":approve", request, state); err != nil {
			return err
		}
		err = eventually(ctx, func() error {
			err := p.get(ctx, p.council, "GetAppraisalRound", path, state)
			if err == nil && state.GetUndelivered() > 0 {
				err = fmt.Errorf("%d outcomes are on their way", state.GetUndelivered())
			}
			return err
		})
		if err != nil {
			return err
		}
		return many(ctx, agencies, func(ctx context.Context, a int) error {
			return p.get(ctx, p.agents[a], "GetHandBack", ofCycle("/sheets/%s/handBacks/%d", agency(a), round), new(assessmentv1.HandBack))
		})
	}
}
