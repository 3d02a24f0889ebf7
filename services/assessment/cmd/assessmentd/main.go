// Command assessmentd runs the assessment service.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/assessment"
)

func main() {
	run.Main(daemon.Command(assessment.Spec(new(assessment.Config))))
}
