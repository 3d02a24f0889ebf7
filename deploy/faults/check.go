package main

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode"
)

var codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^UNEXPECTED$`)

// check returns a problem for each reason that a client could not rely on: a code
// that is defined twice or has another form than UPPER_SNAKE, a text that is
// missing or does not say what to do, texts that are filled with other arguments in
// one language than in the other.
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
		if !advises(d.Vi, vietnameseAdvice) {
			add("the Vietnamese text does not say what to do: %q", d.Vi)
		}
		if !advises(d.En, englishAdvice) {
			add("the English text does not say what to do: %q", d.En)
		}
	}
	return problems
}

var verb = regexp.MustCompile(`%(%|(?:\[(\d+)\])?[a-z])`)

// verbs returns the arguments that a text takes, by number, with the verb: d for
// whole numbers, s for all that is written as text (%s, %q, %v).
func verbs(text string) map[string]string {
	taken, next := map[string]string{}, 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		if m[1] == "%" {
			continue
		}
		number := m[2]
		if number == "" {
			number = fmt.Sprint(next)
		}
		_, _ = fmt.Sscan(number, &next)
		next++
		if taken[number] = "s"; strings.HasSuffix(m[1], "d") {
			taken[number] = "d"
		}
	}
	return taken
}

// vietnameseAdvice are the words that begin what to do.
var vietnameseAdvice = words("hãy", "không cần")

// englishAdvice are the verbs with which a sentence, or what follows a colon, a
// semicolon, a comma or "and", says what to do.
var englishAdvice = words(
	"add", "approve", "ask", "bring", "change", "check", "choose", "close", "complete", "compute", "confirm", "copy", "correct", "create", "declare",
	"delete", "divide", "drop", "end", "enter", "fetch", "fill", "format", "give", "have", "keep", "leave", "let", "list", "log", "look", "mark",
	"merge", "move", "multiply", "name", "open", "publish", "put", "read", "reduce", "remove", "repeat", "report", "round", "save", "say", "see",
	"run", "send", "shorten", "split", "start", "state", "submit", "take", "tell", "try", "turn", "unmerge", "use", "wait", "withdraw", "write", "do",
)

func words(all ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range all {
		set[w] = true
	}
	return set
}

var clause = regexp.MustCompile(`[.;:,!?()“”"]+|\b(?:and|or|then|nhưng|hoặc)\b`)

// advises reports whether a text, with more than one clause, has one that begins
// with a word of advice, whatever the verbs are filled with.
func advises(text string, advice map[string]bool) bool {
	for _, part := range clause.Split(text, -1) {
		part = strings.ToLower(strings.TrimSpace(part))
		for first := range advice {
			if rest, begins := strings.CutPrefix(part, first); begins && (rest == "" || unicode.IsSpace([]rune(rest)[0])) {
				return true
			}
		}
	}
	return false
}
