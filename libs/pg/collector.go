package pg

import (
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

type collector struct {
	pool  *pgxpool.Pool
	stats []stat
}

type stat struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(*pgxpool.Stat) float64
}

// Collector returns the metrics parindex_pg_pool_… of a pool, labelled with its
// application name, so that the pools of one process share a registry.
func Collector(db *pgxpool.Pool) prometheus.Collector {
	labels := prometheus.Labels{"application": db.Config().ConnConfig.RuntimeParams["application_name"]}
	c := &collector{pool: db}
	add := func(name, help string, kind prometheus.ValueType, value func(*pgxpool.Stat) float64) {
		c.stats = append(c.stats, stat{prometheus.NewDesc("parindex_pg_pool_"+name, help, nil, labels), kind, value})
	}
	add("max_connections", "Most connections the pool may open.", prometheus.GaugeValue,
		func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) })
	add("acquired_connections", "Connections in use.", prometheus.GaugeValue,
		func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) })
	add("idle_connections", "Connections open and not in use.", prometheus.GaugeValue,
		func(s *pgxpool.Stat) float64 { return float64(s.IdleConns()) })
	add("constructing_connections", "Connections being opened.", prometheus.GaugeValue,
		func(s *pgxpool.Stat) float64 { return float64(s.ConstructingConns()) })
	add("opened_connections_total", "Connections opened since the start.", prometheus.CounterValue,
		func(s *pgxpool.Stat) float64 { return float64(s.NewConnsCount()) })
	add("acquires_total", "Connections handed out.", prometheus.CounterValue,
		func(s *pgxpool.Stat) float64 { return float64(s.AcquireCount()) })
	add("waited_acquires_total", "Connections handed out that had to be waited for.", prometheus.CounterValue,
		func(s *pgxpool.Stat) float64 { return float64(s.EmptyAcquireCount()) })
	add("wait_seconds_total", "Time spent waiting for a connection.", prometheus.CounterValue,
		func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() })
	add("canceled_acquires_total", "Waits for a connection that the caller gave up.", prometheus.CounterValue,
		func(s *pgxpool.Stat) float64 { return float64(s.CanceledAcquireCount()) })
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, s := range c.stats {
		ch <- s.desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	now := c.pool.Stat()
	for _, s := range c.stats {
		ch <- prometheus.MustNewConstMetric(s.desc, s.kind, s.value(now))
	}
}
