package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

func name(text string) Name { return Name{Text: text, Key: strings.ToLower(text)} }

func names(texts ...string) []Name {
	var list []Name
	for _, text := range texts {
		list = append(list, name(text))
	}
	return list
}

// stored is a small province: two departments, a district and its commune.
func stored() Stored {
	agency := func(id, text, parent string, aliases ...string) Agency {
		return Agency{Authority: "an-binh", ID: id, Name: name(text), Aliases: names(aliases...), Parent: parent, Version: 3}
	}
	return Stored{
		Authority: &Authority{ID: "an-binh", Name: "UBND tỉnh An Bình", Parent: "viet-nam", Version: 2},
		Agencies: map[string]Agency{
			"home":     agency("home", "Sở Nội vụ", "", "Nội vụ"),
			"finance":  agency("finance", "Sở Tài chính", ""),
			"district": agency("district", "Huyện Đông", ""),
			"commune":  agency("commune", "Xã Một", "district"),
		},
		Cycles: map[string]Cycle{"2023": {
			Authority: "an-binh", ID: "2023", Name: "Năm 2023", Origin: Imported, Version: 5,
			Groups:  []regulation.Group{{ID: "departments", Name: "Sở"}, {ID: "districts", Name: "Huyện"}},
			Members: []Member{{"district", "districts", ""}, {"finance", "departments", "Mới"}, {"home", "departments", ""}},
		}},
		Lineage: []string{"viet-nam"},
	}
}

// file is a catalog file about that province.
func file(agencies []Agency, cycles ...Cycle) Catalog {
	return Catalog{Authority: Authority{ID: "an-binh", Name: "UBND tỉnh An Bình"}, Agencies: agencies, Cycles: cycles}
}

func of(id, text, parent string, aliases ...string) Agency {
	return Agency{ID: id, Name: name(text), Aliases: names(aliases...), Parent: parent}
}

func cycle2023(origin Origin, groups []regulation.Group, members ...Member) Cycle {
	return Cycle{ID: "2023", Name: "Năm 2023", Origin: origin, Groups: groups, Members: members}
}

// TestPlan compares the changes, one a line, or the faults.
func TestPlan(t *testing.T) {
	both := []regulation.Group{{ID: "departments", Name: "Sở"}, {ID: "districts", Name: "Huyện"}}
	cases := []struct {
		name string
		file Catalog
		want []string
	}{
		{"nothing said", file(nil), nil},
		{"what is stored", file([]Agency{of("home", "Sở Nội vụ", "", "Nội vụ"), of("commune", "Xã Một", "district")},
			cycle2023(Imported, both, Member{"home", "departments", ""}, Member{"finance", "departments", "Mới"}, Member{"district", "districts", ""})), nil},
		{"a part of what is stored", file([]Agency{of("home", "Sở Nội vụ", ""), of("commune", "Xã Một", "")},
			cycle2023(Imported, both, Member{"home", "departments", ""})), nil},
		{"a new agency", file([]Agency{of("health", "Sở Y tế", "", "Y tế")}), []string{"+ health v1 Sở Y tế [Y tế] ^"}},
		{
			"a new name, the old one stays an alias", file([]Agency{of("home", "Sở Nội vụ tỉnh", "")}),
			[]string{"~ home v4 Sở Nội vụ tỉnh [Nội vụ, Sở Nội vụ] ^"},
		},
		{"an alias becomes the name", file([]Agency{of("home", "Nội vụ", "")}), []string{"~ home v4 Nội vụ [Sở Nội vụ] ^"}},
		{"the name in other capitals", file([]Agency{of("home", "SỞ NỘI VỤ", "", "NỘI vụ")}), []string{"~ home v4 SỞ NỘI VỤ [NỘI vụ] ^"}},
		{"a further alias", file([]Agency{of("home", "Sở Nội vụ", "", "SNV")}), []string{"~ home v4 Sở Nội vụ [Nội vụ, SNV] ^"}},
		{"another parent", file([]Agency{of("commune", "Xã Một", "home")}), []string{"~ commune v4 Xã Một [] ^home"}},
		{
			"a name of another agency", file([]Agency{of("health", "SỞ tài chính", "")}),
			[]string{"! agencies[0].name AGENCY_NAME_TAKEN", "+ health v1 SỞ tài chính [] ^"},
		},
		{
			"two agencies trade names", file([]Agency{of("home", "Sở Tài chính", ""), of("finance", "Sở Nội vụ", "")}),
			[]string{
				"! agencies[0].name AGENCY_NAME_TAKEN", "! agencies[1].name AGENCY_NAME_TAKEN",
				"~ home v4 Sở Tài chính [Nội vụ, Sở Nội vụ] ^", "~ finance v4 Sở Nội vụ [Sở Tài chính] ^",
			},
		},
		{
			"a loop through what is stored", file([]Agency{of("district", "Huyện Đông", "commune")}),
			[]string{"! agencies[0].parent PARENT_LOOP", "~ district v4 Huyện Đông [] ^commune"},
		},
		{
			"a member moves, another is scored now", file([]Agency{of("home", "Sở Nội vụ", ""), of("finance", "Sở Tài chính", "")},
				cycle2023(Imported, both, Member{"home", "districts", ""}, Member{"finance", "departments", ""})),
			[]string{"~ 2023 v6 Năm 2023 [departments districts] [{district districts } {finance departments } {home districts }]"},
		},
		{
			"groups in another order, and a new one", file([]Agency{of("commune", "Xã Một", "")},
				cycle2023(Imported, []regulation.Group{{ID: "communes", Name: "Xã"}, {ID: "districts", Name: "Huyện"}}, Member{"commune", "communes", ""})),
			[]string{"~ 2023 v6 Năm 2023 [communes districts departments] " +
				"[{commune communes } {district districts } {finance departments Mới} {home departments }]"},
		},
		{
			"a group left empty", file([]Agency{of("district", "Huyện Đông", "")},
				cycle2023(Imported, both[:1], Member{"district", "departments", ""})),
			[]string{
				"! cycles[0] GROUP_EMPTIED",
				"~ 2023 v6 Năm 2023 [departments districts] [{district departments } {finance departments Mới} {home departments }]",
			},
		},
		{"another year", file([]Agency{of("home", "Sở Nội vụ", "")}, func() Cycle {
			c := cycle2023(Imported, both, Member{"home", "departments", ""})
			c.Year = 2022
			return c
		}()), []string{"~ 2023 v6 Năm 2023 [departments districts] [{district districts } {finance departments Mới} {home departments }]"}},
		{
			"another origin", file([]Agency{of("home", "Sở Nội vụ", "")}, cycle2023(Run, both, Member{"home", "departments", ""})),
			[]string{"! cycles[0].origin ORIGIN_FIXED"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, planned(c.file.Plan(stored()))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func planned(p Plan, found violations) (lines []string) {
	sign := func(created bool) string {
		if created {
			return "+"
		}
		return "~"
	}
	for _, v := range found {
		lines = append(lines, "! "+v.Field+" "+v.Code)
	}
	if p.Authority != nil {
		lines = append(lines, fmt.Sprintf("%s %+v", sign(p.Authority.From == nil), p.Authority.To))
	}
	for _, c := range p.Agencies {
		var aliases []string
		for _, alias := range c.To.Aliases {
			aliases = append(aliases, alias.Text)
		}
		lines = append(lines, fmt.Sprintf("%s %s v%d %s [%s] ^%s", sign(c.From == nil), c.To.ID, c.To.Version, c.To.Name.Text,
			strings.Join(aliases, ", "), c.To.Parent))
	}
	for _, c := range p.Cycles {
		var groups []string
		for _, g := range c.To.Groups {
			groups = append(groups, g.ID)
		}
		lines = append(lines, fmt.Sprintf("%s %s v%d %s %v %v", sign(c.From == nil), c.To.ID, c.To.Version, c.To.Name, groups, c.To.Members))
	}
	return lines
}

func TestPlanAuthority(t *testing.T) {
	first := Stored{}
	cases := []struct {
		name    string
		said    Authority
		stored  *Authority
		lineage []string
		want    []string
	}{
		{"a new one", Authority{ID: "a", Name: "A"}, nil, nil, []string{"+ {ID:a Name:A Parent: Version:1}"}},
		{"a new one below another", Authority{ID: "a", Name: "A", Parent: "b"}, nil, []string{"b"}, []string{"+ {ID:a Name:A Parent:b Version:1}"}},
		{
			"below one that is not there",
			Authority{ID: "a", Name: "A", Parent: "b"},
			nil, nil,
			[]string{"! authority.parent AUTHORITY_PARENT_UNKNOWN", "+ {ID:a Name:A Parent:b Version:1}"},
		},
		{"the stored parent, not visible to the caller", Authority{ID: "a", Name: "A", Parent: "b"}, &Authority{"a", "A", "b", 4}, nil, nil},
		{"no parent said", Authority{ID: "a", Name: "A"}, &Authority{"a", "A", "b", 4}, nil, nil},
		{"a new name", Authority{ID: "a", Name: "AA"}, &Authority{"a", "A", "b", 4}, nil, []string{"~ {ID:a Name:AA Parent:b Version:5}"}},
		{
			"below its own child",
			Authority{ID: "a", Name: "A", Parent: "b"},
			&Authority{"a", "A", "", 4},
			[]string{"b", "a"},
			[]string{"! authority.parent PARENT_LOOP", "~ {ID:a Name:A Parent:b Version:5}"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			first.Authority, first.Lineage = c.stored, c.lineage
			if diff := cmp.Diff(c.want, planned(Catalog{Authority: c.said}.Plan(first))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlanTwice applies a plan and checks that the same file then plans nothing.
func TestPlanTwice(t *testing.T) {
	c := file([]Agency{of("home", "Bộ phận Nội vụ", "", "SNV", "Nội VỤ"), of("health", "Sở Y tế", "home")},
		cycle2023(Imported, []regulation.Group{{ID: "all", Name: "Tất cả"}, {ID: "departments", Name: "Sở"}}, Member{"home", "all", ""}, Member{"health", "all", "Mới"}),
		Cycle{ID: "2024", Name: "Năm 2024", Origin: Imported, Groups: []regulation.Group{{ID: "all", Name: "Tất cả"}}, Members: []Member{{"home", "all", ""}, {"health", "all", ""}}})
	s := stored()
	p, found := c.Plan(s)
	if len(found) > 0 || len(p.Agencies) != 2 || len(p.Cycles) != 2 {
		t.Fatalf("the first time: %v %+v", found, p)
	}
	for _, a := range p.Agencies {
		s.Agencies[a.To.ID] = a.To
	}
	for _, y := range p.Cycles {
		s.Cycles[y.To.ID] = y.To
	}
	if p, found := c.Plan(s); len(found) > 0 || !p.Empty() {
		t.Errorf("the second time: %v %v", found, planned(p, nil))
	}
}

func TestPlanTooMany(t *testing.T) {
	s := stored()
	a := s.Agencies["home"]
	for i := range MaxAliases - 1 {
		a.Aliases = append(a.Aliases, name(fmt.Sprint("SNV ", i)))
	}
	s.Agencies["home"] = a
	_, found := file([]Agency{of("home", "Nội vụ mới", "")}).Plan(s)
	if len(found) != 1 || found[0].Field != "agencies[0]" || found[0].Code != regulation.ListTooLong.Code {
		t.Errorf("a 51st alias: %v", found)
	}
	for i := range MaxAgencies {
		id := fmt.Sprint("a-", i)
		s.Agencies[id] = Agency{ID: id, Name: name(id)}
	}
	_, found = file([]Agency{of("health", "Sở Y tế", "")}).Plan(s)
	if len(found) != 1 || found[0].Field != "agencies" || found[0].Code != regulation.ListTooLong.Code {
		t.Errorf("a 5,001st agency: %v", found)
	}
}

func many(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("Tên %d", i)
	}
	return texts
}

func TestRename(t *testing.T) {
	agency := Agency{Authority: "an-binh", ID: "home", Name: name("Sở Nội vụ"), Aliases: names("Nội vụ"), Version: 3}
	ptr := func(list ...string) *[]Name { n := names(list...); return &n }
	text := func(s string) *Name { n := name(s); return &n }
	cases := []struct {
		name string
		r    Renaming
		want string
	}{
		{"nothing", Renaming{}, "v3 Sở Nội vụ 1"},
		{"the same", Renaming{text("Sở Nội vụ"), ptr("Nội vụ")}, "v3 Sở Nội vụ 1"},
		{"name", Renaming{text("Ban Nội vụ"), nil}, "v4 Ban Nội vụ 2"},
		{"aliases", Renaming{nil, ptr("SNV", "Nội vụ")}, "v4 Sở Nội vụ 2"},
		{"no aliases", Renaming{nil, ptr()}, "v4 Sở Nội vụ 0"},
		{"trade", Renaming{text("Nội vụ"), ptr("Sở Nội vụ")}, "v4 Nội vụ 1"},
		{"blank name", Renaming{&Name{}, nil}, "AGENCY_NAME_MISSING name"},
		{"blank alias", Renaming{nil, &[]Name{name("SNV"), {}}}, "AGENCY_NAME_MISSING aliases"},
		{"name that is an alias", Renaming{text("NỘI VỤ"), nil}, "v4 NỘI VỤ 1"},
		{"name that is an alias sent along", Renaming{text("NỘI VỤ"), ptr("nội vụ")}, "ALIAS_REPEATED aliases[0]"},
		{"alias twice", Renaming{nil, ptr("SNV", "snv")}, "ALIAS_REPEATED aliases[1]"},
		{"one alias too many", Renaming{nil, ptr(many(MaxAliases + 1)...)}, "LIST_TOO_LONG aliases"},
		{"taken name", Renaming{text("Sở Tài chính"), nil}, "AGENCY_NAME_TAKEN name"},
		{"taken alias", Renaming{nil, ptr("SNV", "sở tài chính")}, "AGENCY_NAME_TAKEN aliases[1]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := agency.Rename(c.r, map[string]string{"sở tài chính": "finance", "nội vụ": "home"})
			said := fmt.Sprintf("v%d %s %d", got.Version, got.Name.Text, len(got.Aliases))
			if f := fault.From(err); f != nil {
				said = f.Code + " " + f.Field
			}
			if said != c.want {
				t.Errorf("got %s, want %s", said, c.want)
			}
		})
	}
}

func TestInLoop(t *testing.T) {
	cases := []struct{ edges, want string }{
		{"", ""},
		{"a>b b>c", ""},
		{"a>a", "a"},
		{"a>b b>a", "a b"},
		{"x>a a>b b>c c>a d>e", "a b c"},
		{"a>b b>a c>d d>c e>c", "a b c d"},
	}
	for _, c := range cases {
		parents := map[string]string{}
		for edge := range strings.FieldsSeq(c.edges) {
			child, parent, _ := strings.Cut(edge, ">")
			parents[child] = parent
		}
		got := inLoop(parents)
		if len(got) != len(strings.Fields(c.want)) {
			t.Errorf("%q: got %v, want %s", c.edges, got, c.want)
		}
		for id := range strings.FieldsSeq(c.want) {
			if !got[id] {
				t.Errorf("%q: got %v, want %s", c.edges, got, c.want)
			}
		}
	}
}
