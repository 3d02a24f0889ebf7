package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
	"golang.org/x/term"

	"github.com/parindex/parindex/deploy/rest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// remote makes a command that calls the gateway.
func remote(use, short string, args cobra.PositionalArgs, call func(context.Context, *rest.Client, []string, io.Writer) error) *cobra.Command {
	var c rest.Config
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		client, err := rest.New(c)
		if err != nil {
			return err
		}
		return call(cmd.Context(), client, args, cmd.OutOrStdout())
	}}
	c.Flags(cmd.Flags())
	return cmd
}

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

func importCatalog(ctx context.Context, client *rest.Client, authority string, content []byte, dryRun bool) (*catalogv1.ImportCatalogResponse, error) {
	answer := new(catalogv1.ImportCatalogResponse)
	return answer, client.Call(ctx, http.MethodPost, "/v1/authorities/"+authority+":importCatalog",
		&catalogv1.ImportCatalogRequest{Content: content, ValidateOnly: dryRun, RequestId: uuid.NewString()}, answer)
}

func historyCommand() *cobra.Command {
	group := &cobra.Command{Use: "history", Short: "published results of earlier years"}
	var dryRun bool
	var notice string
	imports := remote("import FILE", "import and publish a history file, whole or not at all", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			content, header, err := read(args[0])
			if err != nil {
				return err
			}
			if header.cycle == "" {
				return fmt.Errorf("%s is no history file: it names no cycle", args[0])
			}
			request := &scoringv1.ImportHistoryRequest{Content: content, Notice: notice, ValidateOnly: dryRun}
			answer, err := importHistory(ctx, client, header.authority, header.cycle, request)
			if err != nil {
				return err
			}
			cycle := answer.GetPublishedCycle()
			_, err = fmt.Fprintf(out, "%s%s, %s: version %d, decision %s of %s\n", tried(dryRun), cycle.GetAuthorityName(), cycle.GetCycleName(),
				cycle.GetPublication().GetVersion(), cycle.GetPublication().GetDecisionNumber(), cycle.GetPublication().GetDecisionDate())
			return err
		})
	imports.Flags().BoolVar(&dryRun, "dry-run", false, "check only, store nothing")
	imports.Flags().StringVar(&notice, "notice", "", "why these results replace the published ones")
	group.AddCommand(imports)
	return group
}

func importHistory(ctx context.Context, client *rest.Client, authority, cycle string, request *scoringv1.ImportHistoryRequest) (*scoringv1.ImportHistoryResponse, error) {
	request.RequestId = uuid.NewString()
	answer := new(scoringv1.ImportHistoryResponse)
	return answer, client.Call(ctx, http.MethodPost, "/v1/authorities/"+authority+"/cycles/"+cycle+":importHistory", request, answer)
}

func tried(dryRun bool) string {
	if dryRun {
		return "nothing stored; would be: "
	}
	return ""
}

// header is what the address of an import is made of. The server checks it
// against the address, and everything else: that a key stands twice, too.
type header struct{ authority, cycle string }

var slug = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`)

func read(path string) ([]byte, header, error) {
	var h header
	content, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, h, fmt.Errorf("reading the import file: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, h, fmt.Errorf("%s is no import file: %w", path, err)
	}
	// Both "authority: x" and "authority: {id: x}".
	authority := at(&document, "authority")
	h.authority, h.cycle = cmp.Or(authority.Value, at(authority, "id").Value), at(&document, "cycle").Value
	// Both become parts of an address; what else is wrong with them the server tells.
	if !slug.MatchString(h.authority) || (h.cycle != "" && !slug.MatchString(h.cycle)) {
		return nil, h, fmt.Errorf("%s is no import file: it names no authority, or one or a cycle that is no id such as soc-trang or 2023", path)
	}
	return content, h, nil
}

func leaderboard() *cobra.Command {
	return remote("leaderboard AUTHORITY CYCLE [GROUP]", "print published leaderboards as tables", cobra.RangeArgs(2, 3),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			groups := args[2:]
			if len(groups) == 0 {
				published, err := publishedGroups(ctx, client, args[0], args[1])
				if err != nil {
					return err
				}
				groups = published
			}
			return printLeaderboards(ctx, client, out, args[0], args[1], groups)
		})
}

func publishedGroups(ctx context.Context, client *rest.Client, authority, cycle string) ([]string, error) {
	answer := new(scoringv1.ListPublishedCyclesResponse)
	if err := client.Call(ctx, http.MethodGet, "/v1/publishedCycles?pageSize=200&authority="+authority, nil, answer); err != nil {
		return nil, err
	}
	var groups []string
	for _, c := range answer.GetPublishedCycles() {
		if c.GetCycle() != cycle {
			continue
		}
		for _, g := range c.GetGroups() {
			groups = append(groups, g.GetId())
		}
	}
	if len(groups) == 0 {
		return nil, fmt.Errorf("nothing is published for %s %s", authority, cycle)
	}
	return groups, nil
}

func printLeaderboards(ctx context.Context, client *rest.Client, out io.Writer, authority, cycle string, groups []string) error {
	for _, group := range groups {
		board := new(scoringv1.Leaderboard)
		if err := client.Call(ctx, http.MethodGet, "/v1/authorities/"+authority+"/cycles/"+cycle+"/leaderboards/"+group, nil, board); err != nil {
			return err
		}
		if err := rest.WriteLeaderboard(out, board); err != nil {
			return err
		}
	}
	return nil
}
