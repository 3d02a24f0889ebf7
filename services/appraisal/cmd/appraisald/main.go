// Command appraisald runs the appraisal service.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/appraisal"
)

func main() {
	run.Main(daemon.Command(appraisal.Spec(new(appraisal.Config))))
}
