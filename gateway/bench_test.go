package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// BenchmarkLeaderboard compares the leaderboard, with its log line and metrics,
// with a handler that only writes the same bytes: 64 connections, a client as
// cheap as it can be. The ratio of the two within one run is the figure.
func BenchmarkLeaderboard(b *testing.B) {
	for _, encoding := range []string{"identity", "gzip"} {
		body := plain(first, "districts")
		if encoding == "gzip" {
			body = zip(plain(first, "districts"))
		}
		bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body)
		})
		b.Run(encoding+"/bare", func(b *testing.B) { measure(b, &http.Server{Handler: bare, ReadHeaderTimeout: time.Minute}, encoding) })
		b.Run(encoding+"/gateway", func(b *testing.B) { measure(b, gateway.NewServer(open(b)), encoding) })
	}
}

// open returns a gateway as it runs, its log written to nowhere.
func open(b *testing.B) *gateway.Gateway {
	b.Helper()
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = nowhere.Close() })
	conn, _ := serve(b, &clock{at: time.Now()}, func(s *rpc.Server) { scoringv1.RegisterScoringServiceServer(s, newScoring()) })
	g, err := gateway.Open(b.Context(), gateway.Config{}, service.Deps{
		Logger: slog.New(slog.NewJSONHandler(nowhere, nil)), Now: time.Now, Metrics: prometheus.NewRegistry(),
		Dial: always(conn),
	})
	if err != nil {
		b.Fatal(err)
	}
	return g
}

func measure(b *testing.B, s *http.Server, encoding string) {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	defer func() { _ = s.Close() }()
	request := "GET " + districts + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: " + encoding + "\r\n\r\n"
	b.ReportAllocs()
	b.SetParallelism(32) // 64 connections on two cores
	before := processorTime(b)
	defer func() {
		// Time of the processors, client included, does not wander with what else runs.
		b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
	}()
	b.RunParallel(func(pb *testing.PB) {
		conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", l.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		r := bufio.NewReaderSize(conn, 64<<10)
		for pb.Next() {
			if _, err := io.WriteString(conn, request); err != nil {
				b.Error(err)
				return
			}
			if err := skip(r); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// skip reads one answer and throws it away.
func skip(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := r.Discard(length)
			return err
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if _, err := fmt.Sscan(value, &length); err != nil {
				return err
			}
		}
	}
}
