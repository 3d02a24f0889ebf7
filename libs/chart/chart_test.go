package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parindex/parindex/libs/chart"
	"github.com/parindex/parindex/libs/points"
)

var update = flag.Bool("update", false, "rewrite the charts in testdata")

var (
	p    = points.MustParse
	ends = []chart.Mark{{At: p("65"), Label: "65 %"}, {At: p("80"), Label: "80 %"}, {At: p("90"), Label: "90 %"}}
	own  = p("83.84")
)

// figure is a pointer to a figure.
func figure(s string) *points.Points {
	x := p(s)
	return &x
}

// The charts as files, which can be looked at in a browser.
func TestCharts(t *testing.T) {
	for name, got := range map[string]string{
		"bar":       chart.Bar("Chỉ số 83,84 %", chart.Percent, own, ends...),
		"bar-above": chart.Bar("above the scale", chart.Percent, p("101.5")),
		"strip": chart.Strip("Phân bố", chart.Around(p("70.10"), p("83.84")), []points.Points{p("70.10"), own, p("76.5"), p("76.52")}, &own,
			chart.Mark{At: p("77.08"), Label: "trung bình 77,08 %"}, chart.Mark{At: p("77.5"), Label: "covered"}),
		"strip-empty": chart.Strip("nothing", chart.Around(), nil, nil),
		"line": chart.Line("Qua các năm <2021–2024>", chart.Around(p("79"), own), []chart.Point{
			{Label: "2021", Text: "79,00 %", Value: figure("79")},
			{Label: "2022", Text: "81,25 %", Value: figure("81.25"), Joined: true},
			{Label: "2023"},
			{Label: "2024", Text: "83,84 %", Value: &own, Joined: true},
		}),
		"line-one": chart.Line("one year", chart.Around(own), []chart.Point{{Label: "2024", Text: "83,84 %", Value: &own}}),
	} {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(golden, []byte(got+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got+"\n" != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			wellFormed(t, got)
		})
	}
}

// wellFormed reads a chart as XML and refuses what a strict policy would not allow.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		element, _ := token.(xml.StartElement)
		for _, a := range element.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("an attribute %s", a.Name.Local)
			}
		}
	}
}

func TestAround(t *testing.T) {
	for name, tt := range map[string]struct {
		figures   []points.Points
		low, high string
	}{
		"none":          {nil, "0", "100"},
		"one":           {[]points.Points{p("83.84")}, "80", "90"},
		"on a ten":      {[]points.Points{p("80")}, "80", "90"},
		"between tens":  {[]points.Points{p("70"), p("90")}, "70", "90"},
		"across a ten":  {[]points.Points{p("69.99"), p("90.01")}, "60", "100"},
		"at both ends":  {[]points.Points{p("0"), p("100")}, "0", "100"},
		"above the top": {[]points.Points{p("100"), p("101.5")}, "100", "110"},
	} {
		if s := chart.Around(tt.figures...); s.Low.String() != tt.low || s.High.String() != tt.high {
			t.Errorf("%s: %s to %s", name, s.Low, s.High)
		}
	}
}
