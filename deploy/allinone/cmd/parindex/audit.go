package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/audit"
)

// errAuditBroken is the error of a log that is not as it was written.
var errAuditBroken = errors.New("the audit log is not as it was written; the lines above name what differs")

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "the log of changes in the database of every service"}
	cmd.AddCommand(auditVerify())
	return cmd
}

func auditVerify() *cobra.Command {
	var c allinone.Config
	var kept []string
	cmd := &cobra.Command{
		Use: "verify", Args: cobra.NoArgs,
		Short: "recompute every chain and every checkpoint, and name each that was changed",
		Long: `Recomputes every chain and every checkpoint of the audit log, and names each entry that was changed, dropped or inserted.

Every hour each service writes the line "audit checkpoint" to its log, with a number and a hash. A chain that the owner of the
database has written anew as a whole is found only by such a line: give it as --checkpoint.`,
		Example: "  parindex audit verify --checkpoint assessment/12=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		RunE: func(cmd *cobra.Command, _ []string) error {
			copies, err := keptHashes(kept)
			if err != nil {
				return err
			}
			if err := c.ValidateDatabases(); err != nil {
				return err
			}
			broken := 0
			err = allinone.VerifyAudit(cmd.Context(), c, copies, func(service string, r audit.Report) {
				broken += len(r.Broken)
				printAudit(cmd.OutOrStdout(), service, r)
			})
			if err == nil && broken > 0 {
				err = errAuditBroken
			}
			return err
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().StringArrayVar(&kept, "checkpoint", nil, "SERVICE/NUMBER=SHA256 of a checkpoint, from the log of the service; repeatable")
	return cmd
}

// keptHashes reads hashes of checkpoints, by service and number.
func keptHashes(kept []string) (map[string]map[int64][]byte, error) {
	all := map[string]map[int64][]byte{}
	for _, text := range kept {
		place, sum, _ := strings.Cut(text, "=")
		service, count, _ := strings.Cut(place, "/")
		number, numberErr := strconv.ParseInt(count, 10, 64)
		hash, hashErr := hex.DecodeString(sum)
		if service == "" || errors.Join(numberErr, hashErr) != nil || number < 1 || len(hash) != 32 {
			return nil, fmt.Errorf("--checkpoint %q: write SERVICE/NUMBER=SHA256, such as assessment/12= and 64 hex digits", text)
		}
		if all[service] == nil {
			all[service] = map[int64][]byte{}
		}
		all[service][number] = hash
	}
	return all, nil
}

func printAudit(out io.Writer, service string, r audit.Report) {
	for _, b := range r.Broken {
		_, _ = fmt.Fprintf(out, "%-10s  %s\n", service, b.Error())
	}
	state := "intact"
	if len(r.Broken) > 0 {
		state = "BROKEN"
	}
	last := "no checkpoint yet"
	if r.Last.Number > 0 {
		last = fmt.Sprintf("checkpoint %d of %s is %x", r.Last.Number, r.Last.Time.Format(time.RFC3339), r.Last.Hash)
	}
	_, _ = fmt.Fprintf(out, "%-10s  %s: %d chains, %d entries; %s\n", service, state, r.Chains, r.Entries, last)
}
