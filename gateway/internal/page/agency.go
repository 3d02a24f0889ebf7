package page

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/chart"
	"github.com/parindex/parindex/libs/points"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// agencyView is the page of one agency in one cycle.
type agencyView struct {
	Publication  publicationView
	Group, Board string
	Finding      string
	Of           int
	Rank         figure
	Index, Class figure
	Why          string
	// Uncapped is the index before it was lowered to 100; empty if it was not.
	Uncapped string
	// NotRanked is the reason why the agency is listed without rank and class.
	NotRanked string
	Figures   []statistic
	Bar       template.HTML
	Place     template.HTML
	Next      string
	Reduced   string
	// Reductions are those of the agency; without any, Reduced says all that is known.
	Reductions []reductionRow
	Domains    []domainRow
	Imported   bool
	Marks      marksUsed
	Years      []yearRow
	Line       template.HTML
	Criteria   string
}

type reductionRow struct{ Code, Name, Points, Reason string }

type domainRow struct {
	Name                    string
	Points, Standard, Index figure
	// Low and High are the lowest and the highest figure in the group: of the index, or
	// of the points if the index is not known.
	Low, High string
}

// yearRow is the result of one year. Change is the difference to the year before, or
// Broken the reason why the two cannot be compared; both are empty in the first year.
type yearRow struct {
	Cycle, Address string
	Year           string
	Rank           figure
	Of             int
	Index          figure
	Class          figure
	Change, Broken string
	Current        bool

	entry *scoringv1.LeaderboardEntry
}

// agency shows one agency in a version of a cycle.
func (r *reader) agency() (view, error) {
	current, err := r.cycle(r.visit.Value("authority"), r.visit.Value("cycle"))
	if err != nil {
		return view{}, err
	}
	c, err := r.version(current)
	if err != nil {
		return view{}, err
	}
	for _, g := range c.GetGroups() {
		b, err := r.board(c, g.GetId())
		if err != nil {
			return view{}, err
		}
		for _, e := range b.GetEntries() {
			if e.GetAgency() == r.visit.Value("agency") {
				return r.showAgency(current, c, b, e)
			}
		}
		for _, u := range b.GetUnranked() {
			if u.GetAgency() == r.visit.Value("agency") {
				return r.showUnranked(current, c, b, u), nil
			}
		}
	}
	return view{}, Unknown
}

func (r *reader) agencyPage(current, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard, name string, d agencyView) view {
	d.Publication, d.Group = r.publication(current, c), r.l.named(b.GetGroup(), b.GetGroupName())
	d.Board = "/" + r.l.code + cyclePath(c) + "leaderboards/" + b.GetGroup() + r.visit.choice("version")
	d.Criteria = "/" + r.l.code + cyclePath(c) + "criteria/" + b.GetGroup()
	return view{
		Template: "agency", Title: r.l.text("agency.windowTitle", "agency", name, "cycle", c.GetCycleName()), Heading: name,
		Description: d.Finding, Letterhead: r.letterhead(c), Where: r.where(c), Section: "board", Body: d,
	}
}

func (r *reader) showUnranked(current, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard, u *scoringv1.UnrankedAgency) view {
	return r.agencyPage(current, c, b, u.GetAgencyName(), agencyView{
		Finding: r.l.text("finding.notRanked", "agency", u.GetAgencyName(), "cycle", c.GetCycleName()), NotRanked: u.GetReason(),
	})
}

func (r *reader) showAgency(current, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard, e *scoringv1.LeaderboardEntry) (view, error) {
	f := figures{r.l, b.GetPublication().GetSource() != nil}
	d := agencyView{Of: len(b.GetEntries()), Rank: f.rank(e), Index: f.of(e.Index, e.GetOrigins(), "index"), Imported: f.imported, Domains: r.domains(f, b, e)}
	d.Class, d.Why = f.class(e)
	if e.UncappedIndex != nil {
		d.Uncapped = r.l.decimal(e.GetUncappedIndex())
	}
	for _, m := range middle {
		one := f.of(m.value(e), e.GetOrigins(), m.key)
		if !f.imported && !some(b, m.value) {
			one = figure{Why: r.l.text("missing.group")}
		}
		d.Figures = append(d.Figures, statistic{m.key, one, ""})
	}
	for _, s := range d.Figures {
		d.Marks.Computed = d.Marks.Computed || s.Figure.Computed
	}
	for _, row := range d.Domains {
		d.Marks.note(row.Points, row.Standard, row.Index)
	}
	d.Marks.note(d.Rank, d.Index, d.Class)
	d.Finding = r.agencyFinding(d, e)
	d.Reduced, d.Reductions = r.reduced(b, e), r.reductions(e)
	classes, why := r.classes(c, b.GetGroup())
	d.Next = cmp.Or(why, r.next(classes, e))
	r.draw(&d, b, classes)
	var err error
	if d.Years, err = r.years(f, c, b, e); err != nil {
		return view{}, err
	}
	d.Line = r.line(d.Years)
	return r.agencyPage(current, c, b, e.GetAgencyName(), d), nil
}

func (r *reader) agencyFinding(d agencyView, e *scoringv1.LeaderboardEntry) string {
	pairs := []any{"agency", e.GetAgencyName(), "rank", d.Rank.Text, "n", d.Of, "index", d.Index.Text, "class", d.Class.Text}
	switch {
	case d.Rank.Text == "":
		return r.l.text("finding.noRank", pairs...)
	case d.Index.Text == "":
		return r.l.text("finding.rankOnly", pairs...)
	case d.Class.Text == "":
		return r.l.text("finding.noClass", pairs...)
	}
	return r.l.text("finding.agency", pairs...)
}

// domains returns the figures of an agency by domain, each with the range in its group.
func (r *reader) domains(f figures, b *scoringv1.Leaderboard, e *scoringv1.LeaderboardEntry) (rows []domainRow) {
	for _, d := range e.GetDomains() {
		row := domainRow{
			Name: r.domainName(d), Points: f.of(d.Points, d.GetOrigins(), "points"),
			Standard: f.of(d.StandardPoints, d.GetOrigins(), "standardPoints"), Index: f.of(d.Index, d.GetOrigins(), "index"),
		}
		value, unit := func(d *scoringv1.LeaderboardDomain) string { return d.GetIndex() }, " %"
		if row.Index.Text == "" {
			value, unit = func(d *scoringv1.LeaderboardDomain) string { return d.GetPoints() }, ""
		}
		if low, high, some := spread(b, d.GetField(), value); some {
			row.Low, row.High = r.l.decimal(low)+unit, r.l.decimal(high)+unit
		}
		rows = append(rows, row)
	}
	return rows
}

// spread returns the lowest and the highest figure of a domain in a group, as published.
func spread(b *scoringv1.Leaderboard, field string, value func(*scoringv1.LeaderboardDomain) string) (low, high string, some bool) {
	var least, most points.Points
	for _, e := range b.GetEntries() {
		for _, d := range e.GetDomains() {
			x, err := points.Parse(value(d))
			if d.GetField() != field || err != nil {
				continue
			}
			if !some || x.Cmp(least) < 0 {
				least, low = x, value(d)
			}
			if !some || x.Cmp(most) > 0 {
				most, high = x, value(d)
			}
			some = true
		}
	}
	return low, high, some
}

// reduced says that the standard points of an agency are lower than the highest of its
// group; empty if they are not, or not known.
func (r *reader) reduced(b *scoringv1.Leaderboard, e *scoringv1.LeaderboardEntry) string {
	own, err := points.Parse(e.GetStandardPoints())
	if err != nil {
		return ""
	}
	most, text := own, ""
	for _, other := range b.GetEntries() {
		if x, err := points.Parse(other.GetStandardPoints()); err == nil && x.Cmp(most) > 0 {
			most, text = x, other.GetStandardPoints()
		}
	}
	if text == "" {
		return ""
	}
	return r.l.text("agency.reduced", "own", r.l.decimal(e.GetStandardPoints()), "most", r.l.decimal(text))
}

// reductions returns the approved reductions of an agency with their reasons.
func (r *reader) reductions(e *scoringv1.LeaderboardEntry) (rows []reductionRow) {
	for _, one := range e.GetReductions() {
		_, code, _ := strings.Cut(one.GetItem(), ".")
		rows = append(rows, reductionRow{code, one.GetName(), r.l.decimal(one.GetPoints()), r.l.text("reduction." + strings.ToLower(one.GetReason()))})
	}
	return rows
}

// classes returns the classes of a group, from the best to the lowest, or the reason why
// they are not known.
func (r *reader) classes(c *scoringv1.PublishedCycle, group string) (classes []*catalogv1.Class, why string) {
	regulation, away := r.regulation(c)
	switch {
	case away:
		return nil, r.l.text("next.away")
	case regulation == nil:
		return nil, r.l.text("next.noRegulation")
	}
	for _, set := range regulation.GetContent().GetCriteriaSets() {
		if set.GetGroup() == group {
			classes = set.GetClasses()
		}
	}
	if len(classes) == 0 {
		return nil, r.l.text("next.noClasses")
	}
	return classes, ""
}

// lowEnd returns the lower end of a class, and whether the end itself belongs to it.
func lowEnd(c *catalogv1.Class) (end points.Points, closed, known bool) {
	text, closed := c.GetAbove(), false
	if c.GetFrom() != "" {
		text, closed = c.GetFrom(), true
	}
	end, err := points.Parse(text)
	return end, closed, err == nil
}

// next says how far the index of an agency is from the next better class than that of
// the index.
func (r *reader) next(classes []*catalogv1.Class, e *scoringv1.LeaderboardEntry) string {
	index, err := points.Parse(cmp.Or(e.GetIndexExact(), e.GetIndex()))
	if err != nil {
		return r.l.text("next.noIndex")
	}
	for _, class := range slices.Backward(classes) {
		end, closed, known := lowEnd(class)
		if !known {
			continue
		}
		if c := index.Cmp(end); c > 0 || c == 0 && closed {
			continue
		}
		key := "next.from"
		if !closed {
			key = "next.above"
		}
		return r.l.text(key, "distance", r.l.decimal(distance(end.Sub(index))), "class", class.GetName(), "end", r.l.decimal(end.String()))
	}
	return r.l.text("next.best")
}

// distance returns a figure to two places, or whole if nothing would be left of it.
func distance(x points.Points) string {
	policy := points.DefaultPolicy()
	if shown := policy.Display(x); x.IsZero() || shown != policy.Display(points.Points{}) {
		return shown
	}
	return x.String()
}

// draw draws the index on the scale with the ends of the classes, and the place in the
// group.
func (r *reader) draw(d *agencyView, b *scoringv1.Leaderboard, classes []*catalogv1.Class) {
	if d.Index.Value == nil {
		return
	}
	marks := []chart.Mark{}
	for _, class := range slices.Backward(classes) {
		if end, _, known := lowEnd(class); known && end.Sign() > 0 {
			marks = append(marks, chart.Mark{At: end, Label: r.l.decimal(end.String()) + " %"})
		}
	}
	d.Bar = svg(chart.Bar(r.l.text("chart.index", "index", d.Index.Text), chart.Percent, *d.Index.Value, marks...))
	all, scale := indices(b.GetEntries())
	if len(all) > 1 {
		d.Place = svg(chart.Strip(r.l.text("chart.place", "index", d.Index.Text), scale, all, d.Index.Value, r.ends(scale, b)...))
	}
}

// years returns the published years of an agency in the same group, the earliest first.
func (r *reader) years(f figures, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard, e *scoringv1.LeaderboardEntry) ([]yearRow, error) {
	rows := []yearRow{r.year(f, c, b, e)}
	rows[0].Current = true
	for _, other := range r.public.cycles {
		if other.GetAuthority() != c.GetAuthority() || other.GetCycle() == c.GetCycle() ||
			!slices.ContainsFunc(other.GetGroups(), func(g *scoringv1.PublishedGroup) bool { return g.GetId() == b.GetGroup() }) {
			continue
		}
		board, err := r.board(other, b.GetGroup())
		if err != nil {
			return nil, err
		}
		for _, entry := range board.GetEntries() {
			if entry.GetAgency() == e.GetAgency() {
				rows = append(rows, r.year(figures{r.l, board.GetPublication().GetSource() != nil}, other, board, entry))
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b yearRow) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Address, b.Address)) })
	for i := range rows {
		if i > 0 {
			r.compare(rows[i-1], &rows[i])
		}
	}
	return rows, nil
}

func (r *reader) year(f figures, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard, e *scoringv1.LeaderboardEntry) yearRow {
	row := yearRow{
		Cycle: c.GetCycleName(), Address: "/" + r.l.code + cyclePath(c) + "agencies/" + e.GetAgency(), Year: itoa(c.GetYear()),
		Rank: f.rank(e), Of: len(b.GetEntries()), Index: f.of(e.Index, e.GetOrigins(), "index"), entry: e,
	}
	row.Class, _ = f.class(e)
	return row
}

// compare says how an index changed since the year before, if both were measured alike:
// against the same standard points, in the same domains.
func (r *reader) compare(before yearRow, now *yearRow) {
	a, b := before.entry, now.entry
	switch {
	case before.Index.Value == nil || now.Index.Value == nil:
		now.Broken = r.l.text("years.noIndex")
	case a.GetStandardPoints() == "" || b.GetStandardPoints() == "":
		now.Broken = r.l.text("years.noStandard")
	case a.GetStandardPoints() != b.GetStandardPoints():
		now.Broken = r.l.text("years.otherStandard", "before", r.l.decimal(a.GetStandardPoints()), "now", r.l.decimal(b.GetStandardPoints()))
	case !slices.Equal(domainKeys(a), domainKeys(b)):
		now.Broken = r.l.text("years.otherDomains")
	default:
		change := now.Index.Value.Sub(*before.Index.Value)
		now.Change = r.l.decimal(change.Fixed(2))
		if change.Sign() > 0 {
			now.Change = "+" + now.Change
		}
	}
}

func domainKeys(e *scoringv1.LeaderboardEntry) (keys []string) {
	for _, d := range e.GetDomains() {
		keys = append(keys, d.GetField())
	}
	slices.Sort(keys)
	return keys
}

// line draws the index through the years; nothing for one year.
func (r *reader) line(rows []yearRow) template.HTML {
	if len(rows) < 2 {
		return ""
	}
	var all []points.Points
	years := make([]chart.Point, len(rows))
	for i, row := range rows {
		years[i] = chart.Point{Label: row.Year, Text: row.Index.Text + " %", Value: row.Index.Value, Joined: row.Change != ""}
		if row.Index.Value != nil {
			all = append(all, *row.Index.Value)
		}
	}
	return svg(chart.Line(r.l.text("chart.years"), chart.Around(all...), years))
}
