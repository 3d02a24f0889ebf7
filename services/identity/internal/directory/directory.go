// Package directory follows the authorities and agencies of catalog, so that identity
// can check references to them where they are given. It calls catalog only in the
// background.
package directory

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/parindex/parindex/libs/run"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

const (
	// longestPause bounds the pause between readings while catalog is away.
	longestPause = time.Minute
	// readTimeout ends a reading whose catalog or database hangs.
	readTimeout = 30 * time.Second
	// patience is how long Refresh waits.
	patience = 3 * time.Second
	// perPage is the largest page of catalog's lists.
	perPage = 200
)

// Deps are what a Directory needs.
type Deps struct {
	Store *postgres.Store
	// Catalog is called with the token of identity.
	Catalog catalogv1.CatalogServiceClient
	// Interval is the time between two readings; Refresh does not wait for it.
	Interval time.Duration
	Logger   *slog.Logger
}

// Directory copies catalog's authorities and agencies to the Store. It is safe for
// concurrent use.
type Directory struct {
	Deps

	nudge chan struct{}

	mu sync.Mutex
	// begun and ended count the readings of this process; failed is whether the last
	// one that ended failed. ending is closed when the next one ends.
	begun, ended int64
	failed       bool
	ending       chan struct{}
}

// New returns a Directory that reads nothing before Run.
func New(deps Deps) *Directory {
	return &Directory{Deps: deps, nudge: make(chan struct{}, 1), ending: make(chan struct{})}
}

// Run reads catalog again and again until ctx ends.
func (d *Directory) Run(ctx context.Context) {
	task := run.Task{Name: "reading authorities and agencies", Interval: d.Interval, LongestPause: max(d.Interval, longestPause), Nudge: d.nudge, Logger: d.Logger}
	run.Repeat(ctx, task, d.once)
}

// Refresh waits until a reading that begins after the call has ended. It fails with
// identity.DirectoryBehind if that reading fails or takes longer than three seconds.
func (d *Directory) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d.mu.Lock()
	wanted := d.begun + 1
	d.mu.Unlock()
	for {
		select {
		case d.nudge <- struct{}{}:
		default: // somebody has asked already
		}
		d.mu.Lock()
		ended, failed, ending := d.ended, d.failed, d.ending
		d.mu.Unlock()
		if ended >= wanted {
			if failed {
				return identity.Behind()
			}
			return nil
		}
		select {
		case <-ending:
		case <-ctx.Done():
			return identity.Behind()
		}
	}
}

func (d *Directory) once(ctx context.Context) error {
	d.mu.Lock()
	d.begun++
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	err := d.read(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended, d.failed = d.begun, err != nil
	close(d.ending)
	d.ending = make(chan struct{})
	return err
}

// read copies all authorities with their agencies, one authority after the other.
func (d *Directory) read(ctx context.Context) error {
	request := &catalogv1.ListAuthoritiesRequest{PageSize: perPage}
	for {
		answer, err := d.Catalog.ListAuthorities(ctx, request)
		if err != nil {
			return fmt.Errorf("listing the authorities: %w", err)
		}
		for _, a := range answer.GetAuthorities() {
			if err := d.readAgencies(ctx, a.GetId()); err != nil {
				return err
			}
		}
		if request.PageToken = answer.GetNextPageToken(); request.GetPageToken() == "" {
			return nil
		}
	}
}

func (d *Directory) readAgencies(ctx context.Context, authority string) error {
	var agencies []identity.Agency
	request := &catalogv1.ListAgenciesRequest{Authority: authority, PageSize: perPage}
	for {
		answer, err := d.Catalog.ListAgencies(ctx, request)
		if err != nil {
			return fmt.Errorf("listing the agencies of %s: %w", authority, err)
		}
		for _, a := range answer.GetAgencies() {
			agencies = append(agencies, identity.Agency{ID: a.GetId(), Name: a.GetName()})
		}
		if request.PageToken = answer.GetNextPageToken(); request.GetPageToken() == "" {
			return d.Store.SaveAgencies(ctx, authority, agencies)
		}
	}
}
