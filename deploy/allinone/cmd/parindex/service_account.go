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
		Short: "create a service account in the database of identity and print its secret, which cannot be shown again",
		Long: "Without --authority, NAME is a service of the platform (scoring, survey, …). " +
			"With it, the account is for another agency's software and has the role SYSTEM in that authority.",
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
	cmd.Flags().StringVar(&authority, "authority", "", "the authority in which the account has its role")
	cmd.Flags().BoolVar(&replace, "replace", false, "give an existing account a new secret; the old one is no longer accepted")
	cmd.Flags().StringVar(&agency, "agency", "", "the agency for which the account may act; empty: all of the authority")
	return cmd
}
