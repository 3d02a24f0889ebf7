package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// word is a flag that takes one of several words.
type word struct {
	words []string
	at    *string
}

// wordFlag adds a flag that takes one of several words, the first by default.
func wordFlag(cmd *cobra.Command, name, about string, words ...string) *string {
	value := words[0]
	cmd.Flags().Var(&word{words, &value}, name, about+": "+strings.Join(words, " or "))
	return &value
}

// String implements pflag.Value.
func (w *word) String() string {
	if w.at == nil {
		return ""
	}
	return *w.at
}

// Type implements pflag.Value.
func (w *word) Type() string { return "word" }

// Set implements pflag.Value.
func (w *word) Set(value string) error {
	if !slices.Contains(w.words, value) {
		return fmt.Errorf("it must be %s", strings.Join(w.words, " or "))
	}
	*w.at = value
	return nil
}
