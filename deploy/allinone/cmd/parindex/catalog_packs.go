package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/catalog/pack"
)

func listPacks() *cobra.Command {
	var format *string
	cmd := &cobra.Command{
		Use: "packs", Args: cobra.NoArgs, Short: "list the packs that ship with the platform",
		RunE: func(cmd *cobra.Command, _ []string) error {
			packs, err := pack.All()
			if err != nil {
				return err
			}
			if *format == "json" {
				return writeJSON(cmd.OutOrStdout(), packList(packs))
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, p := range packList(packs).Packs {
				_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", p.Name, p.Revision, p.Completeness, p.SHA256[:12], p.Title)
			}
			return table.Flush()
		},
	}
	format = wordFlag(cmd, "format", "form of the output", "text", "json")
	return cmd
}

type packView struct {
	Name         string `json:"name"`
	Revision     int32  `json:"revision"`
	SHA256       string `json:"sha256"`
	Completeness string `json:"completeness"`
	Title        string `json:"title"`
}

type packsView struct {
	Packs []packView `json:"packs"`
}

func packList(packs []pack.Pack) packsView {
	var list packsView
	for _, p := range packs {
		list.Packs = append(list.Packs, packView{p.Name, p.Revision, p.SHA256, string(p.Content.Completeness), p.Content.Title})
	}
	return list
}
