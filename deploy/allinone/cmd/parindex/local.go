package main

import (
	"context"
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
			if err := identity.CreateAdministrator(cmd.Context(), c, person, time.Now()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is an administrator now\n", args[0])
			return err
		},
	}
	identity.Spec(&c).Flags(cmd.Flags())
	cmd.Flags().StringVar(&name, "name", "Quản trị viên", "the name on screen")
	cmd.Flags().StringVar(&authority, "authority", "", "the authority to administer; empty: all")
	return cmd
}

// onAccount makes a command that changes the account of a login.
func onAccount(use, short string, change func(ctx context.Context, cmd *cobra.Command, c identity.Config, login string) error) *cobra.Command {
	var c identity.Config
	cmd := &cobra.Command{
		Use: use + " LOGIN", Args: cobra.ExactArgs(1), Short: short,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.DB.Resolve("identity"); err != nil {
				return err
			}
			if err := change(cmd.Context(), cmd, c, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: done\n", args[0])
			return err
		},
	}
	identity.Spec(&c).Flags(cmd.Flags())
	return cmd
}

func resetPassword() *cobra.Command {
	return onAccount("reset-password", "give an account a new password, which comes from standard input, end its sessions and unlock it",
		func(ctx context.Context, cmd *cobra.Command, c identity.Config, login string) error {
			password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return identity.ResetPassword(ctx, c, login, password, time.Now())
		})
}

func disableAccount() *cobra.Command {
	return onAccount("disable-account", "forbid an account to log in and end its sessions",
		func(ctx context.Context, _ *cobra.Command, c identity.Config, login string) error {
			return identity.DisableAccount(ctx, c, login, time.Now())
		})
}

func enableAccount() *cobra.Command {
	return onAccount("enable-account", "allow a disabled account to log in again",
		func(ctx context.Context, _ *cobra.Command, c identity.Config, login string) error {
			return identity.EnableAccount(ctx, c, login, time.Now())
		})
}

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

func newSigningKey() *cobra.Command {
	return &cobra.Command{
		Use: "new-signing-key FILE", Args: cobra.ExactArgs(1),
		Short: "make the key with which identity signs tokens",
		RunE:  func(_ *cobra.Command, args []string) error { return identity.NewSigningKeyFile(args[0]) },
	}
}
