// Command assessmentd is the assessment service as a process of its own.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/assessment"
)

func main() {
	run.Main(daemon.Command(assessment.Spec(new(assessment.Config))))
}
