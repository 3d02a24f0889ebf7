package yamldoc

import (
	"cmp"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/libs/fault"
)

// Finding is one thing wrong with a file.
type Finding struct {
	// Place is the cell, row or sheet of a workbook ("Kết quả!B7"), and Sheet the place
	// of the sheet in it; empty for a YAML file.
	Place string
	Sheet int
	// Line and Column count from 1; Column is 0 if only the line is known.
	Line, Column int
	// Path is the path of the value from the root, such as
	// "groups[0].entries[3].agency"; it is empty for the root and for the file as a
	// whole.
	Path string
	// Code is the stable reason: of this package's list, or the importer's own.
	Code   string
	Vi, En string
}

// Violation returns f as one violation of a fault, whose field is
// "line 12: groups[0].entries[3].agency", "line 12" without a path, or the cell.
func (f Finding) Violation() fault.Violation {
	return fault.Violation{Field: position{place: f.Place, line: f.Line}.where(f.Path), Code: f.Code, Vi: f.Vi, En: f.En}
}

func (p position) where(path string) string {
	switch {
	case p.place != "":
		return p.place
	case path == "":
		return fmt.Sprintf("line %d", p.line)
	}
	return fmt.Sprintf("line %d: %s", p.line, path)
}

// Findings returns the findings so far, ordered by line and column, without
// duplicates. If there were more than the limit, the last one says so.
func (d *Doc) Findings() []Finding {
	sorted := slices.Clone(d.findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if d.cut {
		last := sorted[len(sorted)-1]
		sorted = append(sorted, Finding{Place: last.Place, Sheet: last.Sheet, Line: last.Line, Code: FindingsCut.Code, Vi: FindingsCut.Vi, En: FindingsCut.En})
	}
	return slices.Compact(sorted)
}

// Err returns nil if there are no findings, otherwise a fault of reason r with the
// findings as violations.
func (d *Doc) Err(r fault.Reason) error {
	findings := d.Findings()
	if len(findings) == 0 {
		return nil
	}
	f := &fault.Fault{Reason: r}
	for _, finding := range findings {
		f.Violations = append(f.Violations, finding.Violation())
	}
	return f
}

// position is a line and column, or a place in a workbook.
type position struct {
	sheet        int
	place        string
	line, column int
}

// place returns the position of y.
func (d *Doc) place(y *yaml.Node) position {
	if at, built := d.places[y]; built {
		return at
	}
	return position{line: d.within(y.Line), column: y.Column}
}

// within limits a line number of the library to the lines of the file: the library
// gives no line for some problems, and one too many at the end.
func (d *Doc) within(line int) int { return min(max(line, 1), d.lines) }

// add records err at a position. A fault with violations becomes one finding for
// each of them, below path.
func (d *Doc) add(at position, path string, err error) {
	f := fault.From(err)
	if len(f.Violations) == 0 {
		d.record(Finding{Place: at.place, Sheet: at.sheet, Line: at.line, Column: at.column, Path: path, Code: f.Code, Vi: f.Vi, En: f.En})
	}
	for _, v := range f.Violations {
		d.record(Finding{Place: at.place, Sheet: at.sheet, Line: at.line, Column: at.column, Path: join(path, v.Field), Code: v.Code, Vi: v.Vi, En: v.En})
	}
}

func (d *Doc) record(f Finding) {
	if len(d.findings) >= d.limits.Findings {
		d.cut = true
		return
	}
	d.findings = append(d.findings, f)
}

func join(path, key string) string {
	if path == "" || key == "" {
		return path + key
	}
	return path + "." + key
}
