package assessment

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/text"
)

// MaxRows limits the values of one file, so that storing them ends in bounded time.
const MaxRows = 1000

// columns are the names of the columns of a file of values, in Vietnamese and English.
var columns = map[string]string{
	"cơ quan": "agency", "agency": "agency", "nội dung": "item", "item": "item", "số liệu": "value", "value": "value",
	"kỳ số liệu": "period", "period": "period", "nguồn": "source", "source": "source",
}

// Reports returns the reports of a file, in the order of its lines; they have no ids,
// times and sequences yet. A value is written by the rule of its item:
//
//	proportional   45/48
//	bands          93,5 or 45/48
//	choice         the id of the option
//	all or nothing the ids of the conditions that are met, with spaces between
//	deduction      2, or 2+1 with the bonuses
//	compared       12
//	formula        n=5 confirmed=true
//
// It fails with ReportFileInvalid, whose violations name the place of each fault.
func (f ReportFile) Reports(c *cycle.Cycle, provider string, by Reporter) ([]LineReport, error) {
	var reports []LineReport
	wrong := f.Wrong
	seen := map[string]bool{}
	for _, l := range f.Lines {
		r, faults := l.report(c, provider, by)
		if at := r.Agency + "/" + r.Item; len(faults) == 0 && seen[at] {
			faults = append(faults, reportTwice.Violation(l.At("item")))
		} else {
			seen[at] = true
		}
		reports, wrong = append(reports, LineReport{r, l.At("agency")}), append(wrong, faults...)
	}
	if len(wrong) > 0 {
		return nil, ReportFileInvalid.List(wrong[:min(len(wrong), 100)]...)
	}
	return reports, nil
}

// ReportFile is a file of values that was read.
type ReportFile struct {
	Lines []FileLine
	// Told says what was read although it looks deleted, Wrong what could not be read.
	Told, Wrong []fault.Violation
}

// LineReport is a report with the place of its agency in a file.
type LineReport struct {
	Report
	Place string
}

// Refused returns the violation by which the report is refused.
func (r LineReport) Refused(err error) fault.Violation { return fault.From(err).Violation(r.Place) }

// FileLine is a line of a file. Its columns are agency, item, value, period and source.
type FileLine struct {
	// At returns the place of the cell in a column, as violations name it.
	At func(column string) string
	// Cells are what the cells hold, by column.
	Cells map[string]string
	// Unread are the columns whose cell is wrong already.
	Unread []string
}

// ReadCSV reads a file of values: CSV in UTF-8, with commas, semicolons or tabs between
// the columns, as Excel saves it. The first line names the columns: cơ quan, nội dung, số
// liệu, kỳ số liệu, nguồn. It fails with ReportFileInvalid.
func ReadCSV(content []byte) (ReportFile, error) {
	lines, err := readLines(content)
	return ReportFile{Lines: lines}, err
}

// readLines returns the lines of a file after the one that names the columns.
func readLines(content []byte) ([]FileLine, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, ReportFileInvalid.List(fileNotText.Violation("content"))
	}
	first, _, _ := bytes.Cut(content, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.Comma = -1, true, ','
	for _, c := range []rune{'\t', ';'} {
		if bytes.ContainsRune(first, c) {
			r.Comma = c
		}
	}
	var names []string
	var lines []FileLine
	for {
		cells, err := r.Read()
		number, _ := r.FieldPos(0)
		switch {
		case errors.Is(err, io.EOF) && len(lines) == 0:
			return nil, ReportFileInvalid.List(FileEmpty.Violation("content"))
		case errors.Is(err, io.EOF):
			return lines, nil
		case err != nil:
			return nil, ReportFileInvalid.List(fileNotCSV.Violation(lineOf(err)))
		case names == nil:
			if names, err = namesOf(cells); err != nil {
				return nil, err
			}
		case len(lines) == MaxRows:
			return nil, ReportFileInvalid.List(FileTooLong.With(MaxRows).Violation("content"))
		case slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }):
			lines = append(lines, FileLine{
				At:    func(column string) string { return fmt.Sprintf("lines[%d].%s", number, column) },
				Cells: cellsOf(names, cells),
			})
		}
	}
}

func lineOf(err error) string {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Sprintf("lines[%d]", e.Line)
	}
	return "content"
}

// namesOf returns the columns that the first line names, empty for others.
func namesOf(cells []string) (names []string, err error) {
	for _, c := range cells {
		name, _ := text.Rule{Kind: text.Name, Most: 0, Needed: false}.Tidy(c)
		names = append(names, columns[strings.ToLower(name)])
	}
	for _, needed := range []string{"agency", "item", "value", "period", "source"} {
		if !slices.Contains(names, needed) {
			return nil, ReportFileInvalid.List(columnMissing.With(needed).Violation("lines[1]"))
		}
	}
	return names, nil
}

func cellsOf(names, cells []string) map[string]string {
	found := map[string]string{}
	for i, c := range cells[:min(len(cells), len(names))] {
		found[names[i]] = strings.TrimSpace(c)
	}
	return found
}

// report returns the report of a line, and what is wrong with it.
func (l FileLine) report(c *cycle.Cycle, provider string, by Reporter) (r Report, wrong []fault.Violation) {
	complain := func(column string, err error) {
		if err != nil && !slices.Contains(l.Unread, column) {
			f := fault.From(err)
			wrong = append(wrong, f.Violation(l.At(column)))
		}
	}
	r.Authority, r.Cycle, r.Agency, r.Item, r.Provider = c.Authority, c.ID, l.Cells["agency"], l.Cells["item"], provider
	var err error
	r.Period, err = text.Rule{Kind: text.Line, Most: 100, Needed: true}.Clean(l.Cells["period"])
	complain("period", err)
	r.Source, err = text.Rule{Kind: text.Line, Most: 300, Needed: true}.Clean(l.Cells["source"])
	complain("source", err)
	s, err := SubjectOf(c, r.Agency)
	if err != nil {
		complain("agency", err)
		return r, wrong
	}
	r, err = s.ReportedBy(r, by)
	complain("agency", err)
	i, err := s.Group.Item(r.Item)
	if err == nil && KindOf(i) != Reported {
		err = ItemNotReported
	}
	if err != nil {
		complain("item", err)
		return r, wrong
	}
	in, err := factsOf(i.Rule, l.Cells["value"])
	if err == nil {
		r.Input = sealed.Facts{Input: in}
		_, err = s.evaluate(i, r.Input)
	}
	complain("value", err)
	return r, wrong
}

// factsOf reads the facts of a rule as ReportFile.Reports describes them. It fails with
// ValueMalformed and as points.Parse does.
func factsOf(of rule.Rule, value string) (rule.Input, error) {
	before, after, two := strings.Cut(value, "/")
	switch of.(type) {
	case rule.AllOrNothing:
		return rule.ConditionsMet{IDs: strings.Fields(value)}, nil
	case rule.Choice:
		return rule.Chosen{Option: value}, nil
	case rule.Bands, rule.Proportional:
		if !two {
			x, err := figureOf(value)
			return rule.Percent{Figure: x}, err
		}
		done, err := figureOf(before)
		if err != nil {
			return nil, err
		}
		planned, err := figureOf(after)
		return rule.Ratio{Done: done, Planned: planned}, err
	case rule.Deduction:
		return countsOf(value)
	case rule.PeerRelative:
		x, err := figureOf(value)
		return rule.Peer{Value: x, Best: nil}, err
	case rule.Formula:
		return formulaOf(value)
	}
	return nil, ValueMalformed.With(value)
}

// figureOf reads a figure with a decimal point or comma.
func figureOf(value string) (points.Points, error) {
	value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "%"))
	if !strings.Contains(value, ".") {
		value = strings.Replace(value, ",", ".", 1)
	}
	x, err := points.Parse(value)
	if err != nil {
		return x, ValueMalformed.With(text.Show(value)).Because(err)
	}
	return x, nil
}

func countsOf(value string) (rule.Input, error) {
	deductions, bonuses, _ := strings.Cut(value, "+")
	var counts rule.Counts
	for _, part := range []struct {
		text string
		to   *int32
	}{{deductions, &counts.Deductions}, {bonuses, &counts.Bonuses}} {
		if part.text == "" && part.to == &counts.Bonuses {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(part.text), 10, 32)
		if err != nil {
			return nil, ValueMalformed.With(text.Show(value)).Because(err)
		}
		*part.to = int32(n)
	}
	return counts, nil
}

func formulaOf(value string) (rule.Input, error) {
	facts := rule.Facts{Values: map[string]rule.Fact{}}
	for part := range strings.FieldsSeq(value) {
		id, is, two := strings.Cut(part, "=")
		if !two {
			return nil, ValueMalformed.With(text.Show(value))
		}
		if met, err := strconv.ParseBool(is); err == nil && len(is) > 1 {
			facts.Values[id] = rule.Fact{Number: nil, Met: &met}
			continue
		}
		x, err := figureOf(is)
		if err != nil {
			return nil, err
		}
		facts.Values[id] = rule.Fact{Number: &x, Met: nil}
	}
	return facts, nil
}
