package workbook

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// MaxText is how many UTF-16 units a cell holds at most.
	MaxText = 32767
	// MaxRow is the last row of a sheet.
	MaxRow = 1 << 20
	// MaxColumn is the last column of a sheet, XFD.
	MaxColumn = 1 << 14
)

// Kind is the kind of a cell's content.
type Kind uint8

const (
	// Text is a text as typed.
	Text Kind = iota
	// Number is a figure; Decimal reads it.
	Number
	// Percent is a number that is shown as a percentage: 90 % is 0.9.
	Percent
	// Date is a number that is shown as a date, a time or both. The text is
	// "2024-12-31" for a day without time, else the number.
	Date
	// Bool is "true" or "false".
	Bool
	// Formula is a formula; the text is what it came to.
	Formula
	// Error is a value such as "#REF!".
	Error
	// TooLong is a text above MaxText; it is not kept.
	TooLong
)

// Cell is a cell with content.
type Cell struct {
	// Row and Column count from 1.
	Row, Column int
	Kind        Kind
	Text        string
}

// Address returns the address of c, as "B7".
func (c Cell) Address() string { return Column(c.Column) + strconv.Itoa(c.Row) }

// Column returns the letters of a column, counted from 1.
func Column(n int) string {
	letters := ""
	for ; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters
}

// Parse reads an address such as "B7".
func Parse(address string) (column, row int, ok bool) {
	i := 0
	for ; i < len(address) && i < 4 && address[i] >= 'A' && address[i] <= 'Z'; i++ {
		column = column*26 + int(address[i]-'A') + 1
	}
	row, err := strconv.Atoi(address[i:])
	return column, row, err == nil && column >= 1 && column <= MaxColumn && row >= 1 && row <= MaxRow
}

// figure matches a number as it is written in a file.
var figure = regexp.MustCompile(`^(-?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$`)

// precise is how many digits of a number people can have typed. What spreadsheets
// store beyond them is the trace of their binary floats: 1.1 is stored as
// 1.1000000000000001.
const precise = 15

// Decimal returns the exact decimal of a Number: what the file has, to 15
// significant digits as spreadsheets show them, without exponent and trailing
// zeros. It reports false for anything else and for a number beyond 40 places.
func (c Cell) Decimal() (string, bool) {
	if c.Kind != Number {
		return "", false
	}
	m := figure.FindStringSubmatch(c.Text)
	if m == nil || m[2]+m[3] == "" {
		return "", false
	}
	exponent, _ := strconv.Atoi(m[4])
	digits := strings.TrimLeft(m[2]+m[3], "0")
	point := len(digits) - len(m[3]) + exponent // the place of the point in digits
	if len(digits) > precise {
		digits, point = rounded(digits, point)
	}
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return "0", true
	}
	if point < -40 || point > 40 {
		return "", false
	}
	digits = strings.Repeat("0", max(1-point, 0)) + digits
	point = max(point, 1)
	digits += strings.Repeat("0", max(point-len(digits), 0))
	whole, places := digits[:point], digits[point:]
	if places != "" {
		places = "." + places
	}
	return m[1] + whole + places, true
}

// rounded rounds digits to the precise ones, halves up.
func rounded(digits string, point int) (string, int) {
	kept := []byte(digits[:precise])
	if digits[precise] < '5' {
		return string(kept), point
	}
	i := len(kept) - 1
	for ; i >= 0 && kept[i] == '9'; i-- {
		kept[i] = '0'
	}
	if i < 0 {
		return "1" + string(kept), point + 1
	}
	kept[i]++
	return string(kept), point
}

// fill sets c by its type, style and value.
func (b *book) fill(c *Cell, kind, style, value string) error {
	switch kind {
	case "s":
		shared := b.shared(value)
		if shared == nil {
			return errors.New("no such shared text")
		}
		if c.Text = shared.text; shared.tooLong {
			c.Kind = TooLong
		}
	case "str", "inlineStr":
		c.Text = unescaped(value)
	case "b":
		c.Kind, c.Text = Bool, strconv.FormatBool(strings.TrimSpace(value) == "1")
	case "e":
		c.Kind, c.Text = Error, value
	case "d":
		c.Kind, c.Text = Date, strings.TrimSuffix(value, "T00:00:00")
	default:
		b.number(c, style, strings.TrimSpace(value))
	}
	if c.Kind == Text && long(c.Text) {
		c.Kind, c.Text = TooLong, ""
	}
	return nil
}

// sharedText is a text to which cells refer; it is not kept if it is too long.
type sharedText struct {
	text            string
	tooLong, struck bool
}

// shared returns the shared text with a number, or nil.
func (b *book) shared(number string) *sharedText {
	i, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || i < 0 || i >= len(b.texts) {
		return nil
	}
	return &b.texts[i]
}

// long reports whether a text has more than MaxText units.
func long(text string) bool {
	return len(text) > MaxText && (utf8.RuneCountInString(text) > MaxText || len(utf16.Encode([]rune(text))) > MaxText)
}

// number gives c a number with the meaning of its format.
func (b *book) number(c *Cell, style, value string) {
	c.Kind, c.Text = Number, value
	switch b.look(style).kind {
	case asPercent:
		c.Kind = Percent
	case asDate:
		c.Kind = Date
		if day, err := strconv.ParseInt(value, 10, 32); err == nil && day > 60 {
			c.Text = time.Unix((b.from+day)*86400, 0).UTC().Format(time.DateOnly)
		}
	case asNumber:
	}
}

// daysFrom returns the day before day 1 as days since 1970. Of the two calendars the
// usual one has a 29 February 1900 that never was, before which no day is read.
func daysFrom(date1904 bool) int64 {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if date1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return start.Unix() / 86400
}

// cellKind is what a style makes of a number.
type cellKind uint8

const (
	asNumber cellKind = iota
	asPercent
	asDate
)

// look is how a style shows a cell.
type look struct {
	kind           cellKind
	struck, masked bool
}

// look returns the look of the style with a number.
func (b *book) look(style string) look {
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(b.looks) {
		return look{}
	}
	return b.looks[i]
}

// styles reads how each style shows a cell.
func (b *book) styles(part string) error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Fonts []struct {
			Strike *struct {
				Value string `xml:"val,attr"`
			} `xml:"strike"`
		} `xml:"fonts>font"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(part, &sheet); err != nil {
		return err
	}
	own := map[int]look{}
	for _, f := range sheet.Formats {
		own[f.ID] = look{kind: formatKind(f.ID, f.Code), masked: f.Code != "" && strings.Trim(f.Code, "; ") == ""}
	}
	for _, s := range sheet.Styles {
		shown, ok := own[s.Format]
		if !ok {
			shown.kind = formatKind(s.Format, "")
		}
		if s.Font >= 0 && s.Font < len(sheet.Fonts) {
			strike := sheet.Fonts[s.Font].Strike
			shown.struck = strike != nil && (strike.Value == "" || isTrue(strike.Value))
		}
		b.looks = append(b.looks, shown)
	}
	return nil
}

// aside matches the parts of a format code beside the number: colours, texts, escapes and
// the width of a character.
var aside = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.`)

// formatKind finds the kind of a format by its number or, for a custom one, its code.
func formatKind(id int, code string) cellKind {
	if code == "" {
		switch {
		case id == 9 || id == 10:
			return asPercent
		case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
			return asDate
		}
		return asNumber
	}
	bare := strings.ToLower(aside.ReplaceAllString(code, ""))
	switch {
	case strings.Contains(bare, "general"):
		return asNumber
	case strings.ContainsAny(bare, "ymdhs"):
		return asDate
	case strings.Contains(bare, "%"):
		return asPercent
	}
	return asNumber
}

// escape is how a workbook writes what XML does not take.
var escape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped undoes escapes, and makes line ends those of one system.
func unescaped(text string) string {
	if strings.Contains(text, "_x") {
		text = escape.ReplaceAllStringFunc(text, func(m string) string {
			n, _ := strconv.ParseUint(m[2:6], 16, 16)
			return string(rune(n))
		})
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}
