package rule

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Violations of a rule of bands. They number the bands from 1.
var (
	bandEmpty = fault.Invalid.Reason("BAND_EMPTY",
		"Không tỷ lệ nào thuộc mức %d vì đầu dưới không thấp hơn đầu trên. Hãy sửa một trong hai đầu.",
		"No percentage falls in band %d, whose low end is not below its high end. Correct one of the two.")
	bandsOrder = fault.Invalid.Reason("BANDS_OUT_OF_ORDER",
		"Mức %d lên cao hơn mức %d đứng trước nó. Hãy xếp các mức từ cao xuống thấp.",
		"Band %d reaches higher than band %d before it. Put the bands from the highest to the lowest.")
	bandsGap = fault.Invalid.Reason("BANDS_GAP",
		"Khoảng trống giữa mức %[2]d và mức %[3]d: tỷ lệ %[1]s không thuộc mức nào. Hãy để một trong hai mức nhận.",
		"There is a hole between band %[2]d and band %[3]d: a percentage %[1]s belongs to neither. Let one of the two take it.")
	bandsGapAbove = fault.Invalid.Reason("BANDS_GAP_ABOVE",
		"Khoảng trống phía trên mức %[2]d: tỷ lệ %[1]s không thuộc mức nào. Hãy để mức này nhận.",
		"There is a hole above band %[2]d: a percentage %[1]s belongs to no band. Let this one take it.")
	bandsGapBelow = fault.Invalid.Reason("BANDS_GAP_BELOW",
		"Khoảng trống phía dưới mức %[2]d: tỷ lệ %[1]s không thuộc mức nào. Hãy để mức này nhận.",
		"There is a hole below band %[2]d: a percentage %[1]s belongs to no band. Let this one take it.")
	bandsOverlap = fault.Invalid.Reason("BANDS_OVERLAP",
		"Tỷ lệ %[1]s thuộc cả mức %[2]d và mức %[3]d. Hãy để chỉ một mức nhận.",
		"A percentage %[1]s belongs to both band %[2]d and band %[3]d. Let only one take it.")
	bandMissing = fault.Invalid.Reason("BAND_MISSING",
		"Không mức nào nhận tỷ lệ này. Hãy sửa các mức để phủ từ 0% đến 100%.",
		"No band takes this percentage. Correct the bands so that they cover 0% to 100%.")
	percentBeyond = fault.Invalid.Reason("PERCENT_OUT_OF_RANGE",
		"Tỷ lệ %s%% nằm ngoài khoảng từ 0%% đến 100%%. Hãy nhập lại, ví dụ 70.",
		"The percentage %s%% is outside 0%% to 100%%. Enter one within, such as 70.")
)

// Bands gives the points of the band that a percentage falls in (rule C6, family 3;
// for example above 90 %: 2, from 70 to 90 %: 1, below 70 %: 0). Its input is Ratio
// or Percent; a percentage above 100 counts as 100.
//
// Validate refuses bands if any percentage from 0 to 100, even a single one such as
// 90, is in no band or in two.
type Bands struct {
	// Bands are the bands, 2 to 50, from the highest to the lowest.
	Bands []Band `json:"bands,omitempty"`
}

// Band is a range of percentages and its points.
type Band struct {
	Low, High End
	// Points are from 0 to max points.
	Points points.Points
}

// End is one end of a band. The zero End is the end of the scale, 0 or 100, which
// belongs to the band.
type End struct {
	Kind EndKind
	// Percent is from 0 to 100. At a ScaleEnd it is 0 and has no meaning.
	Percent points.Points
}

// EndKind says whether the percentage at an end belongs to the band.
type EndKind uint8

// The kinds of ends.
const (
	// ScaleEnd is the end of the scale; it belongs to the band.
	ScaleEnd EndKind = iota
	// Closed is a percentage that belongs to the band: "from" or "to".
	Closed
	// Open is a percentage that does not belong to the band: "above" or "below".
	Open
)

// Percent is a percentage that is reported as such, 0 or more.
type Percent struct{ Figure points.Points }

func (Percent) input() {}

// Family returns "bands".
func (Bands) Family() string { return "bands" }

func (r Bands) check(item Item, found *findings) {
	found.count("bands", len(r.Bands), 2)
	var best points.Points
	sound := true
	for i, b := range r.Bands {
		sound = b.check(i, found) && sound
		found.points(fmt.Sprintf("bands[%d].points", i), b.Points, item)
		best = points.Max(best, b.Points)
	}
	found.reachable("bands", best, item)
	if sound && len(r.Bands) > 0 {
		r.checkCover(found)
	}
}

// check adds the violations of band i. It reports whether the band has a valid
// range.
func (b Band) check(i int, found *findings) bool {
	before, path := len(found.violations), fmt.Sprintf("bands[%d]", i)
	for _, end := range []struct {
		field string
		End
	}{{b.lowField(), b.Low}, {b.highField(), b.High}} {
		if end.Kind > Open || end.Percent.Sign() < 0 || end.Percent.Cmp(hundred) > 0 {
			found.add(path+end.field, percentBeyond, end.Percent)
		}
	}
	if len(found.violations) == before && b.empty() {
		found.add(path, bandEmpty, i+1)
	}
	return len(found.violations) == before
}

// checkCover checks that each band begins where the bands above it end, and that
// together they reach from 0 to 100. A gap between two bands and an overlap of two
// bands are computed as ranges; the bands are right if these ranges are empty.
func (r Bands) checkCover(found *findings) {
	for i, lower := range r.Bands[1:] {
		if lower.higherThan(r.Bands[i]) {
			found.add(fmt.Sprintf("bands[%d]", i+1), bandsOrder, i+2, i+1)
			return
		}
	}
	top := r.Bands[0]
	found.reportRange("bands[0]"+top.highField(), bandsGapAbove, Band{Low: top.high().opposite()}, 1)
	deepest := 0 // the index of the band above with the lowest low end
	for i := 1; i < len(r.Bands); i++ {
		upper, lower, path := r.Bands[deepest], r.Bands[i], fmt.Sprintf("bands[%d]%s", i, r.Bands[i].highField())
		found.reportRange(path, bandsGap, Band{Low: lower.high().opposite(), High: upper.low().opposite()}, deepest+1, i+1)
		if lower.deeperThan(upper) {
			found.reportRange(path, bandsOverlap, Band{Low: upper.low(), High: lower.high()}, deepest+1, i+1)
			deepest = i
		} else {
			found.reportRange(path, bandsOverlap, lower, deepest+1, i+1)
		}
	}
	last := r.Bands[deepest]
	found.reportRange(fmt.Sprintf("bands[%d]%s", deepest, last.lowField()), bandsGapBelow, Band{High: last.low().opposite()}, deepest+1)
}

// deeperThan reports whether b reaches as low as o or lower.
func (b Band) deeperThan(o Band) bool {
	low, other := b.low(), o.low()
	order := low.Percent.Cmp(other.Percent)
	return order < 0 || order == 0 && (low.Kind == Closed || other.Kind == Open)
}

// higherThan reports whether b reaches higher than o.
func (b Band) higherThan(o Band) bool {
	high, other := b.high(), o.high()
	order := high.Percent.Cmp(other.Percent)
	return order > 0 || order == 0 && high.Kind == Closed && other.Kind == Open
}

// reportRange adds a violation for a range of percentages unless it is empty; bands
// are the bands next to it.
func (f *findings) reportRange(path string, what fault.Reason, b Band, bands ...any) {
	if !b.empty() {
		f.add(path, what, append([]any{b.words()}, bands...)...)
	}
}

// low and high return the ends; a missing end becomes the end of the scale.
func (b Band) low() End {
	if b.Low.Kind == ScaleEnd {
		return End{Kind: Closed}
	}
	return b.Low
}

func (b Band) high() End {
	if b.High.Kind == ScaleEnd {
		return End{Kind: Closed, Percent: hundred}
	}
	return b.High
}

// opposite returns the end of the adjacent range that begins where this one ends.
func (e End) opposite() End {
	if e.Kind == Open {
		return End{Kind: Closed, Percent: e.Percent}
	}
	return End{Kind: Open, Percent: e.Percent}
}

// empty reports whether b contains no percentage.
func (b Band) empty() bool {
	low, high := b.low(), b.high()
	order := low.Percent.Cmp(high.Percent)
	return order > 0 || order == 0 && (low.Kind == Open || high.Kind == Open)
}

// contains reports whether the share falls in b.
func (b Band) contains(s share) bool {
	low, high := b.low(), b.high()
	if order := s.cmp(low.Percent); order < 0 || order == 0 && low.Kind == Open {
		return false
	}
	order := s.cmp(high.Percent)
	return order < 0 || order == 0 && high.Kind == Closed
}

func (r Bands) evaluate(ex *explanation, in Input) error {
	var (
		s   share
		err error
	)
	switch in := in.(type) {
	case Ratio:
		var planned bool
		if s, planned, err = in.take(ex); err != nil || !planned {
			return err
		}
	case Percent:
		if s, err = in.take(ex); err != nil {
			return err
		}
	default:
		return InputKindWrong
	}
	for _, b := range r.Bands {
		if !b.contains(s) {
			continue
		}
		if _, ratio := in.(Ratio); ratio {
			if err := ex.percent(s, b.low().Percent, b.high().Percent); err != nil {
				return err
			}
		}
		words := b.words()
		ex.give(b.Points, "Tỷ lệ "+words.vi, "A percentage "+words.en)
		return nil
	}
	return RuleInvalid.List(bandMissing.Violation("bands"))
}

// take returns the percentage as a share of 100.
func (p Percent) take(ex *explanation) (share, error) {
	percent, err := ex.take("percent", p.Figure, "Tỷ lệ phần trăm", "Percentage")
	if err != nil {
		return share{}, err
	}
	all := figureOf(hundred)
	counted := ex.cap(percent, all, "Tỷ lệ trên 100% chỉ tính là 100%.", "A percentage above 100% counts as 100%.")
	return shareOf(counted, all), nil
}

// lowField and highField return the JSON names of the ends after a dot; empty for a
// missing end.
func (b Band) lowField() string  { return b.Low.field(".from", ".above") }
func (b Band) highField() string { return b.High.field(".to", ".below") }

func (e End) field(closed, open string) string {
	return [...]string{ScaleEnd: "", Closed: closed, Open: open}[min(e.Kind, Open)]
}

// words says the range: "trên 70% đến 90%", "above 70% to 90%".
func (b Band) words() kind {
	low, high := figureOf(b.low().Percent), figureOf(b.high().Percent)
	var vi, en string
	switch {
	case low.Equal(high.Points):
		return kind{"đúng " + low.vi + "%", "of exactly " + low.text + "%"}
	case b.Low.Kind == ScaleEnd && b.High.Kind == ScaleEnd:
		return kind{"từ 0% đến 100%", "from 0% to 100%"}
	case b.Low.Kind == ScaleEnd && b.High.Kind == Closed:
		return kind{"từ " + high.vi + "% trở xuống", "of " + high.text + "% or less"}
	case b.Low.Kind == ScaleEnd:
		return kind{"dưới " + high.vi + "%", "below " + high.text + "%"}
	case b.Low.Kind == Closed && b.High.Kind == ScaleEnd:
		return kind{"từ " + low.vi + "% trở lên", "of " + low.text + "% or more"}
	case b.Low.Kind == Closed:
		vi, en = "từ "+low.vi+"%", "from "+low.text+"%"
	default:
		vi, en = "trên "+low.vi+"%", "above "+low.text+"%"
	}
	switch b.High.Kind {
	case Closed:
		return kind{vi + " đến " + high.vi + "%", en + " to " + high.text + "%"}
	case Open:
		return kind{vi + " đến dưới " + high.vi + "%", en + " to below " + high.text + "%"}
	default:
		return kind{vi, en}
	}
}
