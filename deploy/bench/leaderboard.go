package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	connections = 64
	leaderboard = "/v1/authorities/bench/cycles/2023/leaderboards/districts"
)

// leaderboards measures how fast one leaderboard is read, beside a bare handler
// and nginx that give the same bytes.
func (b *bench) leaderboards(ctx context.Context, out io.Writer) error {
	body, etag, err := fetch(ctx, "http://"+b.platform.HTTP+leaderboard)
	if err != nil {
		return err
	}
	// A gateway that can keep nothing has every answer from scoring, out of Redis.
	forgetful, err := b.startPlatform(ctx, "forgetful", append(slices.Clone(b.environment), "PARINDEX_LEADERBOARD_MEMORY=1"))
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
	url := "http://" + b.platform.HTTP + leaderboard
	contenders := []contender{
		{name: "bare handler", url: "http://" + bareAddress + "/"},
		{name: "nginx", url: "http://" + nginxAddress + "/leaderboard.json"},
		{name: "parindex", url: url},
		{name: "parindex gzip", url: url, header: "Accept-Encoding: gzip"},
		{name: "by Redis", url: "http://" + forgetful.HTTP + leaderboard, header: "Accept-Encoding: gzip"},
		{name: "parindex 304", url: url, header: "If-None-Match: " + etag},
	}
	// Rounds alternate, so that whatever else the machine does hits all alike.
	for range b.rounds {
		for i := range contenders {
			if err := b.measure(ctx, &contenders[i]); err != nil {
				return err
			}
		}
	}
	return report(out, contenders, len(body), b.rounds)
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

func report(out io.Writer, contenders []contender, size, rounds int) error {
	bare, nginx := median(contenders[0].rates), median(contenders[1].rates)
	byMemory, byRedis := median(contenders[3].rates), median(contenders[4].rates)
	var b strings.Builder
	fmt.Fprintf(&b, "leaderboard, 47 agencies × 8 domains, %d bytes, %d connections, medians of %d rounds\n\n", size, connections, rounds)
	fmt.Fprintf(&b, "| %-13s | %9s | %9s | %6s | %7s |\n|---|---|---|---|---|\n", "", "answers/s", "p99", "/ bare", "/ nginx")
	for _, c := range contenders {
		rate := median(c.rates)
		fmt.Fprintf(&b, "| %-13s | %9.0f | %9s | %6.2f | %7.2f |\n", c.name, rate, median(c.p99), rate/bare, rate/nginx)
	}
	fmt.Fprintf(&b, "\nby Redis / by memory, both gzip: %.2f\n\n", byRedis/byMemory)
	_, err := io.WriteString(out, b.String())
	return err
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
