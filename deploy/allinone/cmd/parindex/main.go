// Command parindex is the whole platform in one process, and its command line.
//
// up, migrate, and the commands about accounts and keys work on this machine's
// configuration; the others call a running gateway.
package main

import (
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/libs/run"
)

func main() {
	root := &cobra.Command{
		Use: "parindex", Short: "the Public Administration Reform Index of an authority, from decision to published ranking",
		PersistentPreRunE: run.Environment,
	}
	root.AddCommand(up(), migrate(), createAdmin(), resetPassword(), disableAccount(), enableAccount(),
		createServiceAccount(), newSigningKey(),
		login(), catalogCommand(), historyCommand(), leaderboard(), run.VersionCommand())
	run.Main(root)
}
