package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	cycles "github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// MemberKey names an agency in a cycle.
type MemberKey struct{ Authority, Cycle, Agency string }

// Membership is an agency in a cycle.
type Membership struct {
	Cycle  catalog.Cycle
	Agency catalog.CycleAgency
}

// ChangeDeparture replaces the departure of an agency from a run cycle by the one that
// decide returns, nil for none, in one transaction with its audit entry. The cycle gets a
// new revision, so that services read its agencies again. A repeated attempt gets the
// first answer. decide may be called more than once. ChangeDeparture fails with
// CycleUnknown and cycle.AgencyNotInCycle, and as decide does.
func (s *Store) ChangeDeparture(ctx context.Context, by Attempt, action string, key MemberKey,
	decide func(c catalog.Cycle, a catalog.CycleAgency) (catalog.Cycle, *catalog.Departure, error),
) (Membership, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (changed Membership, err error) {
		if err := lockAuthority(ctx, tx, key.Authority); err != nil {
			return changed, err
		}
		if changed.Cycle, err = cycle(ctx, tx, key.Authority, key.Cycle); err != nil {
			return changed, err
		}
		before, err := cycleAgency(ctx, tx, key)
		if err != nil {
			return changed, err
		}
		changed.Agency = before
		if changed.Cycle, changed.Agency.Departure, err = decide(changed.Cycle, before); err != nil {
			return changed, err
		}
		if err := writeDeparture(ctx, tx, key, changed.Agency.Departure); err != nil {
			return changed, err
		}
		if changed.Cycle, err = writeCycle(ctx, tx, changed.Cycle); err != nil {
			return changed, err
		}
		change := departureChange{key.Cycle, key.Agency, viewDeparture(before.Departure), viewDeparture(changed.Agency.Departure)}
		return changed, record(ctx, tx, by, resource(key.Authority), action, change)
	})
}

// departureChange is the change in an audit entry, whose reason is that of the entry.
type departureChange struct {
	ID     string         `json:"id"`
	Agency string         `json:"agency"`
	From   *departureView `json:"from,omitempty"`
	To     *departureView `json:"to,omitempty"`
}

type departureView struct {
	Kind   string `json:"kind"`
	Date   string `json:"date"`
	Letter string `json:"letter"`
}

func viewDeparture(d *catalog.Departure) *departureView {
	if d == nil {
		return nil
	}
	return &departureView{string(d.Kind), d.Date, d.Letter}
}

func cycleAgency(ctx context.Context, db pg.Querier, key MemberKey) (catalog.CycleAgency, error) {
	rows, _ := db.Query(ctx, selectCycleAgencies+`
		where m.authority = $1 and m.cycle = $2 and m.agency = $3
		`+groupCycleAgencies, key.Authority, key.Cycle, key.Agency)
	a, err := pg.One(rows, scanCycleAgency, cycles.AgencyNotInCycle.At("agency"))
	if err != nil {
		return a, fmt.Errorf("reading agency %s of cycle %s of %s: %w", key.Agency, key.Cycle, key.Authority, err)
	}
	return a, nil
}

func writeDeparture(ctx context.Context, tx pgx.Tx, key MemberKey, d *catalog.Departure) error {
	_, err := tx.Exec(ctx, `delete from catalog.cycle_departure where authority = $1 and cycle = $2 and agency = $3`,
		key.Authority, key.Cycle, key.Agency)
	if err == nil && d != nil {
		_, err = tx.Exec(ctx, `
			insert into catalog.cycle_departure (authority, cycle, agency, kind, date, letter, reason, record_time)
			values ($1, $2, $3, $4, $5::text::date, $6, $7, $8)`,
			key.Authority, key.Cycle, key.Agency, d.Kind, d.Date, d.Letter, d.Reason, d.RecordTime)
	}
	if err != nil {
		return fmt.Errorf("writing the departure of %s from cycle %s of %s: %w", key.Agency, key.Cycle, key.Authority, err)
	}
	return nil
}

// departureColumns are those of a departure; all are null if there is none.
const departureColumns = `d.kind, d.date, d.letter, d.reason, d.record_time`

// nullDeparture scans departureColumns.
type nullDeparture struct {
	kind, letter, reason *string
	date, recorded       *time.Time
}

func (n *nullDeparture) targets() []any {
	return []any{&n.kind, &n.date, &n.letter, &n.reason, &n.recorded}
}

func (n *nullDeparture) departure() *catalog.Departure {
	if n.kind == nil {
		return nil
	}
	return &catalog.Departure{
		Kind: catalog.DepartureKind(*n.kind), Date: n.date.Format(time.DateOnly), Letter: *n.letter, Reason: *n.reason,
		RecordTime: n.recorded.UTC(),
	}
}
