package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Writer writes a workbook to fill in. Equal contents have equal bytes.
type Writer struct {
	*excelize.File

	// The styles of cells: headers, texts, which no spreadsheet computes whatever they
	// begin with, figures, dates, and titles.
	Header, Text, Figure, Date, Title int
}

// NewWriter returns a Writer with a first sheet. It is to be closed.
func NewWriter(sheet, title string) (*Writer, error) {
	w := &Writer{File: excelize.NewFile()}
	if err := w.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	if err := w.properties(title); err != nil {
		return nil, err
	}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	isoDate := "yyyy-mm-dd"
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&w.Header, excelize.Style{
			Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE7F3"}}, NumFmt: 49,
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
			Border:    []excelize.Border{{Type: "bottom", Color: "5B7BA5", Style: 1}},
		}},
		{&w.Text, excelize.Style{NumFmt: 49, Alignment: top}},
		{&w.Figure, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&w.Date, excelize.Style{CustomNumFmt: &isoDate, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}},
		{&w.Title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, NumFmt: 49}},
	} {
		var err error
		if *s.into, err = w.NewStyle(&s.style); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// coreProperties are the properties of a workbook, with its title to fill in. The
// library writes the same with the namespace of core properties as the default one and
// without the prefixes that ExcelJS insists on.
const coreProperties = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>%s</dc:title><dc:creator>parindex</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>`

func (w *Writer) properties(title string) error {
	var escaped bytes.Buffer
	if err := xml.EscapeText(&escaped, []byte(title)); err != nil {
		return err
	}
	w.Pkg.Store("docProps/core.xml", fmt.Appendf(nil, coreProperties, escaped.Bytes()))
	return nil
}

// Put writes a text, or a figure digit by digit, without a binary float.
func (w *Writer) Put(sheet string, column, row int, value string, figure bool) error {
	at := Cell{Row: row, Column: column}.Address()
	if figure {
		return w.SetCellDefault(sheet, at, value)
	}
	return w.SetCellStr(sheet, at, escaped(value))
}

// escapeLike is what readers of workbooks take for an escaped character.
var escapeLike = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escaped is a text of which readers make text again: an x that would begin an
// escape is one itself. The library does not see to it.
func escaped(value string) string {
	if !strings.Contains(value, "_x") {
		return value
	}
	var b strings.Builder
	for i := range len(value) {
		if i > 0 && value[i] == 'x' && escapeLike.MatchString(value[i-1:]) {
			b.WriteString("_x0078_")
		} else {
			b.WriteByte(value[i])
		}
	}
	return b.String()
}

// Column sets the style and the width of a column.
func (w *Writer) Column(sheet, letter string, style int, width float64) error {
	if err := w.SetColStyle(sheet, letter, style); err != nil {
		return err
	}
	return w.SetColWidth(sheet, letter, letter, width)
}

// Top highlights the header row, up to its last cell, and freezes it with some columns.
func (w *Writer) Top(sheet, last string, columns int) error {
	if err := w.SetCellStyle(sheet, "A1", last, w.Header); err != nil {
		return err
	}
	if err := w.SetRowHeight(sheet, 1, 64); err != nil {
		return err
	}
	pane := "bottomLeft"
	if columns > 0 {
		pane = "bottomRight"
	}
	return w.SetPanes(sheet, &excelize.Panes{
		Freeze: true, YSplit: 1, XSplit: columns, TopLeftCell: Cell{Row: 2, Column: columns + 1}.Address(), ActivePane: pane,
	})
}

// Bytes returns the whole file.
func (w *Writer) Bytes() ([]byte, error) {
	var file bytes.Buffer
	if err := w.Write(&file); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}
