package page

import (
	"strings"
	"time"

	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// vietnam is the zone of all authorities (rule Y2); it has no summer time.
var vietnam = time.FixedZone("+07", 7*60*60)

// publicationView is one publication as a page tells it.
type publicationView struct {
	Version string
	// Decision and Source are whole phrases; empty if there is none.
	Decision, SourceTitle, SourceRest string
	Imported                          bool
	Published                         string
	Notice                            string
	// Newer is the address of the current version; empty if this is the current one.
	Newer, NewerVersion string
	// Versions is the address of the list of versions.
	Versions string
	Groups   []groupLink
	// Cycle and Address are set in lists.
	Cycle, Address string
}

// publication tells the version c of a cycle.
func (r *reader) publication(current, c *scoringv1.PublishedCycle) publicationView {
	p := c.GetPublication()
	v := publicationView{
		Version: itoa(p.GetVersion()), Notice: p.GetNotice(), Imported: p.GetSource() != nil, Versions: "/" + r.l.code + cyclePath(c) + "publications",
		Cycle: c.GetCycleName(), Address: "/" + r.l.code + cyclePath(c),
	}
	if p.GetDecisionNumber() != "" {
		v.Decision = strings.TrimSpace(r.l.number(p.GetDecisionNumber()) + " " + r.l.on(p.GetDecisionDate()))
	}
	if s := p.GetSource(); s != nil {
		v.SourceTitle = s.GetTitle()
		for _, more := range []string{r.l.number(s.GetNumber()), r.l.on(s.GetDate())} {
			if more != "" {
				v.SourceRest += ", " + more
			}
		}
	}
	if at := p.GetPublishTime(); at != nil {
		local := at.AsTime().In(vietnam)
		v.Published = r.l.text("publication.at", "time", local.Format("15:04"), "date", r.l.day(local.Format(time.DateOnly)))
	}
	if newest := current.GetPublication(); newest.GetId() != p.GetId() {
		v.Newer, v.NewerVersion = "/"+r.l.code+r.visit.Path, itoa(newest.GetVersion())
	}
	return v
}

func (r *reader) letterhead(c *scoringv1.PublishedCycle) *letterhead {
	p := c.GetPublication()
	return &letterhead{Authority: c.GetAuthorityName(), Decision: r.l.number(p.GetDecisionNumber()), Date: longDate(p.GetDecisionDate())}
}

func (r *reader) where(c *scoringv1.PublishedCycle) *where {
	return &where{c.GetAuthorityName(), c.GetCycleName(), "/" + r.l.code + cyclePath(c)}
}

// authorityView lists the cycles of one authority.
type authorityView struct {
	Name   string
	Cycles []publicationView
}

// publications lists what is published, by authority.
func (r *reader) publications() (view, error) {
	var all []authorityView
	for _, c := range r.public.cycles {
		if len(all) == 0 || all[len(all)-1].Name != c.GetAuthorityName() {
			all = append(all, authorityView{Name: c.GetAuthorityName()})
		}
		p := r.publication(c, c)
		p.Groups = r.groups(c, c, "")
		last := &all[len(all)-1]
		last.Cycles = append(last.Cycles, p)
	}
	return view{
		Template: "publications", Title: r.l.text("publications.title"), Heading: r.l.text("publications.title"),
		Description: r.l.text("publications.description", "n", len(r.public.cycles)), Section: "publications", Body: all,
	}, nil
}

// versionsOf lists the publications of one cycle with their notices.
func (r *reader) versionsOf() (view, error) {
	c, err := r.cycle(r.visit.Value("authority"), r.visit.Value("cycle"))
	if err != nil {
		return view{}, err
	}
	versions, err := r.allVersions(c)
	if err != nil {
		return view{}, err
	}
	all := make([]publicationView, len(versions))
	for i, v := range versions {
		all[i] = r.publication(c, v)
		for _, g := range v.GetGroups() {
			address := "/" + r.l.code + cyclePath(c) + "leaderboards/" + g.GetId()
			if all[i].Newer != "" {
				address += "?version=" + all[i].Version
			}
			all[i].Groups = append(all[i].Groups, groupLink{Name: r.l.named(g.GetId(), g.GetName()), Address: address})
		}
	}
	return view{
		Template: "versions", Title: r.l.text("versions.windowTitle", "cycle", c.GetCycleName()), Heading: r.l.text("versions.title"),
		Description: r.l.text("versions.description", "cycle", c.GetCycleName(), "n", len(all), "decision", r.publication(c, c).Decision),
		Letterhead:  r.letterhead(c), Where: r.where(c), Section: "publications", Body: all,
	}, nil
}

// howToRead explains the figures and marks.
func (r *reader) howToRead() (view, error) {
	return view{
		Template: "how", Title: r.l.text("how.title"), Heading: r.l.text("how.title"), Description: r.l.text("how.description"), Section: "how",
	}, nil
}
