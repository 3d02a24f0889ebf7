package pg_test

import (
	"testing"
	"time"

	"github.com/parindex/parindex/libs/pg"
)

func TestNullableInstants(t *testing.T) {
	db := open(t).Pool
	at := time.Date(2024, 10, 31, 17, 30, 0, 1000, time.FixedZone("", 7*3600))
	for _, want := range []time.Time{{}, at} {
		got := pg.Instant(get[*time.Time](t, db, `select $1::timestamptz`, pg.Null(want)))
		if !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%v comes back as %v", want, got)
		}
	}
	if !get[bool](t, db, `select $1::timestamptz is null`, pg.Null(time.Time{})) {
		t.Error("the zero instant is not null")
	}
}
