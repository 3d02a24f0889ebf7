package message

import (
	"fmt"
	"strings"
)

// Enum has the values of an enum of the contract, by word.
type Enum[Word, Value comparable] map[Word]Value

// To returns the value of a word; UNSPECIFIED for the empty word.
func (e Enum[Word, Value]) To(word Word) Value { return e[word] }

// From returns the word of a value; the empty word for UNSPECIFIED and for a value that
// is not in the table.
func (e Enum[Word, Value]) From(value Value) Word {
	word, _ := e.Known(value)
	return word
}

// Known is From; ok is false if the value is not in the table.
func (e Enum[Word, Value]) Known(value Value) (word Word, ok bool) {
	for w, v := range e {
		if v == value {
			return w, true
		}
	}
	return word, false
}

// Parse is To, but fails for a word that is not in the table and not empty.
func (e Enum[Word, Value]) Parse(word Word) (Value, error) {
	value, ok := e[word]
	if empty := *new(Word); !ok && word != empty {
		return value, fmt.Errorf("%v is not a word of %T", word, value)
	}
	return value, nil
}

// Names returns the enum whose words are the names of the contract without a prefix.
// values are the generated ones, such as rulev1.Better_value.
func Names[Word ~string, Value ~int32](prefix string, values map[string]int32) Enum[Word, Value] {
	e := make(Enum[Word, Value], len(values))
	for name, value := range values {
		if value != 0 { // UNSPECIFIED
			e[Word(strings.TrimPrefix(name, prefix))] = Value(value)
		}
	}
	return e
}
