package yamldoc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/yamldoc"
)

var fileRefused = fault.Reason{Kind: fault.Invalid, Code: "FILE_REFUSED", Vi: "Tệp bị từ chối.", En: "The file is refused."}

// found lists findings as "line:column path CODE".
func found(doc *yamldoc.Doc) []string {
	var list []string
	for _, f := range doc.Findings() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Path))+" "+f.Code)
	}
	return list
}

func expect(t *testing.T, doc *yamldoc.Doc, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, found(doc)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, f := range doc.Findings() {
		if f.Vi == "" || f.En == "" || strings.Contains(f.Vi+f.En, "%!") {
			t.Errorf("%+v lacks a text or was filled wrongly", f)
		}
	}
}

func TestValidValuesAreReadAsWritten(t *testing.T) {
	doc := yamldoc.Parse([]byte("\ufeff"+`---
code: 1.10
padded: 012
word: no
text: "Sở Nội vụ"
block: |
  hai
  dòng
bare: 80.81
quoted: "94.00"
count: "-7"
date: 2024-02-29
yes: true
role: SELF
blank: ""
nothing:
rows: [1.5, '2.5']
flow: {a: 1}
`), yamldoc.Limits{})
	m := doc.Root().Map("code", "padded", "word", "text", "block", "bare", "quoted", "count", "date", "yes", "role", "blank", "nothing", "rows", "flow", "absent")
	var rows []string
	for _, n := range m.Need("rows").List() {
		rows = append(rows, n.Points().String())
	}
	var flow []string
	for _, f := range m.Need("flow").Fields() {
		flow = append(flow, fmt.Sprint(f.Key.Text(), "=", f.Value.Int(), " at ", f.Value.Line()))
	}
	got := []any{
		m.Need("code").Text(), m.Need("padded").Text(), m.Need("word").Text(), m.Need("text").Text(), m.Need("block").Text(),
		m.Need("bare").Points(), m.Need("quoted").Points(), m.Need("count").Int(), m.Need("date").Date(), m.Need("yes").Bool(),
		m.Need("role").OneOf("SELF", "SURVEY"), rows, flow,
		m.Maybe("blank").Present(), m.Maybe("nothing").Present(), m.Maybe("absent").Present(), m.Maybe("code").Present(),
		m.Maybe("absent").Text(), m.Maybe("absent").Points(), m.Maybe("nothing").Int(), m.Maybe("absent").List(), m.Maybe("blank").Date(),
	}
	want := []any{
		"1.10", "012", "no", "Sở Nội vụ", "hai\ndòng\n",
		points.MustParse("80.81"), points.MustParse("94"), -7, "2024-02-29", true,
		"SELF",
		[]string{"1.5", "2.5"},
		[]string{"a=1 at 18"},
		false, false, false, true,
		"",
		points.Points{},
		0, []yamldoc.Node(nil), "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	expect(t, doc)
	if err := doc.Err(fileRefused); err != nil {
		t.Errorf("a sound file gives %v", err)
	}
}

func TestEveryFaultIsListedWithItsPosition(t *testing.T) {
	doc := yamldoc.Parse([]byte(`id: x
id: y
colour: red
points: 12,5
exponent: 1e3
count: 07
big: 2147483648
date: 2023-02-29
day: 2024-1-1
flag: yes
role: BOTH
text: [a]
control: "a\0b"
map: word
list: word
empty: ""
tilde: ~
? [a]
: 1
rows:
  - 1
  -
  - {a: 1, a: 2}
`), yamldoc.Limits{})
	m := doc.Root().Map("id", "points", "exponent", "count", "big", "date", "day", "flag", "role", "text", "control", "map", "list", "empty", "tilde", "rows", "absent")
	m.Need("points").Points()
	m.Need("exponent").Points()
	m.Need("count").Int()
	m.Need("big").Int()
	m.Need("date").Date()
	m.Need("day").Date()
	m.Need("flag").Bool()
	m.Need("role").OneOf("SELF", "SURVEY")
	m.Need("text").Text()
	m.Need("control").Text()
	m.Need("map").Map("a").Need("a").Text()
	m.Need("list").List()
	m.Need("empty").Text()
	m.Need("tilde").Text()
	m.Need("absent").Map("a").Need("a").Text()
	m.Need("absent").Text()
	for _, n := range m.Need("rows").List() {
		n.Map("a", "b").Need("b").Text()
	}
	expect(t, doc,
		"1:1 absent VALUE_MISSING",
		"2:1 id KEY_TWICE",
		"3:1 colour KEY_UNKNOWN",
		"4:9 points VALUE_NOT_POINTS",
		"5:11 exponent VALUE_NOT_POINTS",
		"6:8 count VALUE_NOT_INT",
		"7:6 big VALUE_NOT_INT",
		"8:7 date VALUE_NOT_DATE",
		"9:6 day VALUE_NOT_DATE",
		"10:7 flag VALUE_NOT_BOOL",
		"11:7 role VALUE_NOT_LISTED",
		"12:7 text VALUE_NOT_TEXT",
		"13:10 control TEXT_UNPRINTABLE",
		"14:6 map VALUE_NOT_MAP",
		"15:7 list VALUE_NOT_LIST",
		"16:8 empty VALUE_MISSING",
		"17:8 tilde VALUE_MISSING",
		"18:3 KEY_NOT_TEXT",
		"21:5 rows[0] VALUE_NOT_MAP",
		"22:4 rows[1] VALUE_MISSING",
		"23:5 rows[2].b VALUE_MISSING",
		"23:12 rows[2].a KEY_TWICE",
	)
	if id := m.Need("id").Text(); id != "x" {
		t.Errorf("of a key that stands twice the first counts; got %q", id)
	}
}

func TestUnreadableDocumentsAreOneFinding(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"empty":                 {"", "1:0 DOCUMENT_EMPTY"},
		"comment only":          {"# nothing\n", "1:0 DOCUMENT_EMPTY"},
		"null":                  {"\n---\n~\n", "3:1 DOCUMENT_EMPTY"},
		"two documents":         {"a: 1\n---\nb: 1\n", "2:1 DOCUMENT_SEVERAL"},
		"second malformed":      {"a: 1\n---\nb: ]\n", "3:0 DOCUMENT_MALFORMED"},
		"too large":             {"a: " + strings.Repeat("x", 1<<20), "1:0 DOCUMENT_TOO_LARGE"},
		"UTF-16":                {"\xff\xfea\x00:\x00", "1:0 DOCUMENT_NOT_UTF8"},
		"Latin-1":               {"a: 1\nb: S\xf4\n", "2:0 DOCUMENT_NOT_UTF8"},
		"control character":     {"a: 1\nb: \x01\n", "2:0 DOCUMENT_MALFORMED"},
		"tab":                   {"a: 1\nb:\n\tc: 2\n", "3:0 SPACE_NOT_PLAIN"},
		"tab at once":           {"\ta: 1\n", "1:0 SPACE_NOT_PLAIN"},
		"indented too far":      {"a: 1\n b: 2\nc: 3\n", "2:0 DOCUMENT_MALFORMED"},
		"indented too little":   {"# x\n\na:\n  - 1\n  - 2\n b: 1\n", "6:0 DOCUMENT_MALFORMED"},
		"list in a mapping":     {"# x\n# y\na:\n  b: 1\n\n\n  - c\n", "7:0 DOCUMENT_MALFORMED"},
		"mapping in a list":     {"# x\na:\n  - 1\n  - 2\n  b: 1\nc: 1\n", "5:0 DOCUMENT_MALFORMED"},
		"colon in a text":       {"a: 1\n\n\n\nb: x: y\n", "5:0 DOCUMENT_MALFORMED"},
		"no colon":              {"a: 1\n\n\nxyz\nb: 2\n", "4:0 DOCUMENT_MALFORMED"},
		"bracket left open":     {"a: 1\nb: [1,\nc: 2\n", "2:0 DOCUMENT_MALFORMED"},
		"open at the very end":  {"a: [x,", "1:0 DOCUMENT_MALFORMED"},
		"brace left open":       {"a: 1\nb: {c: 1\n", "2:0 DOCUMENT_MALFORMED"},
		"bracket never opened":  {"a: 1\nb: }\n", "2:0 DOCUMENT_MALFORMED"},
		"quote left open":       {"a: 1\nb: 'x\nc: 2\n", "2:0 DOCUMENT_MALFORMED"},
		"unknown escape":        {"a: 1\nb: \"\\q\"\n", "2:0 DOCUMENT_MALFORMED"},
		"other version":         {"# x\n%YAML 1.3\n---\na: 1\n", "2:0 DOCUMENT_MALFORMED"},
		"alias without anchor":  {"a: 1\n\nb: &x 1\nc: *y\nd: *y\n", "4:0 ALIAS_REFUSED"},
		"a thousand brackets":   {strings.Repeat("[", 20000), "1:0 NESTING_TOO_DEEP"},
		"windows line ends":     {"a: 1\r\nb: 2\r\n c: 3\r\n", "3:0 DOCUMENT_MALFORMED"},
		"after a flow and text": {"a: [1,\n 2]\nb: 'x\n\n y'\nc:\n  d: 1\n  - e\nf: [\n", "8:0 DOCUMENT_MALFORMED"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := yamldoc.Parse([]byte(tt.text), yamldoc.Limits{})
			root := doc.Root()
			m := root.Map("a")
			m.Need("a").Text()
			m.Maybe("not declared, but nothing was read").Report(fileRefused)
			m.Need("a").Report(fileRefused)
			root.Report(fileRefused)
			if root.Present() || root.Line() != 0 || len(root.List())+len(root.Fields()) != 0 || root.Points().Sign() != 0 {
				t.Error("the root of an unreadable document is not silent")
			}
			expect(t, doc, tt.want)
		})
	}
}

func TestAnchorsAliasesAndTagsAreRefused(t *testing.T) {
	doc := yamldoc.Parse([]byte(`a: &x {b: 1}
c: *x
d: !!str 12
e: !mine {f: 1}
g: &y
  h: 1
*y : z
<<: {i: 1}
`), yamldoc.Limits{})
	m := doc.Root().Map("a", "c", "d", "e", "g")
	if b := m.Need("a").Map("b").Need("b").Int(); b != 1 {
		t.Errorf("beside its anchor a value can still be read; got %d", b)
	}
	m.Need("c").Map("b").Need("b").Int()
	expect(t, doc,
		"1:4 a ALIAS_REFUSED",
		"2:4 c ALIAS_REFUSED",
		"3:4 d TAG_REFUSED",
		"4:4 e TAG_REFUSED",
		"5:4 g ALIAS_REFUSED",
		"7:1 y ALIAS_REFUSED",
		"8:1 << KEY_UNKNOWN",
	)
}

func TestBillionLaughsIsHarmless(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
	}
	doc := yamldoc.Parse([]byte(b.String()), yamldoc.Limits{})
	if n := len(doc.Findings()); n != 30+29*9 {
		t.Errorf("%d findings, want one for each anchor and alias", n)
	}
}

func TestNestingHasALimit(t *testing.T) {
	nested := func(depth int) []byte { return []byte(strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth)) }
	expect(t, yamldoc.Parse(nested(32), yamldoc.Limits{}))
	expect(t, yamldoc.Parse(nested(33), yamldoc.Limits{}), "1:33 "+strings.Repeat("[0]", 32)+" NESTING_TOO_DEEP")

	doc := yamldoc.Parse([]byte("a:\n  b:\n    c: 1\n"), yamldoc.Limits{Depth: 2})
	doc.Root().Map("a").Need("a").Map("b").Need("b").Map("c").Need("c").Int()
	expect(t, doc, "3:5 a.b NESTING_TOO_DEEP")
}

func TestFindingsHaveALimit(t *testing.T) {
	doc := yamldoc.Parse([]byte("- x\n- y\n- z\n"), yamldoc.Limits{Findings: 2})
	for _, n := range doc.Root().List() {
		n.Points()
	}
	expect(t, doc, "1:3 [0] VALUE_NOT_POINTS", "2:3 [1] VALUE_NOT_POINTS", "2:0 FINDINGS_CUT")
}

func TestFindingsAreSortedAndUnique(t *testing.T) {
	doc := yamldoc.Parse([]byte("a: x\nb: y\n"), yamldoc.Limits{})
	m := doc.Root().Map("a", "b", "c")
	m.Need("b").Int()
	m.Need("a").Int()
	m.Need("a").Points()
	m.Need("c").Text()
	m.Need("c").Int()
	expect(t, doc, "1:1 c VALUE_MISSING", "1:4 a VALUE_NOT_INT", "2:4 b VALUE_NOT_INT")
}

func TestReportTakesTheImportersOwnFaults(t *testing.T) {
	note := fault.Reason{Kind: fault.Invalid, Code: "NOTE_NEEDED", Vi: "Cần ghi chú 100%.", En: "A note is needed, 100%."}
	doc := yamldoc.Parse([]byte("rows:\n  - points: bad\n    rounding: x\n"), yamldoc.Limits{})
	m := doc.Root().Map("rows").Need("rows").List()[0].Map("points", "rounding", "note")
	m.Maybe("note").Report(note)
	m.Need("rounding").Report(points.Policy{ItemScale: -1}.Validate())
	m.Need("rounding").Report(fmt.Errorf("reading row: %w", note))
	m.Need("points").Points()
	m.Need("points").Report(note)
	expect(t, doc,
		"2:5 rows[0].note NOTE_NEEDED",
		"2:13 rows[0].points VALUE_NOT_POINTS",
		"3:15 rows[0].rounding.item_scale SCALE_OUT_OF_RANGE",
		"3:15 rows[0].rounding.display_scale DISPLAY_SCALE_TOO_FINE",
		"3:15 rows[0].rounding NOTE_NEEDED",
	)
}

func TestErrListsViolationsByPosition(t *testing.T) {
	doc := yamldoc.Parse([]byte("a: 1\nb: x\nb: y\n"), yamldoc.Limits{})
	doc.Root().Map("a", "b").Need("b").Int()
	err := doc.Err(fileRefused)
	if !errors.Is(err, fileRefused) {
		t.Fatalf("Err = %v", err)
	}
	var fields []string
	for _, v := range fault.From(err).Violations {
		fields = append(fields, v.Field+" "+v.Code)
	}
	if diff := cmp.Diff([]string{"line 2: b VALUE_NOT_INT", "line 3: b KEY_TWICE"}, fields); diff != "" {
		t.Error(diff)
	}
	whole := fault.From(yamldoc.Parse(nil, yamldoc.Limits{}).Err(fileRefused)).Violations
	if len(whole) != 1 || whole[0].Field != "line 1" || whole[0].Code != "DOCUMENT_EMPTY" {
		t.Errorf("an empty file gives %+v", whole)
	}
}

func TestAValueMayHaveAShortAndALongForm(t *testing.T) {
	doc := yamldoc.Parse([]byte("short: 5\nlong: {points: 5}\nlist: [5]\nblank:\n"), yamldoc.Limits{})
	m := doc.Root().Map("short", "long", "list", "blank", "absent")
	for key, want := range map[string]bool{"short": false, "long": true, "list": false, "blank": false, "absent": false} {
		if got := m.Maybe(key).IsMap(); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	if (yamldoc.Node{}).IsMap() {
		t.Error("the silent Node is a mapping")
	}
	expect(t, doc)
}

func TestReadingAnUndeclaredKeyPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("reading a key that Map would report as unknown did not panic")
		}
	}()
	yamldoc.Parse([]byte("a: 1\n"), yamldoc.Limits{}).Root().Map("a").Maybe("b")
}

func TestQuotedValuesAreShortened(t *testing.T) {
	doc := yamldoc.Parse([]byte(strings.Repeat("ờ", 5000)+": "+strings.Repeat("ấ", 5000)), yamldoc.Limits{})
	doc.Root().Map("a")
	for _, f := range doc.Root().Fields() {
		f.Value.Points()
	}
	for _, f := range doc.Findings() {
		if len(f.En) > 500 || len(f.Path) > 200 {
			t.Errorf("%s quotes %d bytes under a path of %d", f.Code, len(f.En), len(f.Path))
		}
	}
}

// FuzzParse reads every document in every way, as a careless importer might.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a: 1\n", "- 1\n- [a, {b: c}]\n", "a: &x 1\nb: *x\n", "a: *x", "---\n---\n", "a:\n\tb", "? [a]\n: {b: }\n", "\xff", "a: !!binary x\n",
		"[[[[", "a: 'x", "<<: *a\n", "a: |\n  b\n c", "%YAML 1.1\n---\n", "\"\\0\": \"\\u0000\"", "a: 1\n- b\n", "# x\n\na:\n  b: 1\n  - c\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := yamldoc.Parse(data, yamldoc.Limits{Findings: 20})
		readAll(doc.Root())
		findings := doc.Findings()
		lines := strings.Count(string(data), "\n") + 1
		last := 0
		for _, f := range findings {
			if f.Line < max(last, 1) || f.Line > lines || f.Column < 0 || f.Code == "" || f.Vi == "" || f.En == "" {
				t.Fatalf("finding %+v in %d lines after line %d", f, lines, last)
			}
			last = f.Line
		}
		if len(findings) > 21 {
			t.Fatalf("%d findings", len(findings))
		}
	})
}

func readAll(n yamldoc.Node) {
	n.Report(fileRefused)
	n.Points()
	n.Int()
	n.Date()
	n.Bool()
	m := n.Map("a", "b")
	m.Need("b").OneOf("x", "y")
	m.Maybe("a").Text()
	for _, f := range n.Fields() {
		f.Key.Text()
		readAll(f.Value)
	}
	for _, item := range n.List() {
		readAll(item)
	}
}
