package catalog_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// edit is one change of a draft whose writer was told that it is stored.
type edit struct {
	// read and stored are the etags before and after, readHash and storedHash the
	// SHA-256 of the content that was read and of the one that was stored.
	read, stored         string
	readHash, storedHash string
	// mark is the text that the edit added; empty if a pack replaced everything.
	mark string
}

// ledger collects the edits that the writers of one draft were told are stored.
type ledger struct {
	mu    sync.Mutex
	edits []edit
}

func (l *ledger) note(e edit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.edits = append(l.edits, e)
}

// TestEditsAreNotLost lets 20 coordinators edit one draft at once, by updates,
// files and packs, each based on the version it has read. Every stored change is in
// the final content, or was replaced by an edit that had read it.
func TestEditsAreNotLost(t *testing.T) {
	w := newWorld(t)
	w.load(t, "an-binh", anBinh(twoAgencies))
	if _, err := w.LoadPack(coordinator(t), loadPack("2026", examplePack)); err != nil {
		t.Fatal(said(err))
	}
	var told ledger
	atOnce(20, func(i int) { w.edit(t, &told, i, fmt.Sprint("w-", i)) })

	number := func(etag string) int {
		n, err := strconv.Atoi(etag)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	slices.SortFunc(told.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(number(a.stored), number(b.stored)), -cmp.Compare(number(a.read), number(b.read)))
	})
	// Loading a pack that is stored already answers the stored version.
	told.edits = slices.CompactFunc(told.edits, func(a, b edit) bool {
		return a.stored == b.stored && a.storedHash == b.storedHash && b.mark == ""
	})
	last := edit{stored: "1", storedHash: told.edits[0].readHash}
	var marks []string
	for i, e := range told.edits {
		if number(e.stored) != i+2 || e.read != last.stored || e.readHash != last.storedHash {
			t.Errorf("%+v follows %+v", e, last)
		}
		if marks = append(marks, e.mark); e.mark == "" {
			marks = nil
		}
		last = e
	}
	final := w.regulation(t, "2026")
	if final.GetEtag() != last.stored || final.GetSha256() != last.storedHash {
		t.Errorf("stored in the end is version %s, the last that anybody was told is %+v", final.GetEtag(), last)
	}
	var there []string
	for _, a := range final.GetContent().GetAgencies() {
		there = append(there, a.GetAgency())
	}
	if !slices.Equal(there, marks) {
		t.Errorf("there are the edits %v, want %v", there, marks)
	}
	var audited int
	err := w.db.Pool.QueryRow(t.Context(), `
		select count(*) from catalog.audit_entry where action in ('load-pack', 'import-regulation', 'update-regulation')`).Scan(&audited)
	if err != nil || audited != len(told.edits)+1 {
		t.Errorf("%d changes audited of %d, %v", audited, len(told.edits)+1, err)
	}
	w.intact(t)
}

// edit makes one edit as the writer i does, from what it reads until it is stored.
func (w *world) edit(t *testing.T, told *ledger, i int, mark string) {
	t.Helper()
	for {
		r := w.regulation(t, "2026")
		e := edit{read: r.GetEtag(), readHash: r.GetSha256(), mark: mark}
		var now *catalogv1.Regulation
		var err error
		switch i % 5 {
		case 4:
			e.mark = ""
			now, err = w.replaceByPack(t, e.read)
		case 3:
			now, err = w.importMarked(t, e)
		default:
			now, err = w.updateMarked(t, r, mark)
		}
		switch {
		case err != nil && fault.From(err).Code != fault.StaleEtag.Code:
			t.Error(said(err))
			return
		case err != nil:
			continue
		case now.GetEtag() != e.read:
			e.stored, e.storedHash = now.GetEtag(), now.GetSha256()
			told.note(e)
		}
		return
	}
}

func (w *world) replaceByPack(t *testing.T, etag string) (*catalogv1.Regulation, error) {
	t.Helper()
	req := loadPack("2026", examplePack)
	req.Etag = etag
	answer, err := w.LoadPack(coordinator(t), req)
	return answer.GetRegulation(), err
}

func (w *world) updateMarked(t *testing.T, r *catalogv1.Regulation, mark string) (*catalogv1.Regulation, error) {
	t.Helper()
	content := proto.CloneOf(r.GetContent())
	content.Agencies = append(content.GetAgencies(), &catalogv1.ListedAgency{Agency: mark, Name: mark, Group: "departments"})
	answer, err := w.UpdateRegulation(coordinator(t), &catalogv1.UpdateRegulationRequest{
		Authority: "an-binh", Regulation: "2026", Content: content, Etag: r.GetEtag(), RequestId: uuid.NewString(),
	})
	return answer.GetRegulation(), err
}

// importMarked exports the draft, adds a mark to the file and imports it. A file
// names no version: what is exported may be newer than what e has read, and is then
// not imported. Without an etag nothing is replaced.
func (w *world) importMarked(t *testing.T, e edit) (*catalogv1.Regulation, error) {
	t.Helper()
	file := w.export(t, "2026")
	if w.regulation(t, "2026").GetEtag() != e.read {
		return nil, fault.StaleEtag
	}
	var document map[string]any
	if err := yaml.Unmarshal(file, &document); err != nil {
		return nil, err
	}
	listed, _ := document["agencies"].([]any)
	document["agencies"] = append(listed, map[string]any{"agency": e.mark, "name": e.mark, "group": "departments"})
	marked, err := yaml.Marshal(document)
	if err != nil {
		return nil, err
	}
	req := importYAML("an-binh", "2026", marked)
	if _, err := w.ImportRegulation(coordinator(t), req); fault.From(err) == nil || fault.From(err).Code != "DRAFT_THERE" {
		t.Errorf("without an etag: %s", said(err))
	}
	req.RequestId, req.Etag = uuid.NewString(), e.read
	answer, err := w.ImportRegulation(coordinator(t), req)
	return answer.GetRegulation(), err
}
