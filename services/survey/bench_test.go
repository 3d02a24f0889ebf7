package survey_test

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/servicetest"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// BenchmarkSubmitResponse sends responses of 35 answers over TCP from several clients
// at once, each to an invitation of its own, through the real interceptors to a
// PostgreSQL that waits for its disk. "insert" inserts one row of the same size per
// transaction from as many clients, without the service.
func BenchmarkSubmitResponse(b *testing.B) {
	w, questions := benchWorld(b)
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("insert/c=%d", clients), func(b *testing.B) {
			measure(b, clients, b.N, func(int) error {
				_, err := w.db.Pool.Exec(b.Context(), `insert into bare values ($1, $2, $3)`, uuid.NewString(), make([]int16, questions), make([]byte, 96))
				return err
			})
		})
		b.Run(fmt.Sprintf("survey/c=%d", clients), func(b *testing.B) {
			requests := make([]*surveyv1.SubmitResponseRequest, 0, b.N+1000)
			for len(requests) < b.N {
				for _, token := range w.invite(b, "officials", "so-noi-vu", 1000) {
					requests = append(requests, response(token, answersTo(questions)...))
				}
			}
			measure(b, clients, b.N, func(i int) error {
				_, err := w.SubmitResponse(b.Context(), requests[i])
				return err
			})
		})
	}
}

// benchWorld serves a plan of 35 questions over TCP.
func benchWorld(b *testing.B) (w *world, questions int) {
	b.Helper()
	questions = 35
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	db := newDatabase(b)
	if _, err := db.Pool.Exec(b.Context(), `create table bare (id uuid primary key, choices smallint[] not null, rest bytea not null)`); err != nil {
		b.Fatal(err)
	}
	w = openWith(b, db, pg.Config{DSN: db.DSN, MaxConns: 16}, servicetest.Options{Interval: time.Second, Listener: listener})
	w.settle(b)
	c := content()
	c.Questions, c.Links[0].Questions = nil, []string{"q0"}
	c.Links = c.GetLinks()[:1]
	for i := range questions {
		c.Questions = append(c.Questions, &surveyv1.Question{
			Id: fmt.Sprint("q", i), Text: "?", Required: true, Kind: &surveyv1.Question_Options{Options: &surveyv1.Options{Options: []*surveyv1.SurveyOption{
				{Id: "good", Text: "Tốt", WeightPercent: "100"}, {Id: "poor", Text: "Kém", WeightPercent: "0"},
			}}},
		})
	}
	w.opened(b, "officials", c)
	return w, questions
}

func answersTo(questions int) []*surveyv1.Answer {
	answers := make([]*surveyv1.Answer, questions)
	for i := range answers {
		answers[i] = option(fmt.Sprint("q", i), "good")
	}
	return answers
}

// measure runs f n times from several clients at once and reports the rate and the
// 99th percentile of the durations.
func measure(b *testing.B, clients, n int, f func(i int) error) {
	b.Helper()
	took := make([]time.Duration, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				begun := time.Now()
				if err := f(i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(begun)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "responses/s")
	b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, "p99-ms")
}
