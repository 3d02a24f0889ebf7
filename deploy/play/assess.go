package play

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
)

// writtenEntry is a write and its answer.
type writtenEntry struct {
	by      caller
	path    string
	request *assessmentv1.UpdateEntryRequest
	answer  *assessmentv1.Entry
}

func ofSheet(s sheet) string { return s.Agency }

// fillSheets returns the step in which editors write the entries of a round.
func (p *Player) fillSheets(number int32) func(context.Context) error {
	round := p.script.round(number)
	return func(ctx context.Context) error {
		return each(round.Sheets, ofSheet, func(s sheet) error {
			return errors.Join(p.fillSheet(ctx, number, s), p.writeClosed(ctx, number, s))
		})
	}
}

func (p *Player) fillSheet(ctx context.Context, round int32, s sheet) error {
	editor := p.editor(s.Agency)
	current := new(assessmentv1.Sheet)
	if err := editor.get(ctx, p.inCycle("/sheets/%s", s.Agency), current); err != nil {
		return err
	}
	if err := equal("the round", current.GetRound(), round); err != nil {
		return err
	}
	return each(s.Entries, func(e entry) string { return e.Item }, func(e entry) error {
		before, err := entryOf(current, e.Item)
		if err != nil {
			return err
		}
		if err := check(before.GetOpen(), "the item is not open"); err != nil {
			return err
		}
		return p.write(ctx, round, s, e, before.GetEtag())
	})
}

// write writes one entry, repeats the write with the same request id, and then
// tries it with the etag that is now stale.
func (p *Player) write(ctx context.Context, round int32, s sheet, e entry, etag string) error {
	w := &writtenEntry{by: p.editor(s.Agency), path: p.inCycle("/sheets/%s/entries/%s", s.Agency, e.Item), answer: new(assessmentv1.Entry)}
	w.request = p.updateOf(round, e, etag)
	if err := w.by.patch(ctx, w.path, w.request, w.answer); err != nil {
		return err
	}
	i := slices.IndexFunc(s.Sealed, func(line string) bool { return strings.HasPrefix(line, e.Item+" ") })
	if err := equal("the points", lineOf(w.answer), s.Sealed[i]); err != nil {
		return err
	}
	again := new(assessmentv1.Entry)
	if err := w.by.patch(ctx, w.path, w.request, again); err != nil {
		return fmt.Errorf("sending it again: %w", err)
	}
	stale := proto.CloneOf(w.request)
	stale.RequestId = p.id()
	p.written = w
	return errors.Join(
		equal("the etag of the same request", again.GetEtag(), w.answer.GetEtag()),
		w.by.refuse(ctx, "STALE_ETAG", http.MethodPatch, w.path, stale),
	)
}

func (p *Player) updateOf(round int32, e entry, etag string) *assessmentv1.UpdateEntryRequest {
	request := &assessmentv1.UpdateEntryRequest{
		Round: round, Input: e.Input.message, Justification: e.Justification, Etag: etag, RequestId: p.id(),
	}
	for _, id := range e.Evidence {
		request.Evidence = append(request.Evidence, p.script.Cycle.Documents[id].message)
	}
	return request
}

// writeClosed checks that an item at its maximum cannot be written in round 2.
func (p *Player) writeClosed(ctx context.Context, round int32, s sheet) error {
	if s.Closed == "" {
		return nil
	}
	current := new(assessmentv1.Sheet)
	if err := p.editor(s.Agency).get(ctx, p.inCycle("/sheets/%s", s.Agency), current); err != nil {
		return err
	}
	closed, err := entryOf(current, s.Closed)
	if err != nil {
		return err
	}
	request := &assessmentv1.UpdateEntryRequest{Round: round, Justification: "Bổ sung.", Etag: closed.GetEtag(), RequestId: p.id()}
	return errors.Join(
		check(!closed.GetOpen(), "%s is open", s.Closed),
		p.editor(s.Agency).refuse(ctx, "ITEM_CLOSED", http.MethodPatch, p.inCycle("/sheets/%s/entries/%s", s.Agency, s.Closed), request),
	)
}

// keepOut checks that an editor of one agency cannot access another agency's sheet,
// whether or not that agency exists.
func (p *Player) keepOut(ctx context.Context) error {
	editor := p.editor("so-hai")
	update := proto.CloneOf(p.written.request)
	update.RequestId = p.id()
	for _, other := range []string{"so-mot", "khong-co"} {
		sheet := p.inCycle("/sheets/%s", other)
		err := errors.Join(
			editor.refuse(ctx, "NOT_ALLOWED", http.MethodGet, sheet, nil),
			editor.refuse(ctx, "NOT_ALLOWED", http.MethodPatch, sheet+"/entries/i.1.1", update),
			editor.refuse(ctx, "NOT_ALLOWED", http.MethodPost, sheet+":submit", &assessmentv1.SubmitSheetRequest{Round: 1}),
			editor.refuse(ctx, "NOT_ALLOWED", http.MethodGet, sheet+"/seals/1", nil),
			editor.refuse(ctx, "NOT_ALLOWED", http.MethodGet, sheet+"/handBacks/1", nil),
		)
		if err != nil {
			return err
		}
	}
	return errors.Join(
		editor.refuse(ctx, "NOT_ALLOWED", http.MethodGet, p.inCycle("/sheets"), nil),
		editor.refuse(ctx, "NOT_ALLOWED", http.MethodGet, p.inCycle("/reportedValues"), nil),
		p.nobody().refuse(ctx, "TOKEN_MISSING", http.MethodGet, p.inCycle("/sheets/so-mot"), nil),
	)
}

const reportedItem = "i.2.2"

// reportValues reports the values of the item that another agency's software knows.
// The agency reads them with their source.
func (p *Player) reportValues(ctx context.Context) error {
	name, _ := p.System()
	const period, source = "Năm 2026", "Hệ thống một cửa điện tử (dữ liệu thử)"
	err := each(p.script.Cycle.Values, func(v value) string { return v.Agency }, func(v value) error {
		reported := new(assessmentv1.ReportedValue)
		request := &assessmentv1.ReportValueRequest{
			Agency: v.Agency, Item: reportedItem, Input: v.Input.message, Period: period, Source: source, RequestId: p.id(),
		}
		if err := p.system().post(ctx, p.inCycle("/reportedValues"), request, reported); err != nil {
			return err
		}
		if err := equal("the points", reported.GetExplanation().GetPoints(), v.Points); err != nil {
			return err
		}
		current := new(assessmentv1.Sheet)
		if err := p.editor(v.Agency).get(ctx, p.inCycle("/sheets/%s", v.Agency), current); err != nil {
			return err
		}
		shown, err := entryOf(current, reportedItem)
		if err != nil {
			return err
		}
		r := shown.GetReportedValue()
		return errors.Join(
			equal("who shows as reporter", r.GetReporter(), name),
			equal("the period shown", r.GetPeriod(), period),
			equal("the source shown", r.GetSource(), source),
			check(r.GetReportTime() != nil, "it does not show when it was reported"),
			equal("the points counted", shown.GetCountedPoints(), v.Points),
		)
	})
	if err != nil {
		return err
	}
	own := &assessmentv1.ReportValueRequest{
		Agency: "so-mot", Item: "i.1.2", Input: p.script.Cycle.Values[0].Input.message, Period: period, Source: source, RequestId: p.id(),
	}
	return p.system().refuse(ctx, "ITEM_NOT_REPORTED", http.MethodPost, p.inCycle("/reportedValues"), own)
}

// checkSheets checks the total of every sheet of round 1.
func (p *Player) checkSheets(ctx context.Context) error {
	err := each(p.script.round(1).Sheets, ofSheet, func(s sheet) error {
		current := new(assessmentv1.Sheet)
		if err := p.editor(s.Agency).get(ctx, p.inCycle("/sheets/%s", s.Agency), current); err != nil {
			return err
		}
		subtotal := current.GetSubtotal()
		return equal("the subtotal", subtotal.GetPoints()+" of "+subtotal.GetMaxPoints(), s.Subtotal)
	})
	if err != nil {
		return err
	}
	board := new(assessmentv1.ListSheetsResponse)
	if err := p.coordinator().get(ctx, p.inCycle("/sheets"), board); err != nil {
		return err
	}
	return equal("how many sheets there are", len(board.GetSheets()), len(p.script.scored()))
}

// submit returns the step in which heads submit the round. A sheet with items that
// count 0 is refused until the head accepts it as incomplete.
func (p *Player) submit(number int32) func(context.Context) error {
	round := p.script.round(number)
	return func(ctx context.Context) error {
		return each(round.Sheets, ofSheet, func(s sheet) error { return p.submitSheet(ctx, number, s) })
	}
}

func (p *Player) submitSheet(ctx context.Context, round int32, s sheet) error {
	head, path := p.head(s.Agency), p.inCycle("/sheets/%s:submit", s.Agency)
	request := &assessmentv1.SubmitSheetRequest{Round: round, RequestId: p.id()}
	if err := p.editor(s.Agency).refuse(ctx, "NOT_ALLOWED", http.MethodPost, path, request); err != nil {
		return err
	}
	if missing := uncounted(s.Sealed); len(missing) > 0 {
		problem, err := head.refused(ctx, "SHEET_INCOMPLETE", http.MethodPost, path, request)
		if err != nil {
			return err
		}
		if err := equal("how many items are incomplete", len(problem.Violations), len(missing)); err != nil {
			return err
		}
		request.AcceptIncomplete, request.RequestId = true, p.id()
	}
	receipt, again := new(assessmentv1.Seal), new(assessmentv1.Seal)
	if err := head.post(ctx, path, request, receipt); err != nil {
		return err
	}
	if err := head.post(ctx, path, request, again); err != nil {
		return fmt.Errorf("sending it again: %w", err)
	}
	twice := proto.CloneOf(request)
	twice.RequestId = p.id()
	return errors.Join(
		check(proto.Equal(receipt, again), "the same request gives another receipt"),
		p.checkSeal(receipt, round, s),
		head.refuse(ctx, "ROUND_SUBMITTED", http.MethodPost, path, twice),
	)
}

// uncounted returns the lines of items that count 0 because something is missing.
func uncounted(lines []string) []string {
	var missing []string
	for _, line := range lines {
		if strings.Contains(line, " NO_") {
			missing = append(missing, line)
		}
	}
	return missing
}

// checkSeal recomputes the hash of a receipt and checks the sealed content.
func (p *Player) checkSeal(seal *assessmentv1.Seal, round int32, s sheet) error {
	content := new(assessmentv1.SealContent)
	if err := protojson.Unmarshal(seal.GetContent(), content); err != nil {
		return fmt.Errorf("reading what is sealed: %w", err)
	}
	var lines []string
	documents := 0
	for _, e := range content.GetEntries() {
		lines = append(lines, sealedLine(e))
		documents += len(e.GetEvidence())
	}
	return errors.Join(
		equal("the hash of the seal", seal.GetSha256(), hash(seal.GetContent())),
		equalLines("what is sealed", lines, s.Sealed),
		equal("the number in the seal", content.GetNumber(), seal.GetNumber()),
		equal("whose seal it is", content.GetAuthority()+" "+content.GetCycle()+" "+content.GetAgency(), Authority+" "+p.cycle+" "+s.Agency),
		equal("the round sealed", content.GetRound(), round),
		equal("how many items are sealed", int(seal.GetItemCount()), len(lines)),
		equal("how many documents are sealed", int(seal.GetEvidenceCount()), documents),
	)
}

// awaitReceipts returns the step that waits until the appraisal service has
// confirmed every submitted sheet of the round.
func (p *Player) awaitReceipts(number int32) func(context.Context) error {
	sheets := p.script.round(number).Sheets
	return func(ctx context.Context) error {
		numbers := map[int32]bool{}
		err := each(sheets, ofSheet, func(s sheet) error {
			return p.until(ctx, func() (bool, string, error) {
				seal := new(assessmentv1.Seal)
				err := p.head(s.Agency).get(ctx, p.inCycle("/sheets/%s/seals/%d", s.Agency, number), seal)
				numbers[seal.GetNumber()] = true
				return seal.GetReceiveTime() != nil, "the seal is not received", err
			})
		})
		if err != nil {
			return err
		}
		state := new(appraisalv1.AppraisalRound)
		if err := p.council().get(ctx, p.inCycle("/appraisalRounds/%d", number), state); err != nil {
			return err
		}
		return errors.Join(
			equal("how many numbers the seals have", len(numbers), len(sheets)),
			equal("how many agencies have submitted", int(state.GetSubmitted()), len(sheets)),
			equal("of how many agencies", int(state.GetAgencies()), len(p.script.scored())),
		)
	}
}

// writeLate repeats the last write of round 1 after the deadline: the same request
// still gets its answer, and another request stores nothing.
func (p *Player) writeLate(ctx context.Context) error {
	w := p.written
	again := new(assessmentv1.Entry)
	if err := w.by.patch(ctx, w.path, w.request, again); err != nil {
		return fmt.Errorf("sending it again: %w", err)
	}
	late := proto.CloneOf(w.request)
	late.Etag, late.RequestId = w.answer.GetEtag(), p.id()
	if err := w.by.refuse(ctx, "WINDOW_CLOSED", http.MethodPatch, w.path, late); err != nil {
		return err
	}
	return equal("the etag of the same request", again.GetEtag(), w.answer.GetEtag())
}

func entryOf(s *assessmentv1.Sheet, item string) (*assessmentv1.Entry, error) {
	for _, e := range s.GetEntries() {
		if e.GetItem() == item {
			return e, nil
		}
	}
	return nil, fmt.Errorf("the sheet of %s has no item %s", s.GetAgency(), item)
}

// lineOf formats an entry like the script: "i.1.2 10 NO_EVIDENCE".
func lineOf(e *assessmentv1.Entry) string {
	account, why := e.GetExplanation(), ""
	if e.GetNotCounted() != assessmentv1.NotCounted_NOT_COUNTED_UNSPECIFIED {
		why = e.GetNotCounted().String()
	}
	return line(e.GetItem(), account.GetPoints(), account != nil && account.GetPoints() == "", why)
}

func sealedLine(e *assessmentv1.SealedEntry) string {
	return line(e.GetItem(), e.GetPoints(), e.GetNotApplicable(), e.GetNotCounted())
}

// line formats the points of an item; an item without facts has none.
func line(item, points string, notApplicable bool, notCounted string) string {
	parts := []string{item, cmp.Or(points, "-")}
	if notApplicable {
		parts[1] = "not applicable"
	}
	if notCounted != "" {
		parts = append(parts, strings.TrimPrefix(notCounted, "NOT_COUNTED_"))
	}
	return strings.Join(parts, " ")
}

// hash returns the SHA-256 of content, in hex.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
