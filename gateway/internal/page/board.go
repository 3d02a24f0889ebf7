package page

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/chart"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// home shows the newest publication: the first group that has figures in the newest cycle
// of the latest year.
func (r *reader) home() (view, error) {
	if len(r.public.cycles) == 0 {
		return view{Template: "empty", Title: r.l.text("site.name"), Heading: r.l.text("empty.title"), Description: r.l.text("empty.help"), Section: "board"}, nil
	}
	newest := slices.MaxFunc(r.public.cycles, func(a, b *scoringv1.PublishedCycle) int {
		return cmp.Or(cmp.Compare(a.GetYear(), b.GetYear()), a.GetPublication().GetPublishTime().AsTime().Compare(b.GetPublication().GetPublishTime().AsTime()))
	})
	v, err := r.first(newest)
	v.Path = "/"
	return v, err
}

// start shows the first group of a cycle that has figures.
func (r *reader) start() (view, error) {
	c, err := r.cycle(r.visit.Value("authority"), r.visit.Value("cycle"))
	if err != nil {
		return view{}, err
	}
	return r.first(c)
}

// first shows the first group of a cycle in which every agency has an index; without one,
// the first group.
func (r *reader) first(c *scoringv1.PublishedCycle) (view, error) {
	var chosen *scoringv1.Leaderboard
	for _, g := range c.GetGroups() {
		b, err := r.board(c, g.GetId())
		if err != nil {
			return view{}, err
		}
		full := !slices.ContainsFunc(b.GetEntries(), func(e *scoringv1.LeaderboardEntry) bool { return e.GetIndex() == "" })
		if chosen == nil || full {
			chosen = b
		}
		if full {
			break
		}
	}
	if chosen == nil {
		return view{}, Unknown
	}
	v, err := r.showBoard(c, c, chosen)
	v.Path = cyclePath(c) + "leaderboards/" + chosen.GetGroup()
	return v, err
}

// leaderboard shows one group in the current publication of its cycle, or in an older
// one.
func (r *reader) leaderboard() (view, error) {
	current, err := r.cycle(r.visit.Value("authority"), r.visit.Value("cycle"))
	if err != nil {
		return view{}, err
	}
	c, err := r.version(current)
	if err != nil {
		return view{}, err
	}
	b, err := r.board(c, r.visit.Value("group"))
	if err != nil {
		return view{}, err
	}
	return r.showBoard(current, c, b)
}

func cyclePath(c *scoringv1.PublishedCycle) string {
	return "/" + c.GetAuthority() + "/" + c.GetCycle() + "/"
}

// boardView is the page of one leaderboard.
type boardView struct {
	Publication publicationView
	Groups      []groupLink
	Finding     string
	Statistics  []statistic
	Chart       template.HTML
	Columns     []column
	Rows        []row
	// Searched is what the reader searches for; All is the number of agencies.
	Searched string
	All      int
	// Kept are the fields of the query that a search keeps.
	Kept       map[string]string
	Unranked   []unrankedView
	DomainOnly bool
	Heat       *heat
	Imported   bool
	Marks      marksUsed
	Download   string
	Criteria   string
	// File is the name of the downloaded file.
	File string
}

// marksUsed says which marks of the notes a page needs.
type marksUsed struct{ Computed, Missing bool }

type groupLink struct {
	Name, Address string
	Current       bool
}

type statistic struct {
	Key    string
	Figure figure
	Unit   string
}

// column is a column of figures. Sort is the address that sorts by it; Sorted is
// "ascending", "descending" or empty.
type column struct {
	Key, Sort, Sorted string
	Middle            bool
}

type row struct {
	Rank    figure
	Name    string
	Address string
	Middle  []figure
	Index   figure
	Class   figure
	Why     string
}

type unrankedView struct{ Name, Address, Reason string }

// middle are the columns between the agency and its index.
var middle = []struct {
	key   string
	value func(*scoringv1.LeaderboardEntry) *string
}{
	{"standardPoints", func(e *scoringv1.LeaderboardEntry) *string { return e.StandardPoints }},
	{"selfPoints", func(e *scoringv1.LeaderboardEntry) *string { return e.SelfPoints }},
	{"officialsPoints", func(e *scoringv1.LeaderboardEntry) *string { return e.OfficialsPoints }},
	{"satisfactionPoints", func(e *scoringv1.LeaderboardEntry) *string { return e.SatisfactionPoints }},
	{"totalPoints", func(e *scoringv1.LeaderboardEntry) *string { return e.TotalPoints }},
}

// showBoard shows a leaderboard of the version c of a cycle.
func (r *reader) showBoard(current, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard) (view, error) {
	f := figures{r.l, b.GetPublication().GetSource() != nil}
	group := r.l.named(b.GetGroup(), b.GetGroupName())
	d := boardView{
		Publication: r.publication(current, c), Groups: r.groups(current, c, b.GetGroup()), Finding: r.finding(b, group),
		Statistics: r.statistics(f, b), Chart: r.distribution(b), All: len(b.GetEntries()), Searched: strings.TrimSpace(r.visit.Query.Get("q")),
		Kept: map[string]string{}, Imported: f.imported, Heat: r.heat(f, c, b),
		Download: "/v1/authorities/" + c.GetAuthority() + "/cycles/" + c.GetCycle() + "/publications/" + c.GetPublication().GetId() + "/leaderboards/" + b.GetGroup(),
		File:     c.GetAuthority() + "-" + c.GetCycle() + "-" + b.GetGroup() + ".json",
		Criteria: "/" + r.l.code + cyclePath(c) + "criteria/" + b.GetGroup(),
	}
	for _, name := range []string{"version", "sort"} {
		if value := r.visit.Query.Get(name); value != "" {
			d.Kept[name] = value
		}
	}
	shown := middleOf(b)
	d.DomainOnly = len(shown) == 0 && len(b.GetEntries()) > 0
	d.Columns = r.columns(shown, cyclePath(c)+"leaderboards/"+b.GetGroup())
	for _, e := range r.sorted(b.GetEntries()) {
		if !matches(e, d.Searched) {
			continue
		}
		class, why := f.class(e)
		one := row{Rank: f.rank(e), Name: e.GetAgencyName(), Address: r.agencyAddress(c, e.GetAgency()), Index: f.of(e.Index, e.GetOrigins(), "index"), Class: class, Why: why}
		for _, i := range shown {
			one.Middle = append(one.Middle, f.of(middle[i].value(e), e.GetOrigins(), middle[i].key))
		}
		d.Marks.note(append([]figure{one.Rank, one.Index, one.Class}, one.Middle...)...)
		d.Rows = append(d.Rows, one)
	}
	for _, u := range b.GetUnranked() {
		d.Unranked = append(d.Unranked, unrankedView{u.GetAgencyName(), r.agencyAddress(c, u.GetAgency()), u.GetReason()})
	}
	if d.Heat != nil {
		d.Marks.Computed = d.Marks.Computed || d.Heat.marks.Computed
		d.Marks.Missing = d.Marks.Missing || d.Heat.marks.Missing
	}
	return view{
		Template: "leaderboard", Title: r.l.text("board.windowTitle", "group", group, "cycle", c.GetCycleName()), Heading: r.l.text("board.title", "group", group),
		Description: d.Finding, Letterhead: r.letterhead(c), Where: r.where(c), Section: "board", Body: d,
		NoIndex: r.visit.Query.Get("q") != "" || r.visit.Query.Get("sort") != "",
	}, nil
}

// note records which marks figures have.
func (m *marksUsed) note(all ...figure) {
	for _, f := range all {
		m.Computed = m.Computed || f.Computed
		m.Missing = m.Missing || f.Text == ""
	}
}

// finding returns the sentence that says the result.
func (r *reader) finding(b *scoringv1.Leaderboard, group string) string {
	if len(b.GetEntries()) == 0 {
		return r.l.text("finding.nobody", "group", group)
	}
	var first []string
	for _, e := range b.GetEntries() {
		if e.GetRank() == 1 {
			first = append(first, e.GetAgencyName())
		}
	}
	e, s := b.GetEntries()[0], b.GetStatistics()
	switch {
	case len(first) == 0:
		return r.l.text("finding.unranked", "group", group, "n", len(b.GetEntries()))
	case e.GetIndex() == "":
		return r.l.text("finding.noIndex", "agency", strings.Join(first, ", "), "n", len(b.GetEntries()), "group", group)
	case s.GetMeanIndex() == "" || s.GetLowest() == "":
		return r.l.text("finding.first", "agency", strings.Join(first, ", "), "index", r.l.decimal(e.GetIndex()), "n", len(b.GetEntries()), "group", group)
	}
	return r.l.text("finding.full", "agency", strings.Join(first, ", "), "index", r.l.decimal(e.GetIndex()), "n", len(b.GetEntries()),
		"group", group, "mean", r.l.decimal(s.GetMeanIndex()), "lowest", r.l.decimal(s.GetLowest()))
}

func (r *reader) statistics(f figures, b *scoringv1.Leaderboard) []statistic {
	s := b.GetStatistics()
	if s == nil {
		return nil
	}
	all := []statistic{
		{"stat.mean", f.of(s.MeanIndex, s.GetOrigins(), "meanIndex"), " %"},
		{"stat.highest", f.of(s.Highest, s.GetOrigins(), "highest"), " %"},
		{"stat.lowest", f.of(s.Lowest, s.GetOrigins(), "lowest"), " %"},
		{"stat.gap", f.of(s.Gap, s.GetOrigins(), "gap"), ""},
	}
	if !slices.ContainsFunc(all, func(s statistic) bool { return s.Figure.Text != "" }) {
		return nil
	}
	return all
}

// distribution draws the indices of a group; nothing for fewer than two.
func (r *reader) distribution(b *scoringv1.Leaderboard) template.HTML {
	all, scale := indices(b.GetEntries())
	if len(all) < 2 || len(all) < len(b.GetEntries()) {
		return ""
	}
	return svg(chart.Strip(r.l.text("chart.distribution"), scale, all, nil, r.ends(scale, b)...))
}

// ends returns the marks at the ends of a scale, and at the mean of a group between them.
func (r *reader) ends(s chart.Scale, b *scoringv1.Leaderboard) []chart.Mark {
	marks := []chart.Mark{{At: s.Low, Label: s.Low.String() + " %"}}
	if mean, err := points.Parse(b.GetStatistics().GetMeanIndex()); err == nil {
		marks = append(marks, chart.Mark{At: mean, Label: r.l.text("chart.mean", "mean", r.l.decimal(b.GetStatistics().GetMeanIndex()))})
	}
	return append(marks, chart.Mark{At: s.High, Label: s.High.String() + " %"})
}

func (r *reader) groups(current, c *scoringv1.PublishedCycle, shown string) (links []groupLink) {
	for _, g := range c.GetGroups() {
		links = append(links, groupLink{
			Name: r.l.named(g.GetId(), g.GetName()), Current: g.GetId() == shown,
			Address: "/" + r.l.code + cyclePath(current) + "leaderboards/" + g.GetId() + r.visit.choice("version"),
		})
	}
	return links
}

func (r *reader) agencyAddress(c *scoringv1.PublishedCycle, agency string) string {
	return "/" + r.l.code + cyclePath(c) + "agencies/" + agency + r.visit.choice("version")
}

// middleOf returns which of the middle columns the group has.
func middleOf(b *scoringv1.Leaderboard) (shown []int) {
	for i, m := range middle {
		if some(b, m.value) {
			shown = append(shown, i)
		}
	}
	return shown
}

// some reports whether any agency of a group has a figure. A run gives 0 to every agency
// of a group whose criteria have none of that source, so there it must be more than 0.
func some(b *scoringv1.Leaderboard, value func(*scoringv1.LeaderboardEntry) *string) bool {
	return slices.ContainsFunc(b.GetEntries(), func(e *scoringv1.LeaderboardEntry) bool {
		x, err := points.Parse(deref(value(e)))
		return err == nil && (!x.IsZero() || b.GetPublication().GetSource() != nil)
	})
}

// columns returns the columns of a table, each with the address that sorts by it, or in
// the other direction if the table is sorted by it already.
func (r *reader) columns(shown []int, path string) []column {
	keys := []string{"rank", "agency"}
	for _, i := range shown {
		keys = append(keys, middle[i].key)
	}
	keys = append(keys, "index", "class")
	by, down := r.order()
	all := make([]column, len(keys))
	for i, key := range keys {
		all[i] = column{Key: key, Middle: i > 1 && i < len(keys)-2}
		if key == "class" { // its order is that of the index
			continue
		}
		sort := key
		if by == key {
			all[i].Sorted = "ascending"
			if down {
				all[i].Sorted = "descending"
			}
			if down == descends(key) {
				sort = "-" + key
			}
		}
		fields := r.visit.choice("version", "q")
		if sort != "rank" {
			fields = cmp.Or(fields, "?")
			if fields != "?" {
				fields += "&"
			}
			fields += "sort=" + sort
		}
		all[i].Sort = "/" + r.l.code + path + fields
	}
	return all
}

// descends reports whether a column is sorted from high to low at first.
func descends(key string) bool { return key != "rank" && key != "agency" }

// order returns the column by which the query sorts, and whether from high to low. The
// order without a query is that of the ranks.
func (r *reader) order() (key string, down bool) {
	key, reversed := strings.CutPrefix(r.visit.Query.Get("sort"), "-")
	known := key == "rank" || key == "agency" || key == "index"
	for _, m := range middle {
		known = known || key == m.key
	}
	if !known {
		return "rank", false
	}
	return key, descends(key) != reversed
}

// sorted returns the agencies in the order that the query wants. Those without the figure
// come last.
func (r *reader) sorted(entries []*scoringv1.LeaderboardEntry) []*scoringv1.LeaderboardEntry {
	key, down := r.order()
	value := func(e *scoringv1.LeaderboardEntry) *string { return e.Index }
	for _, m := range middle {
		if m.key == key {
			value = m.value
		}
	}
	sorted := slices.Clone(entries)
	turn := func(c int) int {
		if down {
			return -c
		}
		return c
	}
	slices.SortStableFunc(sorted, func(a, b *scoringv1.LeaderboardEntry) int {
		switch key {
		case "agency":
			return turn(cmp.Compare(text.Plain(a.GetAgencyName()), text.Plain(b.GetAgencyName())))
		case "rank":
			return turn(cmp.Compare(rankOf(a), rankOf(b)))
		}
		x, xErr := points.Parse(deref(value(a)))
		y, yErr := points.Parse(deref(value(b)))
		if xErr != nil || yErr != nil {
			return cmp.Compare(known(yErr), known(xErr))
		}
		return turn(x.Cmp(y))
	})
	return sorted
}

func known(err error) int {
	if err == nil {
		return 1
	}
	return 0
}

// rankOf returns the rank of an agency; one without a rank comes after all others.
func rankOf(e *scoringv1.LeaderboardEntry) int32 {
	if e.Rank == nil {
		return 1 << 30
	}
	return e.GetRank()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// matches reports whether an agency has every word that a reader searches for, with or
// without accents.
func matches(e *scoringv1.LeaderboardEntry, searched string) bool {
	name := text.Plain(e.GetAgencyName() + " " + e.GetAgency())
	for word := range strings.FieldsSeq(text.Plain(searched)) {
		if !strings.Contains(name, word) {
			return false
		}
	}
	return true
}
