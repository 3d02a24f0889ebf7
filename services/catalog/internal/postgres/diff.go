package postgres

import (
	"time"

	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// The changes in audit entries. A value that is created has no from.

type diff struct {
	ID      string       `json:"id"`
	From    any          `json:"from,omitempty"`
	To      any          `json:"to"`
	Members []memberDiff `json:"members,omitempty"`
}

type memberDiff struct {
	Agency string      `json:"agency"`
	From   *memberView `json:"from,omitempty"`
	To     memberView  `json:"to"`
}

type authorityView struct {
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
}

type agencyView struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Parent  string   `json:"parent,omitempty"`
}

type cycleView struct {
	Name       string      `json:"name"`
	Year       int32       `json:"year"`
	Origin     string      `json:"origin"`
	Groups     []groupView `json:"groups"`
	Regulation string      `json:"regulation,omitempty"`
	Phase      string      `json:"phase,omitempty"`
	// Publication is the version of the last publication of the result.
	Publication int32           `json:"publication,omitempty"`
	InForce     int32           `json:"inForce,omitempty"`
	Windows     []windowView    `json:"windows,omitempty"`
	Extensions  []extensionView `json:"extensions,omitempty"`
}

type extensionView struct {
	Phase  string    `json:"phase"`
	Agency string    `json:"agency,omitempty"`
	Group  string    `json:"group,omitempty"`
	Close  time.Time `json:"close"`
	Letter string    `json:"letter"`
}

type windowView struct {
	Phase string     `json:"phase"`
	Open  *time.Time `json:"open,omitempty"`
	Close *time.Time `json:"close,omitempty"`
}

// regulationChange names the content by its hash and never holds the content.
type regulationChange struct {
	ID   string          `json:"id"`
	From *regulationView `json:"from,omitempty"`
	To   regulationView  `json:"to"`
	// Superseded is the regulation that this change puts out of force.
	Superseded *supersededView `json:"superseded,omitempty"`

	authority string
}

type regulationView struct {
	State    string `json:"state"`
	SHA256   string `json:"sha256"`
	Replaces string `json:"replaces,omitempty"`
}

type supersededView struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

type groupView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type memberView struct {
	Group     string `json:"group"`
	NotScored string `json:"notScored,omitempty"`
}

type importDiff struct {
	File      string `json:"fileSha256"`
	Authority *diff  `json:"authority,omitempty"`
	Agencies  []diff `json:"agencies,omitempty"`
	Cycles    []diff `json:"cycles,omitempty"`
}

func planDiff(hash string, p catalog.Plan) importDiff {
	d := importDiff{File: hash}
	if p.Authority != nil {
		d.Authority = &diff{ID: p.Authority.To.ID, To: viewAuthority(p.Authority.To)}
		if p.Authority.From != nil {
			d.Authority.From = viewAuthority(*p.Authority.From)
		}
	}
	for _, c := range p.Agencies {
		d.Agencies = append(d.Agencies, agencyDiff(c))
	}
	for _, c := range p.Cycles {
		d.Cycles = append(d.Cycles, cycleDiff(c))
	}
	return d
}

func agencyDiff(c catalog.Change[catalog.Agency]) diff {
	d := diff{ID: c.To.ID, To: viewAgency(c.To)}
	if c.From != nil {
		d.From = viewAgency(*c.From)
	}
	return d
}

func cycleDiff(c catalog.Change[catalog.Cycle]) diff {
	d := diff{ID: c.To.ID, To: viewCycle(c.To)}
	var before []catalog.Member
	if c.From != nil {
		d.From, before = viewCycle(*c.From), c.From.Members
	}
	from := make(map[string]*memberView, len(before))
	for _, m := range before {
		from[m.Agency] = &memberView{m.Group, m.NotScored}
	}
	for _, m := range c.To.Members {
		if to := (memberView{m.Group, m.NotScored}); from[m.Agency] == nil || *from[m.Agency] != to {
			d.Members = append(d.Members, memberDiff{m.Agency, from[m.Agency], to})
		}
	}
	return d
}

func viewAuthority(a catalog.Authority) authorityView { return authorityView{a.Name, a.Parent} }

func viewAgency(a catalog.Agency) agencyView {
	v := agencyView{Name: a.Name.Text, Parent: a.Parent}
	for _, alias := range a.Aliases {
		v.Aliases = append(v.Aliases, alias.Text)
	}
	return v
}

func viewCycle(c catalog.Cycle) cycleView {
	v := cycleView{
		Name: c.Name, Year: c.Year, Origin: string(c.Origin), Regulation: c.Regulation, Phase: string(c.Phase), Publication: c.Publication, InForce: c.InForce,
	}
	for _, w := range c.Windows {
		v.Windows = append(v.Windows, windowView{string(w.Phase), column(w.Open.UTC()), column(w.Close.UTC())})
	}
	for _, x := range c.Extensions {
		v.Extensions = append(v.Extensions, extensionView{string(x.Phase), x.Agency, x.Group, x.Close.UTC(), x.Letter})
	}
	for _, g := range c.Groups {
		v.Groups = append(v.Groups, groupView(g))
	}
	return v
}

func regulationDiff(from *regulation.Regulation, to regulation.Regulation, superseded *regulation.Regulation) regulationChange {
	d := regulationChange{ID: to.ID, To: viewRegulation(to), authority: to.Authority}
	if from != nil {
		before := viewRegulation(*from)
		d.From = &before
	}
	if superseded != nil {
		d.Superseded = &supersededView{superseded.ID, superseded.SHA256}
	}
	return d
}

func viewRegulation(r regulation.Regulation) regulationView {
	return regulationView{string(r.State), r.SHA256, r.Content.Replaces}
}
