// Command bench measures the platform beside its yardsticks in one run and
// prints ratios: absolute figures of a shared machine wander, ratios taken side
// by side do not.
//
// It starts everything it measures itself, on loopback, in bounded rounds:
// bench -parindex bin/parindex -wrk … -nginx …, with PARINDEX_DSN set.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	rounds      = 3
	connections = 64
	leaderboard = "/v1/authorities/bench/cycles/2023/leaderboards/districts"
)

func main() {
	var b bench
	flag.StringVar(&b.parindex, "parindex", "bin/parindex", "the program to measure")
	flag.StringVar(&b.wrk, "wrk", "wrk", "wrk")
	flag.StringVar(&b.nginx, "nginx", "nginx", "nginx")
	flag.DurationVar(&b.length, "length", 4*time.Second, "length of one round")
	bare := flag.String("bare", "", "serve this file from memory on a free port and print the address; used by bench itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *bare != "" {
		err = serveBare(*bare)
	} else {
		err = b.run(ctx, os.Stdout)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to defer
	}
}

// serveBare is the yardstick: the same bytes, from memory, and nothing else.
func serveBare(file string) error {
	body, err := os.ReadFile(file) //nolint:gosec // bench's own file
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.Stdout, l.Addr()); err != nil {
		return err
	}
	length := strconv.Itoa(len(body))
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(body)
	})}
	return server.Serve(l)
}

type bench struct {
	parindex, wrk, nginx string
	length               time.Duration

	folder string
	stops  []func() error
}

func (b *bench) run(ctx context.Context, out io.Writer) (err error) {
	if b.folder, err = os.MkdirTemp("", "parindex-bench-"); err != nil {
		return err
	}
	defer func() {
		for _, stop := range slices.Backward(b.stops) {
			err = errors.Join(err, stop())
		}
		err = errors.Join(err, os.RemoveAll(b.folder))
	}()
	environment, err := b.environment(ctx)
	if err != nil {
		return err
	}
	address, pid, err := b.startPlatform(ctx, "platform", environment)
	if err != nil {
		return err
	}
	if err := b.load(ctx, "http://"+address, environment); err != nil {
		return err
	}
	body, etag, err := fetch(ctx, "http://"+address+leaderboard)
	if err != nil {
		return err
	}
	idle, err := idleMemory(ctx, pid)
	if err != nil {
		return err
	}
	// A gateway that can keep nothing has every answer from scoring, out of Redis.
	forgetful, _, err := b.startPlatform(ctx, "forgetful", append(slices.Clone(environment), "PARINDEX_LEADERBOARD_MEMORY=1"))
	if err != nil {
		return err
	}
	file := filepath.Join(b.folder, "leaderboard.json")
	if err := os.WriteFile(file, body, 0o644); err != nil { //nolint:gosec // nginx's worker reads it
		return err
	}
	bareAddress, err := b.startBare(ctx, file)
	if err != nil {
		return err
	}
	nginxAddress, err := b.startNginx(ctx)
	if err != nil {
		return err
	}
	contenders := []contender{
		{name: "bare handler", url: "http://" + bareAddress + "/"},
		{name: "nginx", url: "http://" + nginxAddress + "/leaderboard.json"},
		{name: "parindex", url: "http://" + address + leaderboard},
		{name: "parindex gzip", url: "http://" + address + leaderboard, header: "Accept-Encoding: gzip"},
		{name: "by Redis", url: "http://" + forgetful + leaderboard, header: "Accept-Encoding: gzip"},
		{name: "parindex 304", url: "http://" + address + leaderboard, header: "If-None-Match: " + etag},
	}
	// Rounds alternate, so that whatever else the machine does hits all alike.
	for range rounds {
		for i := range contenders {
			if err := b.measure(ctx, &contenders[i]); err != nil {
				return err
			}
		}
	}
	return report(out, contenders, len(body), idle)
}

// environment makes a signing key and returns the environment of all programs.
func (b *bench) environment(ctx context.Context) ([]string, error) {
	key := filepath.Join(b.folder, "key.pem")
	if err := exec.CommandContext(ctx, b.parindex, "new-signing-key", key).Run(); err != nil { //nolint:gosec // named by the caller
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return append(os.Environ(), "PARINDEX_HTTP_ADDR=127.0.0.1:0", "PARINDEX_IDENTITY_SIGNING_KEY_FILE="+key), nil
}

// startPlatform starts everything in one process.
func (b *bench) startPlatform(ctx context.Context, name string, environment []string) (address string, pid int, err error) {
	ready := filepath.Join(b.folder, name+".json")
	platform := exec.CommandContext(ctx, b.parindex, "up", "--migrate", "--ready-file="+ready) //nolint:gosec // named by the caller
	// The log is written as always, for writing it is part of the work.
	log, err := os.Create(filepath.Join(b.folder, name+".log")) //nolint:gosec // bench's own folder
	if err != nil {
		return "", 0, err
	}
	b.stops = append(b.stops, log.Close)
	platform.Env, platform.Stderr = environment, log
	if err := b.start(platform, os.Interrupt); err != nil {
		return "", 0, err
	}
	var addresses struct{ HTTP string }
	err = eventually(ctx, func() error {
		content, err := os.ReadFile(ready) //nolint:gosec // bench's own file
		if err != nil {
			return err
		}
		return json.Unmarshal(content, &addresses)
	})
	if err != nil {
		complaints, _ := os.ReadFile(log.Name())
		return "", 0, fmt.Errorf("the platform does not get ready: %w\n%s", err, complaints)
	}
	return addresses.HTTP, platform.Process.Pid, nil
}

// load makes an administrator and imports a synthetic cycle of 47 agencies and 8
// domains, as a user would.
func (b *bench) load(ctx context.Context, url string, environment []string) error {
	catalog, history := synthetic()
	files := map[string]string{"catalog.yaml": catalog, "history.yaml": history}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(b.folder, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	login := fmt.Sprintf("bench-%d", os.Getpid())
	token := filepath.Join(b.folder, "token")
	for _, arguments := range [][]string{
		{"create-admin", login},
		{"login", login},
		{"catalog", "import", filepath.Join(b.folder, "catalog.yaml")},
		{"history", "import", filepath.Join(b.folder, "history.yaml")},
	} {
		command := exec.CommandContext(ctx, b.parindex, arguments...) //nolint:gosec // named by the caller
		command.Env = append(slices.Clone(environment), "PARINDEX_URL="+url, "PARINDEX_TOKEN_FILE="+token)
		if arguments[0] == "login" || arguments[0] == "create-admin" {
			command.Stdin = strings.NewReader("a password for bench\n")
		} else if _, err := os.Stat(token); err != nil {
			return err
		}
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("parindex %s: %w: %s", strings.Join(arguments, " "), err, output)
		}
	}
	return nil
}

func (b *bench) startBare(ctx context.Context, file string) (string, error) {
	bare := exec.CommandContext(ctx, os.Args[0], "-bare", file) //nolint:gosec // itself
	stdout, err := bare.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := b.start(bare, os.Kill); err != nil {
		return "", err
	}
	var address string
	_, err = fmt.Fscanln(stdout, &address)
	return address, err
}

// startNginx serves the folder's file as the usual static server would: one
// worker per core, sendfile, open files cached, no access log.
func (b *bench) startNginx(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return "", err
	}
	configuration := fmt.Sprintf(`daemon off; worker_processes auto; pid %[1]s/nginx.pid; error_log stderr error;
user root;
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 1000000000;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
	types { application/json json; }
	server { listen %[2]s; root %[1]s; }
}`, b.folder, address)
	if os.Getuid() != 0 {
		configuration = strings.Replace(configuration, "user root;\n", "", 1)
	}
	file := filepath.Join(b.folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return "", err
	}
	nginx := exec.CommandContext(ctx, b.nginx, "-e", "stderr", "-p", b.folder, "-c", file) //nolint:gosec // named by the caller
	nginx.Stderr = os.Stderr
	if err := b.start(nginx, os.Interrupt); err != nil {
		return "", err
	}
	return address, eventually(ctx, func() error {
		_, _, err := fetch(ctx, "http://"+address+"/leaderboard.json")
		return err
	})
}

func (b *bench) start(command *exec.Cmd, signal os.Signal) error {
	command.Cancel = func() error { return command.Process.Signal(signal) }
	command.WaitDelay = 20 * time.Second
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", command.Path, err)
	}
	b.stops = append(b.stops, func() error {
		if err := command.Process.Signal(signal); err != nil {
			return err
		}
		_ = command.Wait() // ended by our signal
		return nil
	})
	return nil
}

// contender is one thing measured.
type contender struct {
	name, url, header string
	rates             []float64 // answers per second, by round
	p99               []time.Duration
}

var (
	rateLine = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	p99Line  = regexp.MustCompile(`99%\s+([0-9.]+)(us|ms|s)`)
	badLine  = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

func (b *bench) measure(ctx context.Context, c *contender) error {
	arguments := []string{"-t1", "-c" + strconv.Itoa(connections), "-d" + b.length.String(), "--latency"}
	if c.header != "" {
		arguments = append(arguments, "-H", c.header)
	}
	output, err := exec.CommandContext(ctx, b.wrk, append(arguments, c.url)...).Output() //nolint:gosec // named by the caller
	if err != nil {
		return fmt.Errorf("measuring %s: %w", c.name, err)
	}
	rate, p99 := rateLine.FindSubmatch(output), p99Line.FindSubmatch(output)
	if bad := badLine.Find(output); bad != nil || rate == nil || p99 == nil {
		return fmt.Errorf("measuring %s: %s\n%s", c.name, bad, output)
	}
	perSecond, err := strconv.ParseFloat(string(rate[1]), 64)
	if err != nil {
		return err
	}
	latency, err := time.ParseDuration(string(p99[1]) + string(p99[2]))
	c.rates, c.p99 = append(c.rates, perSecond), append(c.p99, latency)
	return err
}

func report(out io.Writer, contenders []contender, size int, idle int) error {
	bare, nginx := median(contenders[0].rates), median(contenders[1].rates)
	byMemory, byRedis := median(contenders[3].rates), median(contenders[4].rates)
	var b strings.Builder
	fmt.Fprintf(&b, "leaderboard, 47 agencies × 8 domains, %d bytes, %d connections, medians of %d rounds\n\n", size, connections, rounds)
	fmt.Fprintf(&b, "| %-13s | %9s | %9s | %6s | %7s |\n|---|---|---|---|---|\n", "", "answers/s", "p99", "/ bare", "/ nginx")
	for _, c := range contenders {
		rate := median(c.rates)
		fmt.Fprintf(&b, "| %-13s | %9.0f | %9s | %6.2f | %7.2f |\n", c.name, rate, median(c.p99), rate/bare, rate/nginx)
	}
	fmt.Fprintf(&b, "\nby Redis / by memory, both gzip: %.2f\n", byRedis/byMemory)
	fmt.Fprintf(&b, "idle memory of everything in one process: %d MB resident\n", idle)
	_, err := io.WriteString(out, b.String())
	return err
}

func median[T float64 | time.Duration](xs []T) T {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[len(sorted)/2]
}

// idleMemory returns the resident memory of a process in MB after ten quiet
// seconds.
func idleMemory(ctx context.Context, pid int) (int, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(10 * time.Second):
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0, errors.New("no VmRSS in /proc")
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	return kilobytes / 1024, err
}

func fetch(ctx context.Context, url string) (_ []byte, etag string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", url, response.StatusCode, body)
	}
	return body, response.Header.Get("Etag"), err
}

func eventually(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) || ctx.Err() != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
