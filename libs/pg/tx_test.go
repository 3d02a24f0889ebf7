package pg_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
)

// contend runs two transactions that both read before either writes, on their
// first attempt, and returns how often their functions ran.
func contend(t *testing.T, transfer func(ctx context.Context, tx pgx.Tx, me, other int, met func()) error) int32 {
	t.Helper()
	db := open(t).Pool
	exec(t, db, `insert into shop.shelf (id, name, amount) values (0, 'a', 10), (1, 'b', 10)`)
	var runs atomic.Int32
	var both, done sync.WaitGroup
	both.Add(2)
	for me := range 2 {
		done.Go(func() {
			var once sync.Once
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				runs.Add(1)
				return transfer(t.Context(), tx, me, 1-me, func() { once.Do(func() { both.Done(); both.Wait() }) })
			})
			if err != nil {
				t.Errorf("transaction %d: %v", me, err)
			}
		})
	}
	done.Wait()
	if got := get[[]int32](t, db, `select array_agg(amount order by id) from shop.shelf`); got[0] != 12 || got[1] != 12 {
		t.Errorf("amounts %v, want 12 and 12: each transaction counts once", got)
	}
	return runs.Load()
}

func TestDeadlockIsRepeated(t *testing.T) {
	runs := contend(t, func(ctx context.Context, tx pgx.Tx, me, other int, met func()) error {
		if _, err := tx.Exec(ctx, `set local deadlock_timeout = '20ms'`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update shop.shelf set amount = amount + 1 where id = $1`, me); err != nil {
			return err
		}
		met()
		_, err := tx.Exec(ctx, `update shop.shelf set amount = amount + 1 where id = $1`, other)
		return err
	})
	if runs < 3 {
		t.Errorf("ran %d times: there was no deadlock", runs)
	}
}

func TestSerializationFailureIsRepeated(t *testing.T) {
	runs := contend(t, func(ctx context.Context, tx pgx.Tx, _, _ int, met func()) error {
		if _, err := tx.Exec(ctx, `set transaction isolation level serializable`); err != nil {
			return err
		}
		var amount int
		if err := tx.QueryRow(ctx, `select min(amount) from shop.shelf`).Scan(&amount); err != nil {
			return err
		}
		met()
		_, err := tx.Exec(ctx, `update shop.shelf set amount = $1`, amount+1)
		return err
	})
	if runs < 3 {
		t.Errorf("ran %d times: there was no conflict", runs)
	}
}

func TestInTxGivesUpAndDoesNotRepeatOtherErrors(t *testing.T) {
	db := open(t).Pool
	raise := func(code string) func(pgx.Tx) error {
		return func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `do $$ begin raise exception 'x' using errcode = '`+code+`'; end $$`)
			return err
		}
	}
	for _, tt := range []struct {
		name string
		f    func(pgx.Tx) error
		runs int
		is   func(error) bool
	}{
		{"conflict", raise("40001"), 5, func(err error) bool { return errors.Is(err, pg.Busy) }},
		{"deadlock", raise("40P01"), 5, func(err error) bool { return errors.Is(err, pg.Busy) }},
		{
			"conflict, already a fault", func(tx pgx.Tx) error { return pg.Fault(raise("40001")(tx), nil) }, 5,
			func(err error) bool { return errors.Is(err, pg.Busy) },
		},
		{"violation", raise("23505"), 1, func(err error) bool { return fault.From(err).Kind == fault.Internal }},
		{"rule", func(pgx.Tx) error { return noSuchShelf }, 1, func(err error) bool { return errors.Is(err, noSuchShelf) }},
		{"none", func(pgx.Tx) error { return nil }, 1, func(err error) bool { return err == nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			runs := 0
			err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error {
				runs++
				exec := `insert into shop.shelf (id, name) values (1, 'x') on conflict do nothing`
				if _, err := tx.Exec(t.Context(), exec); err != nil {
					return err
				}
				return tt.f(tx)
			})
			if runs != tt.runs || !tt.is(pg.Fault(err, nil)) {
				t.Errorf("ran %d times, error %v", runs, err)
			}
			if n := get[int](t, db, `select count(*) from shop.shelf`); (n == 1) != (err == nil) {
				t.Errorf("error %v, and %d rows", err, n)
			}
		})
	}
}

func TestInTxStopsWithItsCaller(t *testing.T) {
	db := open(t).Pool
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := pg.InTx(ctx, db, func(tx pgx.Tx) error {
		runs++
		_, err := tx.Exec(ctx, `do $$ begin raise exception 'x' using errcode = '40001'; end $$`)
		cancel()
		return err
	})
	if runs != 1 || err == nil {
		t.Errorf("ran %d times, error %v", runs, err)
	}
}

func TestInReadTxSeesOneSnapshotAndWritesNothing(t *testing.T) {
	db := open(t).Pool
	err := pg.InReadTx(t.Context(), db, func(tx pgx.Tx) error {
		var before, after int
		if err := tx.QueryRow(t.Context(), `select count(*) from shop.shelf`).Scan(&before); err != nil {
			return err
		}
		exec(t, db, `insert into shop.shelf (id, name) values (1, 'x')`)
		if err := tx.QueryRow(t.Context(), `select count(*) from shop.shelf`).Scan(&after); err != nil {
			return err
		}
		if before != after {
			t.Errorf("counted %d, then %d", before, after)
		}
		_, err := tx.Exec(t.Context(), `delete from shop.shelf`)
		return err
	})
	if !pg.Away(err) { // 25006, as on a standby
		t.Errorf("deleting in a read transaction: %v", err)
	}
}
