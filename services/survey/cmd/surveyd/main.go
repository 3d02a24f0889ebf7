// Command surveyd is the survey service as a process of its own.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/survey"
)

func main() {
	run.Main(daemon.Command(survey.Spec(new(survey.Config))))
}
