// Command scoringd runs the scoring service as a process of its own.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/scoring"
)

func main() {
	run.Main(daemon.Command(scoring.Spec(new(scoring.Config))))
}
