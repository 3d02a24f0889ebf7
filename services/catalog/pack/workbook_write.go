package pack

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// WriteWorkbook writes content as a workbook (.xlsx). ReadWorkbook makes the same
// content of it, provided that it has the form that the contract asks for. Equal
// content has equal bytes. It fails with GROUP_TWICE where two criteria sets are of
// one group, which the sheet of classes could not tell apart.
func WriteWorkbook(content regulation.Content) ([]byte, error) {
	file, err := writeWorkbook(content)
	if err != nil {
		return nil, fmt.Errorf("writing the regulation %q as a workbook: %w", content.Title, err)
	}
	return file, nil
}

//go:embed template.yaml
var template []byte

// TemplateYAML returns a regulation file to fill in, with what TemplateWorkbook has.
func TemplateYAML() ([]byte, error) { return template, nil }

// TemplateWorkbook returns a workbook to fill in: instructions, all headers, and an
// example of every family of rules.
func TemplateWorkbook() ([]byte, error) {
	r, err := ReadRegulation(template)
	if err != nil {
		return nil, fmt.Errorf("reading the template of a regulation: %w", err)
	}
	return WriteWorkbook(r.Content)
}

func writeWorkbook(content regulation.Content) ([]byte, error) {
	tree, err := treeOf(content)
	if err != nil {
		return nil, err
	}
	file, err := workbook.NewWriter(guideSheet, content.Title)
	if err != nil {
		return nil, err
	}
	w := &workbookWriter{Writer: file, lists: map[string]string{}}
	defer w.Close()
	sets, _ := tree["criteriaSets"].([]any)
	groups, classes, err := split(sets)
	if err != nil {
		return nil, err
	}
	l := sheetLayout()
	if err := w.head(l.head, tree); err != nil {
		return nil, err
	}
	if err := w.table(l.groups, l.groups.sheet, groups); err != nil {
		return nil, err
	}
	if err := w.table(l.classes, l.classes.sheet, classes); err != nil {
		return nil, err
	}
	for i := range sets {
		set, _ := sets[i].(map[string]any)
		group, _ := groups[i].(map[string]any)
		nodes, _ := set["nodes"].([]any)
		if err := w.table(l.nodes, fmt.Sprint(group["sheet"]), nodes); err != nil {
			return nil, err
		}
	}
	for _, t := range l.lists {
		entries, _ := tree[t.path].([]any)
		if err := w.table(t, t.sheet, entries); err != nil {
			return nil, err
		}
	}
	if err := w.guide(); err != nil {
		return nil, err
	}
	if err := w.writeLists(); err != nil {
		return nil, err
	}
	return w.Bytes()
}

// split returns the records of the groups, each with a sheet of its own, and of
// their classes.
func split(sets []any) (groups, classes []any, err error) {
	seen, sheets := map[any]bool{}, map[string]bool{}
	for _, entry := range sets {
		set, _ := entry.(map[string]any)
		if seen[set["group"]] {
			return nil, nil, regulation.GroupTwice.With(set["group"])
		}
		seen[set["group"]] = true
		base := groupSheet + fmt.Sprint(set["group"])
		sheet := base[:min(len(base), maxSheetName)]
		for i := 2; sheets[sheet]; i++ {
			end := "~" + strconv.Itoa(i)
			sheet = base[:min(len(base), maxSheetName-len(end))] + end
		}
		sheets[sheet] = true
		group := map[string]any{"sheet": sheet}
		for key, value := range set {
			if key != "nodes" && key != "classes" {
				group[key] = value
			}
		}
		groups = append(groups, group)
		list, _ := set["classes"].([]any)
		for _, c := range list {
			class, _ := c.(map[string]any)
			class["group"] = set["group"]
			classes = append(classes, class)
		}
	}
	return groups, classes, nil
}

// workbookWriter writes a workbook.
type workbookWriter struct {
	*workbook.Writer

	// lists are the cells with the words of an enum, by the words, and listed the
	// columns of those cells.
	lists  map[string]string
	listed []*column
}

// put writes a text or a figure.
func (w *workbookWriter) put(sheet string, column, row int, c cellValue) error {
	return w.Put(sheet, column, row, c.text, c.figure)
}

// cellValue is the value of a cell.
type cellValue struct {
	text   string
	figure bool
}

// mostExact is how many digits of a figure spreadsheets keep; one with more is
// written as a text.
const mostExact = 15

func exact(text string) bool {
	return len(strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(text), "0")) <= mostExact
}

// style is the style of a column's cells.
func (w *workbookWriter) style(c *column) int {
	switch c.field.Kind {
	case "points", "int":
		return w.Figure
	case "date":
		return w.Date
	}
	return w.Text
}

// head writes a table whose headers are below each other.
func (w *workbookWriter) head(t *table, tree map[string]any) error {
	if _, err := w.NewSheet(t.sheet); err != nil {
		return err
	}
	for i, c := range []struct {
		head  string
		width float64
	}{{workbook.HeadLabel, 36}, {workbook.HeadValue, 70}, {workbook.HeadNote, 60}} {
		letter := workbook.Column(i + 1)
		if err := w.Column(t.sheet, letter, w.Text, c.width); err != nil {
			return err
		}
		if err := w.put(t.sheet, i+1, 1, cellValue{text: c.head}); err != nil {
			return err
		}
	}
	rows := spread(t, tree)
	for _, c := range t.columns {
		row := c.place + 2
		value := workbook.Cell{Row: row, Column: 2}.Address()
		if err := w.SetCellStyle(t.sheet, value, value, w.style(c)); err != nil {
			return err
		}
		cells := []cellValue{{text: c.Head}, rows[0][c.place], {text: noteOf(c)}}
		for i, v := range cells {
			if v.text == "" {
				continue
			}
			if err := w.put(t.sheet, i+1, row, v); err != nil {
				return err
			}
		}
		if err := w.choose(t.sheet, value, c); err != nil {
			return err
		}
	}
	return w.Top(t.sheet, "C1", 0)
}

// lastRow is the last row in which cells offer their choices.
const lastRow = 10000

// table writes a sheet of records.
func (w *workbookWriter) table(t *table, sheet string, records []any) error {
	if _, err := w.NewSheet(sheet); err != nil {
		return err
	}
	for _, c := range t.columns {
		letter := workbook.Column(c.place + 1)
		if err := w.Column(sheet, letter, w.style(c), widthOf(c)); err != nil {
			return err
		}
		if err := w.put(sheet, c.place+1, 1, cellValue{text: c.Head}); err != nil {
			return err
		}
		if err := w.choose(sheet, fmt.Sprintf("%s2:%s%d", letter, letter, lastRow), c); err != nil {
			return err
		}
	}
	row := 2
	for _, entry := range records {
		record, _ := entry.(map[string]any)
		for _, cells := range spread(t, record) {
			for _, c := range t.columns {
				v, ok := cells[c.place]
				if !ok {
					continue
				}
				if err := w.put(sheet, c.place+1, row, v); err != nil {
					return err
				}
			}
			row++
		}
	}
	frozen := 0
	if t == sheetLayout().nodes {
		frozen = 2 // part and code
	}
	return w.Top(sheet, workbook.Column(len(t.columns))+"1", frozen)
}

// spread returns the rows of a record, each by the places of its columns.
func spread(t *table, record map[string]any) []map[int]cellValue {
	rows := []map[int]cellValue{{}}
	var walk func(fields []Field, path string, tree map[string]any, row int)
	put := func(path string, row int, v cellValue) {
		for len(rows) <= row {
			rows = append(rows, map[int]cellValue{})
		}
		rows[row][t.at(path).place] = v
	}
	walk = func(fields []Field, path string, tree map[string]any, row int) {
		for _, f := range fields {
			value, ok := tree[f.Key]
			if !ok {
				continue
			}
			at := join(path, f.Key)
			below, isMap := value.(map[string]any)
			entries, _ := value.([]any)
			switch {
			case inCell(f):
				put(at, row, cellValue{text: factLines(f, below)})
			case isMap && isChoice(f):
				for _, family := range f.Fields {
					if _, there := below[family.Key]; there {
						put(at, row, cellValue{text: shown(f, at, family.Key)})
						walk([]Field{family}, at, below, row)
					}
				}
			case isMap:
				if maybeEmpty(f) && t.has(at) {
					put(at, row, cellValue{text: yes})
				}
				walk(f.Fields, at, below, row)
			case f.Kind == "map":
				for i, entry := range entries {
					one, _ := entry.(map[string]any)
					walk(f.Fields, at, one, row+i)
				}
			default:
				text := cellText(f, at, value)
				put(at, row, cellValue{text, (f.Kind == "points" || f.Kind == "int") && exact(text)})
			}
		}
	}
	walk(t.fields, t.path, record, 0)
	return rows
}

// widthOf is the width of a column in characters.
func widthOf(c *column) float64 {
	switch f := c.field; {
	case c.Width > 0:
		return c.Width
	case f.Kind == "points" || f.Kind == "int" || f.Kind == "bool":
		return 12
	case f.Kind == "enum" || f.Kind == "date":
		return 20
	case f.Longest >= 1000:
		return 48
	case f.Longest >= 300:
		return 40
	}
	return 22
}

// choose gives cells a list of the words they can have, and a note on what to write.
func (w *workbookWriter) choose(sheet, cells string, c *column) error {
	choice := excelize.NewDataValidation(true)
	choice.SetSqref(cells)
	choice.SetInput(clipTo(c.Head, 32), clipTo(noteOf(c), 255))
	switch {
	case len(c.listed) > 0:
		choice.SetSqrefDropList(w.list(c))
		choice.SetError(excelize.DataValidationErrorStyleStop, clipTo(c.Head, 32), "Hãy chọn một giá trị trong danh sách.")
	case c.names != "":
		list, ids := cellsNamed(c.names)
		choice.SetSqrefDropList(ids)
		choice.SetError(excelize.DataValidationErrorStyleStop, clipTo(c.Head, 32), "Hãy chọn một mã ở trang “"+list.sheet+"”.")
	}
	return w.AddDataValidation(sheet, choice)
}

// cellsNamed are the table in which a field has its column, and the cells there.
func cellsNamed(path string) (*table, string) {
	tables := sheetLayout().tables()
	t := tables[slices.IndexFunc(tables, func(t *table) bool { return t.has(path) })]
	letter := workbook.Column(t.at(path).place + 1)
	return t, fmt.Sprintf("'%s'!$%s$2:$%s$%d", t.sheet, letter, letter, one(Form(), t.path).Most+1)
}

// list returns the cells that hold a column's words.
func (w *workbookWriter) list(c *column) string {
	words := strings.Join(c.listed, "\n")
	if w.lists[words] == "" {
		w.listed = append(w.listed, c)
		letter := workbook.Column(len(w.listed))
		w.lists[words] = fmt.Sprintf("'%s'!$%s$2:$%s$%d", listSheet, letter, letter, len(c.listed)+1)
	}
	return w.lists[words]
}

// writeLists writes the sheet of the words that cells offer, which nobody needs to
// see.
func (w *workbookWriter) writeLists() error {
	if _, err := w.NewSheet(listSheet); err != nil {
		return err
	}
	for i, c := range w.listed {
		for j, text := range append([]string{c.Head}, c.listed...) {
			if err := w.put(listSheet, i+1, j+1, cellValue{text: text}); err != nil {
				return err
			}
		}
	}
	return w.SetSheetVisible(listSheet, false)
}

// clipTo shortens a text to what a spreadsheet shows beside a cell.
func clipTo(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// noteOf returns what to write into a column.
func noteOf(c *column) string {
	f := c.field
	switch {
	case c.Note != "":
		return c.Note
	case len(c.listed) > 0:
		return "Một trong: " + strings.Join(c.listed, "; ") + "."
	case f.Kind == "points":
		return "Số thập phân, tối đa 12 chữ số ở mỗi bên dấu thập phân."
	case f.Kind == "int":
		return "Số nguyên."
	case f.Kind == "date":
		return "Ngày, dạng 2026-12-31."
	case f.Longest > 0:
		return fmt.Sprintf("Chữ, tối đa %d ký tự.", f.Longest)
	case f.List:
		return "Các mã, cách nhau bằng dấu chấm phẩy."
	}
	return slugNote
}
