// Command faults reads the reasons of all faults from the source of libs, the gateway
// and the services, and writes the index that the gateway serves at
// /openapi/faults.json. It reads the source, so that no reason can be left out.
//
//	go run ./deploy/faults gateway/internal/openapi/faults.json
//
// If a client could not rely on a reason (see check), it fails and writes nothing.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("usage: go run ./deploy/faults FILE, at the top of the repository"))
	}
	found, problems, err := collect(os.DirFS("."), roots...)
	if err != nil {
		fail(err)
	}
	if problems = append(problems, check(found)...); len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(os.Stderr, p)
		}
		fail(fmt.Errorf("%d problems in the definitions of faults: correct them", len(problems)))
	}
	index, err := index(found)
	if err != nil {
		fail(err)
	}
	if err := os.WriteFile(os.Args[1], index, 0o644); err != nil { //nolint:gosec // a file of the repository
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
