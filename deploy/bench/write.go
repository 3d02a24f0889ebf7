package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// writeLength is how long a round of writes takes. pgbench counts whole seconds,
// in the first of which it also connects.
const writeLength = time.Second

// errSpent ends the calls of a client that has nothing left to write.
var errSpent = errors.New("nothing left to write")

// matter is something that the platform writes, and PostgreSQL without it.
type matter struct {
	// title says what it is, unit what there are so many of in a second.
	title, unit string
	// clients are how many write at the same time, one round after another.
	clients []int
	// stock is called before a round of rest or grpc with its number of clients.
	stock func(ctx context.Context, clients int) error
	// rest and grpc write once, as a client that counts from 0.
	rest, grpc func(ctx context.Context, client int) error
	// script is a file of pgbench, one transaction long.
	script string
}

// compared is what was measured with some clients.
type compared struct{ rest, grpc, pgbench tally }

// tally is what one contender did, by round.
type tally struct {
	rates []float64       // writes in a second
	p99   []time.Duration // how long 99 of 100 took at most; pgbench does not tell
	// What one write took of the processors' time.
	parindex, postgresql []time.Duration
}

// round is what a contender did in one round.
type round struct {
	writes int
	rate   float64
	p99    time.Duration
}

// compare measures a matter and prints a table. Contenders take turns in every
// round, so that whatever else the machine does hits all alike.
func (b *bench) compare(ctx context.Context, out io.Writer, m matter) error {
	results := make([]compared, len(m.clients))
	for range b.rounds {
		for i, clients := range m.clients {
			for _, contender := range []struct {
				tally *tally
				write func(context.Context, int) error
			}{{&results[i].rest, m.rest}, {&results[i].grpc, m.grpc}} {
				if err := m.stock(ctx, clients); err != nil {
					return err
				}
				err := b.count(ctx, contender.tally, func() (round, error) { return volley(ctx, clients, contender.write) })
				if err != nil {
					return fmt.Errorf("%s: %w", m.title, err)
				}
			}
			err := b.count(ctx, &results[i].pgbench, func() (round, error) { return b.pgbench(ctx, m.script, clients) })
			if err != nil {
				return err
			}
		}
	}
	return m.report(out, results, b.rounds)
}

// count adds a round to a tally.
func (b *bench) count(ctx context.Context, t *tally, play func() (round, error)) error {
	before, err := b.processors(ctx)
	if err != nil {
		return err
	}
	r, err := play()
	if err != nil {
		return err
	}
	after, err := b.processors(ctx)
	if err != nil {
		return err
	}
	t.rates, t.p99 = append(t.rates, r.rate), append(t.p99, r.p99)
	t.parindex = append(t.parindex, (after.parindex-before.parindex)/time.Duration(r.writes))
	t.postgresql = append(t.postgresql, (after.postgresql-before.postgresql)/time.Duration(r.writes))
	return nil
}

// volley lets clients write until the round is over, each again as soon as it is
// answered.
func volley(ctx context.Context, clients int, write func(context.Context, int) error) (round, error) {
	took, errs := make([][]time.Duration, clients), make([]error, clients)
	var wg sync.WaitGroup
	begin := time.Now()
	for client := range clients {
		wg.Go(func() {
			for at := begin; at.Sub(begin) < writeLength; {
				if errs[client] = write(ctx, client); errs[client] != nil {
					return
				}
				now := time.Now()
				took[client] = append(took[client], now.Sub(at))
				at = now
			}
		})
	}
	wg.Wait()
	length := time.Since(begin)
	for _, err := range errs {
		if err != nil && !errors.Is(err, errSpent) {
			return round{}, err
		}
	}
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	if len(all) == 0 {
		return round{}, errSpent
	}
	return round{writes: len(all), rate: float64(len(all)) / length.Seconds(), p99: all[len(all)*99/100]}, nil
}

var (
	rateDone     = regexp.MustCompile(`tps = ([0-9.]+) \(without initial connection time\)`)
	transactions = regexp.MustCompile(`number of transactions actually processed: ([1-9]\d*)`)
	failed       = regexp.MustCompile(`number of failed transactions: [1-9].*`)
)

// pgbench runs a script for a round. As the services do it prepares every
// statement once.
func (b *bench) pgbench(ctx context.Context, script string, clients int) (r round, err error) {
	command := exec.CommandContext(ctx, filepath.Join(b.postgresql, "pgbench"), "--no-vacuum", "--protocol=prepared", //nolint:gosec // named by the caller
		"--file="+script, "--client="+strconv.Itoa(clients), "--jobs="+strconv.Itoa(min(clients, runtime.NumCPU())),
		"--time="+strconv.Itoa(1+int(writeLength.Seconds())), b.dsn)
	output, err := command.CombinedOutput()
	if err != nil {
		return r, fmt.Errorf("pgbench: %w: %s", err, output)
	}
	done, rate := transactions.FindSubmatch(output), rateDone.FindSubmatch(output)
	if bad := failed.Find(output); bad != nil || done == nil || rate == nil {
		return r, fmt.Errorf("pgbench: %s\n%s", bad, output)
	}
	if r.writes, err = strconv.Atoi(string(done[1])); err != nil {
		return r, err
	}
	r.rate, err = strconv.ParseFloat(string(rate[1]), 64)
	return r, err
}

func (m matter) report(out io.Writer, results []compared, rounds int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s/s, medians of %d rounds of %s\n\n", m.title, m.unit, rounds, writeLength)
	fmt.Fprintf(&b, "| %7s | %6s | %8s | %6s | %8s | %7s | %14s | %14s |\n|---|---|---|---|---|---|---|---|\n",
		"clients", "REST", "p99", "gRPC", "p99", "pgbench", "REST / pgbench", "gRPC / pgbench")
	for i, r := range results {
		rest, grpc, pgbench := median(r.rest.rates), median(r.grpc.rates), median(r.pgbench.rates)
		fmt.Fprintf(&b, "| %7d | %6.0f | %8s | %6.0f | %8s | %7.0f | %14.2f | %14.2f |\n", m.clients[i],
			rest, milliseconds(median(r.rest.p99)), grpc, milliseconds(median(r.grpc.p99)), pgbench, rest/pgbench, grpc/pgbench)
	}
	fmt.Fprintf(&b, "\nprocessor time of one, µs\n\n| %7s | %14s | %14s | %16s | %16s | %19s | %14s |\n|---|---|---|---|---|---|---|\n",
		"clients", "parindex, REST", "parindex, gRPC", "PostgreSQL, REST", "PostgreSQL, gRPC", "PostgreSQL, pgbench", "gRPC / pgbench")
	for i, r := range results {
		grpc, pgbench := median(r.grpc.postgresql), median(r.pgbench.postgresql)
		fmt.Fprintf(&b, "| %7d | %14d | %14d | %16d | %16d | %19d | %14.2f |\n", m.clients[i],
			median(r.rest.parindex).Microseconds(), median(r.grpc.parindex).Microseconds(),
			median(r.rest.postgresql).Microseconds(), grpc.Microseconds(), pgbench.Microseconds(), float64(grpc)/float64(pgbench))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(out, b.String())
	return err
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// browser calls the gateway as many do at once. Its requests are written and read
// with little effort, because it works on the cores that are measured.
var browser = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// send sends JSON and reads the answer's into answer.
func send(ctx context.Context, method, url, token string, body []byte, answer any) (err error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := browser.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d: %s", url, response.StatusCode, content)
	}
	return json.Unmarshal(content, answer)
}
