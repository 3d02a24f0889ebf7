package regulation

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
)

// Differences between what a draft declared before its official table was imported
// and what it declares with it (rule C11). Texts are filled with the path, the former and the
// present figure.
var (
	declaredChanged = findingKind{fault.Invalid.Reason("DECLARED_CHANGED",
		"Dự thảo ghi %[1]s là %[2]s, tệp ghi %[3]s. Hãy sửa tệp cho khớp; nếu quyết định ghi đúng như tệp, hãy thêm xác nhận chênh lệch với mã DECLARED_CHANGED, vị trí %[1]s và hai giá trị này.",
		"The draft states %[2]s for %[1]s, the file states %[3]s. Correct the file; if the decision says what the file says, add an acknowledgement of DECLARED_CHANGED at %[1]s with these two values."), Error}
	declaredReplaced = findingKind{fault.Invalid.Reason("DECLARED_REPLACED",
		"Trước khi nhập bảng chính thức, dự thảo ghi %[1]s là %[2]s; nay ghi %[3]s. Hãy kiểm tra để chắc chắn thay đổi này là đúng.",
		"Before the official table was imported, the draft stated %[2]s for %[1]s; now it states %[3]s. Check that this change is right."), Acknowledged}
)

// statement is one thing that a content states of its own structure, its value as
// text.
type statement struct {
	// group is empty for the whole regulation; path is a field of the group's
	// declared structure ("sub_criteria"), one of a domain's behind the domain's key
	// ("steering.max_points"), or a field of the content ("split").
	group, path string
	value       string
	// place is where the content states it.
	place Place
}

// fits reports whether an acknowledgement is about s.
func (s statement) fits(a sealed.Acknowledgement) bool { return s.group == a.Group && s.path == a.Path }

// statements are all that c states of its structure (rules C3b, C5 and C5b).
func (c Content) statements() []statement {
	all := []statement{
		{"", "counting", string(cmp.Or(c.Counting, sealed.LeafCriteria)), Place{}.field("counting")},
		{"", "split", string(cmp.Or(c.Split, sealed.BySourceKind)), Place{}.field("split")},
	}
	for i, d := range c.Declared {
		at := stating{&all, d.Group, "", Place{}.entry("declared", i)}
		at.count("criteria", d.Criteria)
		at.count("sub_criteria", d.SubCriteria)
		at.points("self_points", d.SelfPoints)
		at.points("survey_points", d.SurveyPoints)
		at.points("total_points", d.TotalPoints)
		for j, domain := range d.Domains {
			at := stating{&all, d.Group, domain.Field + ".", Place{}.entry("declared", i).entry("domains", j)}
			at.count("criteria", domain.Criteria)
			at.count("sub_criteria", domain.SubCriteria)
			at.count("surveyed_sub_criteria", domain.SurveyedSubCriteria)
			at.points("max_points", domain.MaxPoints)
		}
	}
	return all
}

// stating collects the statements at one place.
type stating struct {
	all           *[]statement
	group, prefix string
	place         Place
}

func (s stating) count(field string, n *int32) {
	if n != nil {
		s.add(field, strconv.Itoa(int(*n)))
	}
}

func (s stating) points(field string, p *points.Points) {
	if p != nil {
		s.add(field, p.String())
	}
}

func (s stating) add(field, value string) {
	*s.all = append(*s.all, statement{s.group, s.prefix + field, value, s.place.field(fault.JSONPath(field))})
}

// Contradicts returns what keeps c from being imported over the draft r, each at
// its place in c: if r's official table is still to be imported, all that r declares
// of its structure and c leaves out or states differently, unless c acknowledges that
// with both values. Without this a table with other counts could be imported by
// declaring them itself (rule C11). What c states beyond r is compared with its own
// table only.
func (c Content) Contradicts(r Regulation) []Finding {
	if r.Content.Completeness != sealed.StructureOnly {
		return nil
	}
	now := c.statements()
	var found []Finding
	for _, was := range r.Content.statements() {
		is := statement{was.group, was.path, "", c.declaredAt(was.group)}
		if i := slices.IndexFunc(now, func(s statement) bool { return s.group == was.group && s.path == was.path }); i >= 0 {
			is = now[i]
		}
		if is.value != was.value && !slices.ContainsFunc(c.Acknowledgements, func(a sealed.Acknowledgement) bool {
			return a.Code == declaredChanged.Code && is.fits(a) && a.Declared == was.value && a.Computed == is.value
		}) {
			found = append(found, declaredChanged.at(was.group, is.place, is.path, was.value, cmp.Or(is.value, "—")))
		}
	}
	return found
}

// declaredAt returns the place of what is declared of a group.
func (c Content) declaredAt(group string) Place {
	if i := slices.IndexFunc(c.Declared, func(d sealed.Declared) bool { return d.Group == group }); i >= 0 {
		return Place{}.entry("declared", i)
	}
	return Place{}.field("declared")
}

// replaced returns the finding of an acknowledgement that c states other values than
// its draft did. It is valid as long as c states the acknowledged value.
func (c Content) replaced(a sealed.Acknowledgement) (f Finding, valid bool) {
	value := ""
	for _, s := range c.statements() {
		if s.fits(a) {
			value = s.value
			break
		}
	}
	if a.Code != declaredChanged.Code || a.Declared == a.Computed || value != a.Computed {
		return Finding{}, false
	}
	f = declaredReplaced.about(a.Group, a.Path, a.Path, a.Declared, cmp.Or(a.Computed, "—"))
	f.Declared, f.Computed = a.Declared, a.Computed
	return f, true
}
