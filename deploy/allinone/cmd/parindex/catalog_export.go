package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/catalog/pack"
)

func export() *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "export PACK|FILE [OUT]", Args: cobra.RangeArgs(1, 2), Short: "write a whole regulation to a file (.yaml or .xlsx) or to standard output",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := out.setName(strings.Join(args[1:], "")); err != nil {
				return err
			}
			write := pack.WriteRegulation
			if out.format == xlsxFormat {
				write = pack.WriteWorkbook
			}
			file, err := interruptible(cmd.Context(), func() ([]byte, error) {
				p, err := openRegulation(args[0])
				if err != nil {
					return nil, err
				}
				if p == nil {
					return nil, fmt.Errorf("%s is a catalog file, which holds no regulation", args[0])
				}
				return write(p.Content)
			})
			if err != nil {
				return err
			}
			return out.write(cmd.OutOrStdout(), file)
		},
	}
	out.flags(cmd)
	return cmd
}
