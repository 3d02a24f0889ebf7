package appraisal_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/pg"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
)

// TestDatabaseAway cuts the way to PostgreSQL and mends it: each rpc says so,
// and what was sent then takes effect once afterwards.
func TestDatabaseAway(t *testing.T) {
	w := appraising(t)
	if err := w.door.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	wire := newWire(t, w.db.DSN)
	w.open(t, wire.dsn)
	w.assign(t, 11, "departments")
	agree := agreeing("home", "i.1", 1, "0")
	propose := proposing("home", "i.1", "")
	approve := approving(1)
	approve.AcceptNotSubmitted = true
	agree.RequestId, propose.RequestId, approve.RequestId = uuid.NewString(), uuid.NewString(), uuid.NewString()
	calls := func() map[string]error {
		return map[string]error{
			"AgreeCase":         errOf(w.AgreeCase(appraiser(t, 11, ""), agree)),
			"ProposeReduction":  errOf(w.ProposeReduction(head(t, "home"), propose)),
			"ApproveRound":      errOf(w.ApproveRound(council(t), approve)),
			"ListCases":         errOf(w.ListCases(appraiser(t, 11, ""), listing())),
			"ListOutcomes":      errOf(w.ListOutcomes(council(t), &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: year})),
			"ListAssignments":   errOf(w.ListAssignments(council(t), &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: year})),
			"GetAppraisalRound": errOf(w.GetAppraisalRound(council(t), &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: year, Round: 1})),
		}
	}
	wire.cut()
	for name, err := range calls() {
		wantSaid(t, name, err, "STORAGE_AWAY")
	}
	if got := w.gauge(t, "parindex_outcomes_undelivered"); !math.IsNaN(got) {
		t.Errorf("undelivered: %v", got)
	}
	if err := w.door.Ready(t.Context()); !pg.Away(err) {
		t.Errorf("ready: %v", err)
	}
	wire.mend()
	first, again := must(w.AgreeCase(appraiser(t, 11, ""), agree)), must(w.AgreeCase(appraiser(t, 11, ""), agree))
	if !proto.Equal(first, again) || first.GetCase().GetEtag() != "1" {
		t.Errorf("afterwards %v, again %v", first, again)
	}
	if a, b := must(w.ProposeReduction(head(t, "home"), propose)), must(w.ProposeReduction(head(t, "home"), propose)); !proto.Equal(a, b) {
		t.Errorf("afterwards %v, again %v", a, b)
	}
}

// wire carries bytes to PostgreSQL until it is cut.
type wire struct {
	dsn   string
	mu    sync.Mutex
	whole bool
	conns []net.Conn
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	c, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	w := &wire{whole: true, dsn: fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=%s sslmode=disable", host, port, c.User, c.Password, c.Database)}
	t.Cleanup(func() {
		_ = l.Close()
		w.cut()
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), network, address)
			if err != nil || !w.keep(near, far) {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return w
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole {
		w.conns = append(w.conns, conns...)
	}
	return w.whole
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = false
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = true
}
