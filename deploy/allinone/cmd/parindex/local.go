package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/identity"
)

func createAdmin() *cobra.Command {
	var c identity.Config
	var name, authority string
	cmd := &cobra.Command{
		Use: "create-admin LOGIN", Args: cobra.ExactArgs(1),
		Short: "make an administrator's account in the database of identity; the password comes from standard input",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.DB.Resolve("identity"); err != nil {
				return err
			}
			password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			person := identity.Person{Login: args[0], DisplayName: name, Password: password, Authority: authority}
			return identity.CreateAdministrator(cmd.Context(), c, person, time.Now())
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().StringVar(&name, "name", "Quản trị viên", "the name on screen")
	cmd.Flags().StringVar(&authority, "authority", "", "the authority to administer; empty: all")
	return cmd
}

func createServiceAccount() *cobra.Command {
	var c identity.Config
	var authority, agency string
	cmd := &cobra.Command{
		Use: "create-service-account NAME", Args: cobra.ExactArgs(1),
		Short: "make a service account in the database of identity and print its secret, this once",
		Long: "Without --authority NAME is one of the platform's own services (scoring, survey, …); " +
			"with it, the software of another agency, with the role SYSTEM there.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.DB.Resolve("identity"); err != nil {
				return err
			}
			account := identity.ServiceAccount{Name: args[0], Authority: authority, Agency: agency}
			secret, err := identity.CreateServiceAccount(cmd.Context(), c, account, time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
			return err
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().StringVar(&authority, "authority", "", "the authority the account counts for")
	cmd.Flags().StringVar(&agency, "agency", "", "the agency the account counts for; empty: all of the authority")
	return cmd
}

func newSigningKey() *cobra.Command {
	return &cobra.Command{
		Use: "new-signing-key FILE", Args: cobra.ExactArgs(1),
		Short: "make the key with which identity signs tokens",
		RunE:  func(_ *cobra.Command, args []string) error { return identity.NewSigningKeyFile(args[0]) },
	}
}
