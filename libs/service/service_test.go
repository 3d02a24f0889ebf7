package service_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/window"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// shop is a service that keeps windows and calls the library.
func shop(dsn string) service.Spec {
	return service.Spec{
		Name: "shop", Lines: []pg.Line{pg.OnceLine(), window.Line()}, Calls: []string{"library"}, DB: &pg.Config{DSN: dsn},
	}
}

func deps() service.Deps {
	return service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now, Metrics: prometheus.NewRegistry(),
		Dial: func(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
			return rpc.Dial("passthrough:///"+name, credential)
		},
	}
}

// away is a source of cycles that does not answer.
type away struct{}

func (away) Changes(context.Context, int64) ([]window.Cycle, error) { return nil, errors.New("away") }
func (away) Acknowledge(context.Context, int64) error               { return errors.New("away") }

// unchanged is a source without cycles.
type unchanged struct{}

func (unchanged) Changes(context.Context, int64) ([]window.Cycle, error) { return nil, nil }
func (unchanged) Acknowledge(context.Context, int64) error               { return nil }

func TestReadyWithSchemaAndCycles(t *testing.T) {
	db := pgtest.New(t, "empty", nil)
	spec := shop(db.DSN)
	open := func(source window.Source) service.Service {
		d := deps()
		d.Interval = 10 * time.Millisecond
		s, err := service.Open(t.Context(), spec, d, func(b *service.Builder) error {
			_, err := b.Windows(source)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	s := open(away{})
	if err := s.Ready(t.Context()); !errors.Is(err, pg.SchemaBehind) {
		t.Errorf("on an empty database: %v", err)
	}
	for range 2 {
		if err := spec.Migrate(t.Context(), slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Ready(t.Context()); !errors.Is(err, window.CyclesNotLoaded) {
		t.Errorf("before the cycles are loaded: %v", err)
	}
	s = open(unchanged{})
	for end := time.Now().Add(time.Minute); s.Ready(t.Context()) != nil && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("after the cycles are loaded: %v", err)
	}
}

func TestSchemaRevisionIsAMetric(t *testing.T) {
	spec, d, metrics := shop(pgtest.New(t, "empty", nil).DSN), deps(), prometheus.NewRegistry()
	d.Metrics = metrics
	s, err := service.Open(t.Context(), spec, d, func(*service.Builder) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	check := func(once, window int) {
		t.Helper()
		want := fmt.Sprintf(`# HELP parindex_schema_revision Revision of the schema's tables, by line of migrations; NaN while the database is away.
# TYPE parindex_schema_revision gauge
parindex_schema_revision{line=%q} %d
parindex_schema_revision{line=%q} %d
`, spec.Lines[0].Name, once, spec.Lines[1].Name, window)
		if err := testutil.GatherAndCompare(metrics, strings.NewReader(want), "parindex_schema_revision"); err != nil {
			t.Error(err)
		}
	}
	check(0, 0)
	if err := spec.Migrate(t.Context(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	check(1, 1)
}

// keys implements KeyService.
type keys struct {
	authv1.UnimplementedKeyServiceServer
}

func TestOpenRegisterClose(t *testing.T) {
	var order []string
	s, err := service.Open(t.Context(), shop("host=/nowhere"), deps(), func(b *service.Builder) error {
		if b.NewID == nil || b.Random == nil || b.Interval != time.Second || b.DB == nil {
			t.Errorf("the defaults: %+v", b.Deps)
		}
		if _, err := b.Connect("library"); err != nil {
			t.Errorf("connecting to a declared service: %v", err)
		}
		if _, err := b.Connect("bakery"); err == nil || err.Error() != "shop does not declare that it calls bakery" {
			t.Errorf("connecting to another service: %v", err)
		}
		b.OnClose(func() error {
			if err := b.DB.Ping(t.Context()); err != nil && strings.Contains(err.Error(), "closed pool") {
				t.Error("the pool was closed before the closers ran")
			}
			order = append(order, "first")
			return nil
		})
		b.OnClose(func() error { order = append(order, "second"); return errors.New("stuck") })
		b.Background(func(ctx context.Context) { <-ctx.Done(); order = append(order, "background") })
		authv1.RegisterKeyServiceServer(b, keys{})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	s.Register(server)
	if _, ok := server.GetServiceInfo()[authv1.KeyService_ServiceDesc.ServiceName]; !ok {
		t.Error("the rpcs are not on the server")
	}
	if err := s.Close(t.Context()); err == nil || err.Error() != "stuck" {
		t.Errorf("Close = %v, want the error of a closer", err)
	}
	if want := []string{"background", "second", "first"}; !slices.Equal(order, want) {
		t.Errorf("closed %v, want %v", order, want)
	}
}

func TestOpenThatFailsClosesWhatItOpened(t *testing.T) {
	metrics := prometheus.NewRegistry()
	for name, build := range map[string]func(*service.Builder) error{
		"no paper":                    func(*service.Builder) error { return errors.New("no paper") },
		"duplicate metrics collector": func(b *service.Builder) error { return b.Collect(pg.Collector(b.DB)) },
	} {
		closed, d := 0, deps()
		d.Metrics = prometheus.WrapRegistererWith(prometheus.Labels{"test": name}, metrics)
		_, err := service.Open(t.Context(), shop("host=/nowhere"), d, func(b *service.Builder) error {
			b.OnClose(func() error { closed++; return nil })
			b.Background(func(context.Context) { t.Error("background work began") })
			return build(b)
		})
		if err == nil || !strings.HasPrefix(err.Error(), "opening shop: ") || !strings.Contains(err.Error(), name) || closed != 1 {
			t.Errorf("%s: %v, closed %d times", name, err, closed)
		}
	}
	if _, err := service.Open(t.Context(), shop("host='"), deps(), nil); err == nil || !strings.Contains(err.Error(), "opening shop: reading the PostgreSQL DSN") {
		t.Errorf("a DSN that cannot be read: %v", err)
	}
}

// sign implements service.Options.
type sign struct{ text string }

func (s *sign) Flags(fs *pflag.FlagSet) { fs.StringVar(&s.text, "sign", "", "") }

func (s *sign) Validate() error {
	if s.text == "" {
		return errors.New("no sign")
	}
	return nil
}

func TestFlagsAndValidate(t *testing.T) {
	spec, fs := shop(""), pflag.NewFlagSet("shopd", pflag.ContinueOnError)
	own := new(sign)
	spec.Options = own
	spec.Flags(fs)
	err := spec.Validate()
	if err == nil || !strings.Contains(err.Error(), "PARINDEX_SHOP_DSN") || !strings.Contains(err.Error(), "no sign") {
		t.Errorf("nothing set: %v", err)
	}
	if err := fs.Parse([]string{"--dsn=host=/shared", "--sign=open"}); err != nil {
		t.Fatal(err)
	}
	if err := spec.Validate(); err != nil || spec.DB.DSN != "host=/shared" || own.text != "open" {
		t.Errorf("set: %v, %+v, %+v", err, spec.DB, own)
	}
}
