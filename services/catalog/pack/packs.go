package pack

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Pack is a regulation that ships with the platform (rule C11).
type Pack struct {
	Name string
	// Authority is the authority whose decision it is; empty for an example.
	Authority string
	// Revision counts the pack's contents from 1.
	Revision int32
	// SHA256 is that of the content's canonical form, in hex.
	SHA256  string
	Content regulation.Content
}

//go:embed packs
var shipped embed.FS

// The formats of a pack's files: what it is, and one criteria set.
const (
	packFormat = "parindex.pack/1"
	setFormat  = "parindex.criteria-set/1"
)

// packForm is the form of pack.yaml: the other files are regulation.yaml and the
// criteria sets in their order.
var packForm = []Field{
	{Key: "authority", Kind: "text", Longest: 64},
	{Key: "revision", Kind: "int", Need: true, Least: 1},
	{Key: "criteriaSets", Kind: "text", List: true, Need: true, Most: regulation.MaxGroups, Longest: 100},
}

// Names returns the names of the packs, in order.
func Names() []string {
	entries, err := fs.ReadDir(shipped, "packs")
	if err != nil {
		panic(fmt.Sprintf("pack: %v", err)) // they are part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Load returns a pack. It fails with PACK_UNKNOWN.
func Load(name string) (Pack, error) {
	if !slices.Contains(Names(), name) {
		return Pack{}, PackUnknown.At("pack")
	}
	return loaded(name)
}

// templatePack is the template as an example, which belongs to no authority.
var templatePack = sync.OnceValues(func() (Pack, error) {
	r, err := ReadRegulation(template)
	if err != nil {
		return Pack{}, fmt.Errorf("reading the template: %w", err)
	}
	return Pack{Name: "template", Content: r.Content}, nil
})

// Foreign returns what in a content does not fit the authority that issues it: agencies
// that the authority does not have, of which known has the ids, and what is still as a
// pack of another authority, an example or the template says it.
func Foreign(authority string, c regulation.Content, known map[string]bool) ([]Finding, error) {
	packs, err := All()
	if err != nil {
		return nil, err
	}
	example, err := templatePack()
	if err != nil {
		return nil, err
	}
	packs = append(packs, example)
	found := c.Absent(known)
	reported := map[string]bool{}
	for _, p := range packs {
		if p.Authority == authority {
			continue
		}
		for _, f := range c.LeftFrom(p.Name, p.Content) {
			if !reported[f.Path] {
				found = append(found, f)
			}
			reported[f.Path] = true
		}
	}
	return found, nil
}

// All returns the packs, by name.
func All() ([]Pack, error) {
	var packs []Pack
	for _, name := range Names() {
		p, err := loaded(name)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	return packs, nil
}

var (
	once  sync.Mutex
	cache = map[string]Pack{}
)

// loaded reads a pack when it is needed first.
func loaded(name string) (Pack, error) {
	once.Lock()
	defer once.Unlock()
	if p, ok := cache[name]; ok {
		return p, nil
	}
	sub, err := fs.Sub(shipped, path.Join("packs", name))
	if err != nil {
		return Pack{}, err
	}
	p, err := read(sub)
	if err != nil {
		return p, fmt.Errorf("reading the pack %s: %w", name, err)
	}
	p.Name = name
	cache[name] = p
	return p, nil
}

// read reads a pack from its folder. It fails with REGULATION_FILE_INVALID for any
// of its files.
func read(folder fs.FS) (Pack, error) {
	var head struct {
		Authority    string
		Revision     int32
		CriteriaSets []string
	}
	if err := readPart(folder, "pack.yaml", packFormat, packForm, &head); err != nil {
		return Pack{}, err
	}
	p := Pack{Authority: head.Authority, Revision: head.Revision}
	if err := readPart(folder, "regulation.yaml", RegulationFormat, Form(), &p.Content); err != nil {
		return p, err
	}
	for _, file := range head.CriteriaSets {
		var set sealed.CriteriaSet
		if err := readPart(folder, file, setFormat, one(Form(), "criteriaSets").Fields, &set); err != nil {
			return p, err
		}
		p.Content.CriteriaSets = append(p.Content.CriteriaSets, set)
	}
	var err error
	p.SHA256, err = p.Content.SHA256()
	return p, err
}

func readPart(folder fs.FS, file, format string, fields []Field, into any) error {
	data, err := fs.ReadFile(folder, file)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	r := &reader{doc: yamldoc.Parse(data, yamldoc.Limits{Bytes: MaxRegulationBytes}), nodes: map[string]yamldoc.Node{}}
	tree := r.file(format, fields)
	if err := r.doc.Err(RegulationFileInvalid); err != nil {
		f := fault.From(err)
		for i := range f.Violations {
			f.Violations[i].Field = file + ": " + f.Violations[i].Field
		}
		return f
	}
	return decode(tree, into)
}
