// Command bench measures the platform beside its yardsticks in one run and
// prints ratios: absolute figures of a shared machine wander, ratios taken side
// by side do not.
//
// It starts everything it measures itself, on loopback, in bounded rounds:
// bench -parindex bin/parindex -wrk … -nginx … -postgresql …, with PARINDEX_DSN
// naming a PostgreSQL of bench's own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"time"
)

func main() {
	var b bench
	flag.StringVar(&b.parindex, "parindex", "bin/parindex", "the program to measure")
	flag.StringVar(&b.wrk, "wrk", "wrk", "wrk")
	flag.StringVar(&b.nginx, "nginx", "nginx", "nginx")
	flag.StringVar(&b.postgresql, "postgresql", "", "the folder of psql and pgbench")
	flag.StringVar(&b.only, "only", "", "measure leaderboards, entries, responses or province only")
	flag.IntVar(&b.rounds, "rounds", 3, "how often everything is measured; the tables print medians")
	flag.DurationVar(&b.length, "length", 4*time.Second, "length of one round of leaderboards")
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

type bench struct {
	parindex, wrk, nginx, postgresql, only string
	rounds                                 int
	length                                 time.Duration

	folder      string
	key         string   // file of the signing key
	dsn         string   // of the database of this run
	environment []string // of all programs
	platform    platform
	postmaster  int // PostgreSQL's first process; 0: not looked for
	stops       []func() error
}

func (b *bench) run(ctx context.Context, out io.Writer) (err error) {
	if b.folder, err = os.MkdirTemp("", "parindex-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop(), os.RemoveAll(b.folder)) }()
	if err := b.makeKey(ctx); err != nil {
		return err
	}
	for _, run := range []struct {
		named []string
		run   func(context.Context, io.Writer) error
	}{{[]string{"leaderboards", "entries", "responses"}, b.compareAll}, {[]string{"province"}, b.province}} {
		if b.only != "" && !slices.Contains(run.named, b.only) {
			continue
		}
		err := b.apart(func() error {
			if err := b.prepare(ctx); err != nil {
				return err
			}
			return run.run(ctx, out)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// compareAll measures the platform beside its yardsticks.
func (b *bench) compareAll(ctx context.Context, out io.Writer) error {
	memory, others, err := quiet(ctx, b.platform.pid)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d cores, of which others use %.0f %%\nidle memory of everything in one process: %d MB resident\n\n",
		runtime.NumCPU(), others, memory)
	if err != nil {
		return err
	}
	if err := b.openCycles(ctx); err != nil {
		return err
	}
	for _, m := range []struct {
		name    string
		measure func(context.Context, io.Writer) error
	}{{"leaderboards", b.leaderboards}, {"entries", b.entries}, {"responses", b.responses}} {
		if b.only != "" && b.only != m.name {
			continue
		}
		if err := b.apart(func() error { return m.measure(ctx, out) }); err != nil {
			return err
		}
	}
	return nil
}

// prepare starts the platform on an empty database and gives it its data.
func (b *bench) prepare(ctx context.Context) (err error) {
	if err := b.createDatabase(ctx); err != nil {
		return err
	}
	b.setEnvironment()
	if b.platform, err = b.startPlatform(ctx, "platform", b.environment); err != nil {
		return err
	}
	return b.load(ctx)
}

// apart runs f and stops what it started, so that measurements do not disturb
// each other.
func (b *bench) apart(f func() error) error {
	kept := b.stops
	b.stops = nil
	err := errors.Join(f(), b.stop())
	b.stops = kept
	return err
}

// stop stops what was started, the last first.
func (b *bench) stop() (err error) {
	for _, stop := range slices.Backward(b.stops) {
		err = errors.Join(err, stop())
	}
	b.stops = nil
	return err
}

func median[T float64 | time.Duration](xs []T) T {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[len(sorted)/2]
}
