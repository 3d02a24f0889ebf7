package history

import (
	"regexp"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/libs/yamldoc"
)

// bookLimits allow the largest group that a province has, many times over.
var bookLimits = workbook.Limits{Rows: 20_000, Cells: 300_000}

// column is a column of a table, or a line of the first one.
type column struct {
	// key is that of the YAML file.
	key        string
	head, note string
	figure     bool
}

// table is a sheet of the workbook; the first of its columns are needed.
type table struct {
	sheet   string
	needed  int
	columns []column
}

func (t table) heads() []string {
	heads := make([]string, len(t.columns))
	for i, c := range t.columns {
		heads[i] = c.head
	}
	return heads
}

const guideSheet = "Hướng dẫn"

var (
	group    = column{key: "group", head: "Mã khối", note: "Mã khối như trong danh mục."}
	codeNote = "Dùng chữ thường không dấu, chữ số và dấu gạch nối."

	headTable = table{"Chung", 6, []column{
		{key: "authority", head: "Mã Ủy ban nhân dân", note: codeNote},
		{key: "cycle", head: "Mã kỳ đánh giá", note: codeNote},
		{key: "source.title", head: "Tên văn bản nguồn", note: "Văn bản có bảng kết quả."},
		{key: "source.date", head: "Ngày văn bản nguồn", note: "Dạng 2024-03-15, 2024-03 hoặc 2024."},
		{key: "decision.number", head: "Số quyết định công bố", note: "Ví dụ 25/QĐ-UBND."},
		{key: "decision.date", head: "Ngày quyết định công bố", note: "Dạng 2024-01-08."},
		{key: "source.number", head: "Số văn bản nguồn"},
		{key: "rounding.itemScale", head: "Số chữ số thập phân của điểm", note: "Để trống: 6.", figure: true},
		{key: "rounding.indexScale", head: "Số chữ số thập phân của chỉ số", note: "Để trống: 6.", figure: true},
		{key: "rounding.displayScale", head: "Số chữ số thập phân của bản in", note: "Để trống: 2.", figure: true},
		{key: "rounding.mode", head: "Cách làm tròn", note: "HALF_AWAY_FROM_ZERO (để trống), HALF_EVEN hoặc DOWN."},
		{key: "compare.rank", head: "Xếp hạng theo", note: "INDEX_SCALE (để trống) hoặc DISPLAY_SCALE, là chỉ số như bản in."},
		{key: "compare.class", head: "Xếp loại theo", note: "INDEX_SCALE (để trống) hoặc DISPLAY_SCALE."},
		{key: "compare.ties", head: "Quy tắc đồng hạng", note: "SKIP: 1, 2, 2, 4. DENSE: 1, 2, 2, 3. UNIQUE: không đồng hạng. Để trống: theo thứ hạng in."},
	}}
	resultTable = table{"Kết quả", 2, []column{
		group,
		{key: "agency", head: "Cơ quan, đơn vị", note: "Tên như bản in, tên gọi khác hoặc mã."},
		{key: "rank", head: "Thứ hạng", figure: true},
		{key: "class", head: "Xếp loại", note: "Mã loại ở trang “Xếp loại”."},
		{key: "standardPoints", head: "Điểm chuẩn", figure: true},
		{key: "selfPoints", head: "Điểm thẩm định", note: "Phần tự đánh giá, sau thẩm định.", figure: true},
		{key: "officialsPoints", head: "Điểm khảo sát cán bộ, công chức", figure: true},
		{key: "satisfactionPoints", head: "Điểm mức độ hài lòng", figure: true},
		{key: "surveyPoints", head: "Điểm điều tra xã hội học", figure: true},
		{key: "totalPoints", head: "Tổng điểm", figure: true},
		{key: "index", head: "Chỉ số (%)", note: "Ghi 90,06 ở ô dạng Số hoặc Văn bản, không dùng định dạng phần trăm.", figure: true},
	}}
	domainTable = table{"Lĩnh vực", 4, []column{
		group,
		{key: "field", head: "Khóa lĩnh vực", note: "steering, institutions, procedures, organisation, civil-service, public-finance, digital-government, impact hoặc mã khác."},
		{key: "code", head: "Mã số in", note: "Mã in cho lĩnh vực trong khối này."},
		{key: "name", head: "Tên lĩnh vực", note: "Thêm cột mang tên này ở trang “Kết quả” để ghi điểm; thêm “(điểm chuẩn)” hoặc “(chỉ số)” sau tên nếu bản in có."},
	}}
	classTable = table{"Xếp loại", 3, []column{
		group,
		{key: "id", head: "Mã loại"},
		{key: "name", head: "Tên loại"},
		{key: "from", head: "Từ (%)", note: "Chỉ số này trở lên.", figure: true},
		{key: "above", head: "Trên (%)", figure: true},
		{key: "to", head: "Đến (%)", note: "Chỉ số này trở xuống.", figure: true},
		{key: "below", head: "Dưới (%)", figure: true},
	}}
	printedTable = table{"Số liệu chung", 1, []column{
		group,
		{key: "meanIndex", head: "Trung bình", figure: true},
		{key: "highest", head: "Cao nhất", figure: true},
		{key: "lowest", head: "Thấp nhất", figure: true},
		{key: "gap", head: "Khoảng cách", figure: true},
	}}
	tables = []table{headTable, resultTable, domainTable, classTable, printedTable}
)

// The ends of the headers of a domain's columns beside its points.
const standardEnd, indexEnd = " (điểm chuẩn)", " (chỉ số)"

// book is a workbook that is made a document in the form of the YAML file.
type book struct {
	sheets map[string]workbook.Sheet // by the key of their name
	found  []fault.Violation
	at     []workbook.Spot
	told   []fault.Violation
	groups []*bookGroup
}

// bookGroup is a group while its rows are read.
type bookGroup struct {
	id                                 yamldoc.Value
	classes, domains, agencies, totals []yamldoc.Value
}

// fromWorkbook returns a workbook as a document, and what is told of it.
func fromWorkbook(content []byte) (*yamldoc.Doc, []fault.Violation) {
	b := &book{sheets: map[string]workbook.Sheet{}}
	sheets, err := workbook.Read(content, bookLimits)
	if err != nil {
		f := fault.From(err)
		b.report(workbook.Spot{Sheet: -1, Name: f.Field}, f)
		return yamldoc.Build(nil, b.found, b.at), nil
	}
	for _, s := range sheets {
		b.sheets[text.Key(s.Name)] = s
	}
	for _, t := range tables {
		if _, ok := b.sheets[text.Key(t.sheet)]; !ok {
			b.report(workbook.Spot{Sheet: -1, Name: t.sheet}, workbook.SheetMissing.With(t.sheet))
		}
	}
	if len(b.found) > 0 {
		return yamldoc.Build(nil, b.found, b.at), nil
	}
	root := b.root()
	return yamldoc.Build(&root, b.found, b.at), b.told
}

func (b *book) report(at workbook.Spot, err error) {
	f := fault.From(err)
	for _, s := range b.sheets {
		if s.Index == at.Sheet && at.Row > 0 {
			f = s.Unseen(at, f)
		}
	}
	b.found, b.at = append(b.found, f.Violation(at.String())), append(b.at, at)
}

func (b *book) tell(at workbook.Spot, err error) {
	b.told = append(b.told, fault.From(err).Violation(at.String()))
}

// root returns the document.
func (b *book) root() yamldoc.Value {
	sheet := b.sheets[text.Key(headTable.sheet)]
	cells, spots := sheet.Standing(headTable.heads(), headTable.needed, b.report)
	sheet.Tell(1, b.tell)
	root := yamldoc.Value{At: sheet.At(0, 0), Map: []yamldoc.Pair{{Key: "format", Value: yamldoc.Value{At: sheet.At(0, 0), Text: Format}}}}
	parts := map[string]int{}
	for i, c := range headTable.columns {
		cell, filled := cells[i]
		value := b.value(c, cell, filled, spots[i])
		part, key, nested := strings.Cut(c.key, ".")
		if !nested {
			root.Map = append(root.Map, yamldoc.Pair{Key: part, Value: value})
			continue
		}
		if _, there := parts[part]; !there {
			parts[part] = len(root.Map)
			root.Map = append(root.Map, yamldoc.Pair{Key: part, Value: yamldoc.Value{At: root.At}})
		}
		into := &root.Map[parts[part]].Value
		into.Map = append(into.Map, yamldoc.Pair{Key: key, Value: value})
	}
	domains, names := b.domains()
	b.results(names)
	b.each(classTable, func(g *bookGroup, row yamldoc.Value) { g.classes = append(g.classes, row) })
	b.each(printedTable, func(g *bookGroup, row yamldoc.Value) { g.totals = append(g.totals, row) })
	results := b.sheets[text.Key(resultTable.sheet)].At(0, 0)
	groups := yamldoc.Value{At: results, List: []yamldoc.Value{}}
	for _, g := range b.groups {
		groups.List = append(groups.List, g.value(results))
	}
	root.Map = append(root.Map, yamldoc.Pair{Key: "domains", Value: listOf(results, domains)}, yamldoc.Pair{Key: "groups", Value: groups})
	return root
}

// value returns the group as in the YAML file.
func (g *bookGroup) value(results workbook.Spot) yamldoc.Value {
	v := yamldoc.Value{At: g.id.At, Map: []yamldoc.Pair{
		{Key: "group", Value: g.id},
		{Key: "classes", Value: listOf(g.id.At, g.classes)},
		{Key: "domains", Value: listOf(g.id.At, g.domains)},
		{Key: "agencies", Value: listOf(results, g.agencies)},
	}}
	for _, printed := range g.totals { // a second line is a key that is there twice
		v.Map = append(v.Map, yamldoc.Pair{Key: "printed", Value: printed})
	}
	return v
}

// listOf returns a list, or nothing if it has no entries.
func listOf(at workbook.Spot, entries []yamldoc.Value) yamldoc.Value {
	return yamldoc.Value{At: at, List: entries}
}

// each hands over the rows of a table with their groups, without the column of the
// group.
func (b *book) each(t table, add func(*bookGroup, yamldoc.Value)) {
	b.rows(t, t.heads(), func(at workbook.Spot, value func(int, column) yamldoc.Value) {
		row := yamldoc.Value{At: at, Map: []yamldoc.Pair{}}
		for i, c := range t.columns[1:] {
			row.Map = append(row.Map, yamldoc.Pair{Key: c.key, Value: value(i+1, c)})
		}
		add(b.group(value(0, group)), row)
	})
}

// rows hands over each row of a table: its place, and its values by the places of
// their headers.
func (b *book) rows(t table, heads []string, see func(at workbook.Spot, value func(int, column) yamldoc.Value)) {
	sheet := b.sheets[text.Key(t.sheet)]
	read := sheet.Table(heads, t.needed, b.report)
	sheet.Tell(read.Head, b.tell)
	for _, line := range read.Lines {
		cells := read.Cells(line)
		if len(cells) == 0 {
			continue
		}
		see(sheet.At(line[0].Row, 0), func(place int, c column) yamldoc.Value {
			cell, filled := cells[place]
			return b.value(c, cell, filled, sheet.At(line[0].Row, read.Columns[place]))
		})
	}
}

// group returns the group with an id, in the order in which the sheets name them.
func (b *book) group(id yamldoc.Value) *bookGroup {
	for _, g := range b.groups {
		if g.id.Text == id.Text {
			return g
		}
	}
	b.groups = append(b.groups, &bookGroup{id: id})
	return b.groups[len(b.groups)-1]
}

// domains reads the domains: those of the file, and the fields by the names that
// columns have.
func (b *book) domains() (declared []yamldoc.Value, names []yamldoc.Pair) {
	known := map[[2]string]bool{}
	b.rows(domainTable, domainTable.heads(), func(at workbook.Spot, value func(int, column) yamldoc.Value) {
		in := make([]yamldoc.Value, len(domainTable.columns))
		for i, c := range domainTable.columns {
			in[i] = value(i, c)
		}
		field, name := in[1], in[3]
		g := b.group(in[0])
		g.domains = append(g.domains, yamldoc.Value{At: at, Map: []yamldoc.Pair{{Key: "field", Value: field}, {Key: "code", Value: in[2]}}})
		if pair := [2]string{field.Text, text.Key(name.Text)}; !known[pair] { // a field with two names is declared twice
			known[pair] = true
			declared = append(declared, yamldoc.Value{At: at, Map: []yamldoc.Pair{{Key: "field", Value: field}, {Key: "name", Value: name}}})
			names = append(names, yamldoc.Pair{Key: field.Text, Value: name})
		}
	})
	return declared, names
}

// results reads the agencies. The columns after the known ones are those of domains,
// three for each, by their names.
func (b *book) results(names []yamldoc.Pair) {
	heads, known := resultTable.heads(), len(resultTable.columns)
	for _, n := range names {
		heads = append(heads, n.Value.Text, n.Value.Text+standardEnd, n.Value.Text+indexEnd)
	}
	b.rows(resultTable, heads, func(at workbook.Spot, value func(int, column) yamldoc.Value) {
		row := yamldoc.Value{At: at}
		for i, c := range resultTable.columns[1:] {
			row.Map = append(row.Map, yamldoc.Pair{Key: c.key, Value: value(i+1, c)})
		}
		domains := yamldoc.Value{At: at}
		for i, n := range names {
			var figures yamldoc.Value
			filled := false
			for j, key := range []string{"points", "standardPoints", "index"} {
				v := value(known+3*i+j, column{figure: true})
				if figures.At.Column == 0 {
					figures.At = v.At
				}
				figures.Map, filled = append(figures.Map, yamldoc.Pair{Key: key, Value: v}), filled || v.Text != ""
			}
			if filled {
				domains.Map = append(domains.Map, yamldoc.Pair{Key: n.Key, Value: figures})
			}
		}
		row.Map = append(row.Map, yamldoc.Pair{Key: "domains", Value: domains})
		g := b.group(value(0, group))
		g.agencies = append(g.agencies, row)
	})
}

// comma matches a figure as Vietnamese tables print it.
var comma = regexp.MustCompile(`^-?[0-9]+,[0-9]+$`)

// value returns what a cell holds; a figure may have a decimal comma.
func (b *book) value(c column, cell workbook.Cell, filled bool, at workbook.Spot) yamldoc.Value {
	if !filled || cell.Reported() {
		return yamldoc.Value{At: at}
	}
	wanted := workbook.WantDate // which takes a text as it is
	if c.figure {
		wanted = workbook.WantFigure
	}
	typed, err := cell.Typed(wanted)
	if err != nil && !c.figure {
		typed, err = cell.Typed(workbook.WantText)
	}
	if err != nil {
		b.report(at, err)
	}
	if typed = strings.TrimSpace(typed); c.figure && comma.MatchString(typed) {
		typed = strings.Replace(typed, ",", ".", 1)
	}
	return yamldoc.Value{At: at, Text: typed}
}
