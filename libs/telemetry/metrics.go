package telemetry

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Gauge returns a gauge whose value comes from the database: count is called for
// each scrape and has at most one second. After a failure the value is NaN, which
// help should mention.
func Gauge[N int | int64](name, help string, count func(context.Context) (N, error)) prometheus.GaugeFunc {
	return LabeledGauge(name, help, nil, count)
}

// LabeledGauge is Gauge with labels whose values do not change.
func LabeledGauge[N int | int64](name, help string, labels prometheus.Labels, count func(context.Context) (N, error)) prometheus.GaugeFunc {
	opts := prometheus.GaugeOpts{Name: name, Help: help + "; NaN while the database is away.", ConstLabels: labels}
	return prometheus.NewGaugeFunc(opts, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second) // a scrape brings none
		defer cancel()
		n, err := count(ctx)
		if err != nil {
			return math.NaN()
		}
		return float64(n)
	})
}

// LeaderboardReads returns the counter of leaderboards served, by the copy that served
// them (decision 7). The gateway counts "memory", scoring "redis" and "postgres".
func LeaderboardReads() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parindex_leaderboard_reads_total", Help: "Leaderboards served, by the copy that served them.",
	}, []string{"source"})
}

// buildInfo returns the metric that tells which build runs. Its value is always 1.
func buildInfo(version string) prometheus.Collector {
	revision := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "parindex_build_info", Help: "The build that runs; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
}
