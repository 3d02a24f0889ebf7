// Command cite writes the digest of the document on standard input.
package main

import (
	"fmt"
	"os"

	"github.com/parindex/parindex/services/catalog/pack/cite"
)

func main() {
	if err := cite.Write(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cite:", err)
		os.Exit(1)
	}
}
