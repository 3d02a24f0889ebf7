package pack

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const (
	// maxSheetName is how many characters the name of a sheet has at most.
	maxSheetName = 31
	// maxFindings is how many faults of a workbook are listed.
	maxFindings = 1000
)

// workbookLimits allow a regulation of regulation.MaxContent, with what spreadsheets
// add.
var workbookLimits = workbook.Limits{
	Bytes: MaxRegulationBytes, Unpacked: 32 << 20, Parts: 1000, Sheets: regulation.MaxGroups + 30, Rows: 100_000, Cells: 400_000,
}

// Workbook is a workbook that has the form of a regulation; its rules may be wrong.
type Workbook struct {
	Content regulation.Content

	read *workbookReader
}

// IsWorkbook reports whether data looks like a workbook rather than a text, even if
// ReadWorkbook refuses it.
func IsWorkbook(data []byte) bool { return workbook.Is(data) }

// ReadWorkbook reads a regulation from a workbook (.xlsx) of at most
// MaxRegulationBytes. It fails with REGULATION_FILE_INVALID, whose violations list
// every fault of the form with its cell ("Khối!B7"), its row ("Khối!7"), its sheet,
// or "file".
func ReadWorkbook(data []byte) (*Workbook, error) {
	r := &workbookReader{places: map[string]workbook.Spot{}}
	sheets, err := workbook.Read(data, workbookLimits)
	if err != nil {
		f := fault.From(err)
		r.report(workbook.Spot{Sheet: -1, Name: f.Field}, err)
		return nil, r.err()
	}
	r.sheets = sheets
	tree := r.regulation(sheets)
	if err := r.err(); err != nil {
		return nil, err
	}
	w := &Workbook{read: r}
	return w, decode(tree, &w.Content)
}

// Refuse returns REGULATION_FILE_INVALID with the errors of w's Content, at their
// cells, or nil. It is no error of a file that a draft has no decision or only a
// structure.
func (w *Workbook) Refuse() error { return w.RefuseFor(w.Content.Wrong()) }

// RefuseFor returns REGULATION_FILE_INVALID with what was found wrong with w's
// Content, at its cells, or nil if there is nothing.
func (w *Workbook) RefuseFor(found []Finding) error {
	for _, f := range found {
		w.read.report(nearest(w.read.places, f.Place), f.Violation().Reason())
	}
	return w.read.err()
}

// Told returns, as warnings at their rows, what people take for deleted or do not see
// in the workbook although it is read.
func (w *Workbook) Told() []Finding {
	var warnings []Finding
	for _, t := range ordered(w.read.told) {
		if len(warnings) < maxFindings {
			warnings = append(warnings, Finding{Severity: regulation.Warning, Code: t.Code, Path: t.Field, Vi: t.Vi, En: t.En})
		}
	}
	return warnings
}

// Where returns where an error is in the workbook, with the node that it is
// in: "TC departments!O5 (i.1.1)". Of anything else it returns the Path.
func (w *Workbook) Where(f Finding) string {
	return where(f, nearest(w.read.places, f.Place).String())
}

type found struct {
	at workbook.Spot
	fault.Violation
}

// workbookReader reads a workbook into the canonical form's maps and lists.
type workbookReader struct {
	sheets []workbook.Sheet
	// found are the faults, told what is told of a workbook that is read all the same.
	found, told []found
	// places are the cells of the workbook by their places in Content.
	places map[string]workbook.Spot
}

// report records what is wrong at a place, and how to see a hidden one.
func (r *workbookReader) report(at workbook.Spot, err error) {
	f := fault.From(err)
	if at.Sheet >= 0 && at.Sheet < len(r.sheets) {
		f = r.sheets[at.Sheet].Unseen(at, f)
	}
	r.found = record(r.found, at, f)
}

// tell records what is told of a place.
func (r *workbookReader) tell(at workbook.Spot, err error) {
	r.told = record(r.told, at, fault.From(err))
}

// record records something at a place, unless there is far more than is listed.
func record(all []found, at workbook.Spot, f *fault.Fault) []found {
	if len(all) > 10*maxFindings {
		return all
	}
	return append(all, found{at, f.Violation(at.String())})
}

// ordered returns what was found by sheet, row and column, once each.
func ordered(all []found) []found {
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.at.Sheet, b.at.Sheet), cmp.Compare(a.at.Row, b.at.Row), cmp.Compare(a.at.Column, b.at.Column))
	})
	return slices.Compact(all)
}

// err is REGULATION_FILE_INVALID with what was found, by sheet, row and column.
func (r *workbookReader) err() error {
	if len(r.found) == 0 {
		return nil
	}
	f := &fault.Fault{Reason: RegulationFileInvalid}
	for i, one := range ordered(r.found) {
		if i == maxFindings {
			cut := yamldoc.FindingsCut
			f.Violations = append(f.Violations, fault.Violation{Field: one.Field, Code: cut.Code, Vi: cut.Vi, En: cut.En})
			break
		}
		f.Violations = append(f.Violations, one.Violation)
	}
	return f
}

// regulation reads all sheets.
func (r *workbookReader) regulation(sheets []workbook.Sheet) map[string]any {
	l := sheetLayout()
	tables := map[string]*sheetTable{}
	used := map[string]bool{text.Key(guideSheet): true, text.Key(listSheet): true}
	for _, s := range sheets {
		if tables[text.Key(s.Name)] != nil {
			r.report(s.At(0, 0), SheetTwice.With(clip(s.Name)))
		}
		tables[text.Key(s.Name)] = &sheetTable{workbookReader: r, sheet: s}
	}
	open := func(t *table) *sheetTable {
		used[text.Key(t.sheet)] = true
		s := tables[text.Key(t.sheet)]
		if s == nil {
			missing := workbook.Sheet{Index: -1, Name: t.sheet}
			r.report(missing.At(0, 0), workbook.SheetMissing.With(t.sheet))
			return &sheetTable{workbookReader: r, sheet: missing, table: t}
		}
		s.table = t
		return s
	}
	head, groups := open(l.head), open(l.groups)
	r.places[""] = head.sheet.At(0, 0)
	tree := map[string]any{}
	if head.sheet.Index >= 0 {
		tree = head.fields(l.head.fields, "", head.standing(), "")
	}
	sets := r.groups(groups)
	for _, set := range sets {
		r.nodes(l.nodes, set, tables, used)
	}
	r.classes(open(l.classes), sets)
	if len(sets) > 0 {
		list := make([]any, len(sets))
		for i, set := range sets {
			list[i] = set.tree
		}
		tree["criteriaSets"] = list
	}
	for _, t := range l.lists {
		s, f := open(t), one(Form(), t.path)
		if entries := s.list(f, f.Key); len(entries) > 0 {
			tree[t.path] = entries
		}
	}
	for _, s := range tables {
		switch {
		case groups.sheet.Index < 0 || used[text.Key(s.sheet.Name)] || len(s.sheet.Cells) == 0:
		case s.sheet.Hidden != workbook.Shown:
			r.tell(s.sheet.At(0, 0), SheetUnused.With(clip(s.sheet.Name), s.sheet.Hidden))
		default:
			r.report(s.sheet.At(0, 0), SheetUnknown.With(clip(s.sheet.Name), l.groups.sheet))
		}
	}
	return tree
}

// criteriaSet is a group while its sheets are read.
type criteriaSet struct {
	tree  map[string]any
	place string
	// at is where the workbook names the group's sheet.
	at workbook.Spot
}

func (r *workbookReader) groups(s *sheetTable) []criteriaSet {
	f := one(Form(), "criteriaSets")
	f.Fields = s.table.fields
	var sets []criteriaSet
	for i, entry := range s.list(f, f.Key) {
		place := fmt.Sprintf("%s[%d]", f.Key, i)
		tree, _ := entry.(map[string]any)
		sets = append(sets, criteriaSet{tree, place, r.places[place+".sheet"]})
	}
	return sets
}

// nodes reads the sheet that a group names.
func (r *workbookReader) nodes(t *table, set criteriaSet, tables map[string]*sheetTable, used map[string]bool) {
	title, _ := set.tree["sheet"].(string)
	delete(set.tree, "sheet")
	if title == "" {
		return
	}
	s := tables[text.Key(title)]
	reserved := slices.ContainsFunc(sheetLayout().tables(), func(t *table) bool { return text.Key(t.sheet) == text.Key(title) })
	switch {
	case reserved || used[text.Key(title)]:
		r.report(set.at, SheetTwice.With(clip(title)))
		return
	case s == nil:
		r.report(set.at, workbook.SheetMissing.With(clip(title)))
		return
	}
	used[text.Key(title)] = true
	s.table = t
	f := one(one(Form(), "criteriaSets").Fields, "nodes")
	r.places[set.place+".nodes"] = s.sheet.At(0, 0)
	if nodes := s.list(f, set.place+".nodes"); len(nodes) > 0 {
		set.tree["nodes"] = nodes
	}
}

// classes reads the sheet of classes, each into its group.
func (r *workbookReader) classes(s *sheetTable, sets []criteriaSet) {
	groups := one(Form(), "criteriaSets")
	f := one(groups.Fields, "classes")
	for _, rows := range s.records() {
		c := s.table.at("criteriaSets.classes.group")
		group, _ := s.value(one(groups.Fields, "group"), c.paths[0], rows[0], c).(string)
		i := slices.IndexFunc(sets, func(set criteriaSet) bool { return set.tree["group"] == group })
		if i < 0 {
			if group != "" {
				r.report(s.spot(rows[0], c), GroupNotListed.With(sheetLayout().groups.sheet, clip(group)))
			}
			i = len(sets)
		}
		set := criteriaSet{tree: map[string]any{}}
		if i < len(sets) {
			set = sets[i]
		}
		classes, _ := set.tree["classes"].([]any)
		place := set.place + ".classes[" + strconv.Itoa(len(classes)) + "]"
		r.places[place] = s.spot(rows[0], c)
		set.tree["classes"] = append(classes, s.fields(f.Fields, "criteriaSets.classes", rows, place))
		if len(classes) == f.Most {
			r.report(s.spot(rows[0], c), regulation.ListTooLong.With(f.Most))
		}
	}
}
