// Command catalogd runs the catalog service as a process of its own.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/catalog"
)

func main() {
	run.Main(daemon.Command(catalog.Spec(new(catalog.Config))))
}
