package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/parindex/parindex/deploy/rest"
)

func login() *cobra.Command {
	var c rest.Config
	cmd := &cobra.Command{
		Use: "login LOGIN", Args: cobra.ExactArgs(1),
		Short: "read a password and keep a session in --token-file",
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.TokenFile == "" {
				return errors.New("where shall the session go? Name a file with --token-file or PARINDEX_TOKEN_FILE")
			}
			password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := rest.LogIn(cmd.Context(), c, args[0], password); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "logged in as %s; the session is kept in %s\n", args[0], c.TokenFile)
			return err
		},
	}
	c.Flags(cmd.Flags())
	return cmd
}

// readPassword asks for a password on a terminal, without showing it, or reads
// one line from anything else.
func readPassword(in io.Reader, prompt io.Writer) (string, error) {
	var password string
	if file, ok := in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		_, _ = fmt.Fprint(prompt, "Password: ")
		typed, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(prompt)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		password = string(typed)
	} else {
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		password = strings.TrimRight(line, "\r\n")
	}
	if password == "" {
		return "", errors.New("no password was given on standard input")
	}
	return password, nil
}
