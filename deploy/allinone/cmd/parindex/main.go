// Command parindex runs the whole platform in one process, and is its command line.
//
// The commands up and migrate, and those for accounts, keys and the audit log, use the configuration
// of this machine. Those for packs, validation, export and templates need no server.
// The others call a running gateway.
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
	root.AddCommand(up(), migrate(), createAdmin(), resetPassword(), disableAccount(), enableAccount(), confirmRoles(),
		createServiceAccount(), newSigningKey(), auditCommand(),
		login(), catalogCommand(), historyCommand(), leaderboard(), run.VersionCommand())
	run.Main(root)
}
