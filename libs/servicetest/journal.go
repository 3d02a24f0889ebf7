package servicetest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Journal keeps what is logged. It can be read while it is written.
type Journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Logger returns a logger whose records of every level the journal keeps as text.
func (j *Journal) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write implements io.Writer.
func (j *Journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// String returns everything that was written.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}
