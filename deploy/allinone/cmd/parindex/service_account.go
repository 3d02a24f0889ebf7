package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/identity"
)

func createServiceAccount() *cobra.Command {
	var c identity.Config
	var authority, agency string
	var replace bool
	cmd := &cobra.Command{
		Use: "create-service-account NAME", Args: cobra.ExactArgs(1),
		Short: "make a service account in the database of identity and print its secret, this once",
		Long: "Without --authority NAME is one of the platform's own services (scoring, survey, …); " +
			"with it, the software of another agency, with the role SYSTEM there.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.DB.Resolve("identity"); err != nil {
				return err
			}
			create := identity.CreateServiceAccount
			if replace {
				create = identity.ReplaceSecret
			}
			account := identity.ServiceAccount{Name: args[0], Authority: authority, Agency: agency}
			secret, err := create(cmd.Context(), c, account, time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
			return err
		},
	}
	identity.Spec(&c).Flags(cmd.Flags())
	cmd.Flags().StringVar(&authority, "authority", "", "the authority the account counts for")
	cmd.Flags().BoolVar(&replace, "replace", false, "the account exists: give it a new secret, the old one opens nothing from then on")
	cmd.Flags().StringVar(&agency, "agency", "", "the agency the account counts for; empty: all of the authority")
	return cmd
}
