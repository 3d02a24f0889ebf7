package main

import (
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/catalog/pack"
)

func template() *cobra.Command {
	var to output
	cmd := &cobra.Command{
		Use: "template FILE", Args: cobra.ExactArgs(1),
		Short: "write a workbook (.xlsx) with instructions, or a YAML file (.yaml), to fill in, with an example of every kind of rule",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := to.to(args[0]); err != nil {
				return err
			}
			write := pack.TemplateYAML
			if to.format == xlsxFormat {
				write = pack.TemplateWorkbook
			}
			file, err := write()
			if err != nil {
				return err
			}
			return to.write(cmd.OutOrStdout(), file)
		},
	}
	to.flags(cmd)
	return cmd
}
