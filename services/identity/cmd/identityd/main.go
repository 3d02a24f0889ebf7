// Command identityd is the identity service as a process of its own.
package main

import (
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/identity"
)

func main() {
	run.Main(daemon.Command(identity.Spec(new(identity.Config))))
}
