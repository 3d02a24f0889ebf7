package main

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
)

var codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^UNEXPECTED$`)

// check returns a problem for each reason on which a client could not rely: its code is
// defined twice or is not UPPER_SNAKE, a text does not say what to do or says only
// "Check it.", or the texts take other arguments in one language than in the other.
func check(found []definition) []string {
	var problems []string
	first := map[string]definition{}
	for _, d := range found {
		add := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("%s: %s: ", d.Place, d.Code)+fmt.Sprintf(format, args...))
		}
		if other, twice := first[d.Code]; twice {
			add("is defined at %s already, as %s; this is %s", other.Place, other.Kind, d.Kind)
		} else {
			first[d.Code] = d
		}
		if !codeForm.MatchString(d.Code) {
			add("the code is not UPPER_SNAKE, of two words at least")
		}
		if !maps.Equal(verbs(d.Vi), verbs(d.En)) {
			add("the texts take other arguments: %v and %v", verbs(d.Vi), verbs(d.En))
		}
		if !vietnameseAdvice.MatchString(d.Vi) || vietnameseEmpty.MatchString(d.Vi) {
			add("the Vietnamese text does not say what to do: %q", d.Vi)
		}
		if !englishAdvice.MatchString(d.En) || englishEmpty.MatchString(d.En) {
			add("the English text does not say what to do: %q", d.En)
		}
	}
	return problems
}

var verb = regexp.MustCompile(`%(%|(?:\[(\d+)\])?[a-z])`)

// verbs returns the arguments of a text by number, with their verb: d for a whole
// number, s for text (%s, %q, %v).
func verbs(text string) map[string]string {
	taken, next := map[string]string{}, 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		if m[1] == "%" {
			continue
		}
		number := m[2]
		if number == "" {
			number = strconv.Itoa(next)
		}
		_, _ = fmt.Sscan(number, &next)
		next++
		if taken[number] = "s"; strings.HasSuffix(m[1], "d") {
			taken[number] = "d"
		}
	}
	return taken
}

// vietnameseAdvice and englishAdvice find a clause that begins with what to do: a
// clause of the text, or one after a colon, a semicolon, a comma, "and" or "or".
var (
	vietnameseAdvice = advice("nhưng|hoặc", "hãy|không cần")
	englishAdvice    = advice("and|or|then", "add|approve|ask|bring|change|check|choose|close|complete|compute|confirm|copy|correct|create|declare|"+
		"delete|divide|do|drop|end|enter|fetch|fill|format|give|have|keep|leave|let|list|log|look|mark|merge|move|multiply|name|open|publish|put|"+
		"read|reduce|remove|repeat|report|round|run|save|say|see|send|shorten|split|start|state|submit|take|tell|try|turn|unmerge|use|wait|withdraw|write")
)

// vietnameseEmpty and englishEmpty find advice that does not say what is right: "Hãy nhập
// lại.", "Write it so."
var (
	vietnameseEmpty = regexp.MustCompile(`(?i)(^|[.;:] )hãy (nhập|ghi|viết|sửa|kiểm tra|điền|chọn|làm)( lại| vào)?\.`)
	englishEmpty    = regexp.MustCompile(`(?i)(^|[.;:] )(write|enter|correct|check|fill|do)( it| it in)?( so)?\.`)
)

func advice(conjunctions, verbs string) *regexp.Regexp {
	const mark = `[.;:,!?()“”"]`
	return regexp.MustCompile(`(?i)(^|` + mark + `|\b(` + conjunctions + `)\b)\s*(` + verbs + `)(\s|` + mark + `|$)`)
}
