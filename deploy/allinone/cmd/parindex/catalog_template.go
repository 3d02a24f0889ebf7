package main

import (
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/catalog/pack"
)

func template() *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use: "template FILE", Args: cobra.ExactArgs(1),
		Short: "write a workbook (.xlsx) with instructions, or a YAML file (.yaml), to fill in, with an example of every kind of rule",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := out.setName(args[0]); err != nil {
				return err
			}
			write := pack.TemplateYAML
			if out.format == xlsxFormat {
				write = pack.TemplateWorkbook
			}
			file, err := write()
			if err != nil {
				return err
			}
			return out.write(cmd.OutOrStdout(), file)
		},
	}
	out.flags(cmd)
	return cmd
}
