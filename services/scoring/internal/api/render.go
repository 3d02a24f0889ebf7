package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// render returns the gzipped JSON of each leaderboard, the bytes that are served from
// then on. It runs once, at publication, because marshalling for each request costs 25
// times as much.
func render(p scoring.Publication, leaderboards []scoring.Leaderboard) ([][]byte, error) {
	bodies := make([][]byte, len(leaderboards))
	for i, l := range leaderboards {
		body, err := renderOne(leaderboard(p, l))
		if err != nil {
			return nil, fmt.Errorf("rendering the leaderboard of %s: %w", l.Group, err)
		}
		bodies[i] = body
	}
	return bodies, nil
}

// renderOne returns the same bytes for the same message: Compact removes the spaces
// that protojson adds at random, and the gzip header holds no time. Absent figures are
// left out; empty texts and lists are written.
func renderOne(m proto.Message) ([]byte, error) {
	text, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var compact, zipped bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return nil, err
	}
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(compact.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zipped.Bytes(), nil
}
