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
		Short: "create an administrator in the database of identity; reads the password from standard input",
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
	cmd.Flags().StringVar(&name, "name", "Quản trị viên", "the name that people see")
	cmd.Flags().StringVar(&authority, "authority", "", "the authority to administer; empty: all of them")
	return cmd
}

// onAccount returns a command that changes the account with a login.
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
	return onAccount("reset-password", "give an account a new password, end its sessions and unlock it; reads the password from standard input",
		func(ctx context.Context, cmd *cobra.Command, c identity.Config, login string) error {
			password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return identity.ResetPassword(ctx, c, login, password, time.Now())
		})
}

func confirmRoles() *cobra.Command {
	return onAccount("confirm-roles", "let the roles of an account that wait for a second person count",
		func(ctx context.Context, _ *cobra.Command, c identity.Config, login string) error {
			return identity.ConfirmRoles(ctx, c, login, time.Now())
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
