package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const (
	cycleColumns = `c.authority, c.id, c.name, c.year, c.origin, c.version, coalesce(c.regulation, ''), coalesce(c.phase, ''), c.publication, c.in_force, c.revision,
		(select coalesce(max(i.version), 0) from catalog.guidance i where i.authority = c.authority and i.cycle = c.id),
		array_agg(g.id order by g.position), array_agg(g.name order by g.position),
		array(select w.phase from ` + cycleWindows + `), array(select w.open_time from ` + cycleWindows + `), array(select w.close_time from ` + cycleWindows + `),
		(select coalesce(json_agg(json_build_object('Phase', x.phase, 'Agency', coalesce(x.agency, ''), 'Group', coalesce(x.group_id, ''),
				'Close', x.close_time, 'Letter', x.letter, 'Reason', x.reason) order by x.phase, x.agency, x.group_id), '[]')
			from catalog.cycle_extension x where x.authority = c.authority and x.cycle = c.id)`
	cycleWindows = `catalog.cycle_window w where w.authority = c.authority and w.cycle = c.id order by w.position`
	cycleTables  = `catalog.cycle c
		join catalog.cycle_group g on g.authority = c.authority and g.cycle = c.id`
)

func scanCycle(row pgx.CollectableRow) (catalog.Cycle, error) {
	var c catalog.Cycle
	var ids, names []string
	var phases []criteria.Phase
	var opens, closes []*time.Time
	err := row.Scan(&c.Authority, &c.ID, &c.Name, &c.Year, &c.Origin, &c.Version, &c.Regulation, &c.Phase, &c.Publication, &c.InForce, &c.Revision, &c.Guidance,
		&ids, &names, &phases, &opens, &closes, &c.Extensions)
	for i, id := range ids {
		c.Groups = append(c.Groups, regulation.Group{ID: id, Name: names[i]})
	}
	for i, phase := range phases {
		c.Windows = append(c.Windows, catalog.Window{Phase: phase, Open: pg.Instant(opens[i]), Close: pg.Instant(closes[i])})
	}
	return c, err
}

// Cycle returns one cycle without its members. It fails with CycleUnknown.
func (s *Store) Cycle(ctx context.Context, authority, id string) (catalog.Cycle, error) {
	c, err := cycle(ctx, s.db, authority, id)
	return c, named(err)
}

func cycle(ctx context.Context, db pg.Querier, authority, id string) (catalog.Cycle, error) {
	rows, _ := db.Query(ctx, `
		select `+cycleColumns+` from `+cycleTables+`
		where c.authority = $1 and c.id = $2
		group by c.authority, c.id`, authority, id)
	c, err := pg.One(rows, scanCycle, catalog.CycleUnknown.At("cycle"))
	if err != nil {
		return c, fmt.Errorf("reading cycle %s of %s: %w", id, authority, err)
	}
	return c, nil
}

// Cycles returns up to limit cycles of an authority, without their members, by year
// and then by id, the latest and the greatest first. The list begins after the cycle
// with a year and an id; the year 0 starts at the latest. It fails with
// AuthorityUnknown.
func (s *Store) Cycles(ctx context.Context, of string, year int32, below string, limit int32) ([]catalog.Cycle, error) {
	rows, _ := s.db.Query(ctx, `
		select `+cycleColumns+` from `+cycleTables+`
		where c.authority = $1 and ($2 = 0 or c.year < $2 or c.year = $2 and c.id < $3)
		group by c.authority, c.id
		order by c.year desc, c.id desc limit $4`, of, year, below, limit)
	list, err := pgx.CollectRows(rows, scanCycle)
	if err == nil && len(list) == 0 {
		_, err = authority(ctx, s.db, of)
	}
	if err != nil {
		return nil, named(fmt.Errorf("listing the cycles of %s: %w", of, err))
	}
	return list, nil
}

// CycleAgencies returns up to limit agencies of a cycle after an id, by id. It
// fails with CycleUnknown.
func (s *Store) CycleAgencies(ctx context.Context, authority, cycle, after string, limit int32) ([]catalog.CycleAgency, error) {
	rows, _ := s.db.Query(ctx, selectCycleAgencies+`
		where m.authority = $1 and m.cycle = $2 and m.agency > $3
		`+groupCycleAgencies+`
		order by m.agency limit $4`, authority, cycle, after, limit)
	list, err := pgx.CollectRows(rows, scanCycleAgency)
	if err == nil && len(list) == 0 {
		_, err = s.Cycle(ctx, authority, cycle)
	}
	if err != nil {
		return nil, named(fmt.Errorf("listing the agencies of cycle %s of %s: %w", cycle, authority, err))
	}
	return list, nil
}

// ScoredInGroup returns the agencies of a group that a cycle scores, by id.
func (s *Store) ScoredInGroup(ctx context.Context, authority, cycle, group string) ([]string, error) {
	rows, _ := s.db.Query(ctx, `
		select agency from catalog.cycle_agency
		where authority = $1 and cycle = $2 and group_id = $3 and state = 'SCORED'
		order by agency`, authority, cycle, group)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, named(fmt.Errorf("listing group %s of cycle %s of %s: %w", group, cycle, authority, err))
	}
	return ids, nil
}

// selectCycleAgencies is completed by a condition on m and by groupCycleAgencies.
const (
	selectCycleAgencies = `
		select m.group_id, m.reason, ` + agencyColumns + `, ` + departureColumns + `
		from catalog.cycle_agency m
		join ` + agencyTables + ` on a.authority = m.authority and a.id = m.agency
		left join catalog.cycle_departure d on d.authority = m.authority and d.cycle = m.cycle and d.agency = m.agency`
	groupCycleAgencies = `group by m.authority, m.cycle, m.agency, a.authority, a.id, d.authority, d.cycle, d.agency`
)

func scanCycleAgency(row pgx.CollectableRow) (catalog.CycleAgency, error) {
	var c catalog.CycleAgency
	var names, keys []string
	var left nullDeparture
	a := &c.Agency
	err := row.Scan(append([]any{&c.Member.Group, &c.Member.NotScored, &a.Authority, &a.ID, &a.Parent, &a.Version, &names, &keys},
		left.targets()...)...)
	if err == nil {
		a.Name, a.Aliases = nameAndAliases(names, keys)
		c.Member.Agency, c.Departure = a.ID, left.departure()
	}
	return c, err
}

// someCycles returns the stored cycles among ids, with their members, by id.
func someCycles(ctx context.Context, db pg.Querier, authority string, ids []string) (map[string]catalog.Cycle, error) {
	rows, _ := db.Query(ctx, `
		select `+cycleColumns+` from `+cycleTables+`
		where c.authority = $1 and c.id = any($2)
		group by c.authority, c.id`, authority, ids)
	list, err := pgx.CollectRows(rows, scanCycle)
	if err != nil {
		return nil, fmt.Errorf("reading the cycles of %s: %w", authority, err)
	}
	cycles := map[string]catalog.Cycle{}
	for _, c := range list {
		rows, _ := db.Query(ctx, `
			select agency, group_id, reason
			from catalog.cycle_agency
			where authority = $1 and cycle = $2
			order by agency`, authority, c.ID)
		if c.Members, err = pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Member]); err != nil {
			return nil, fmt.Errorf("reading the agencies of cycle %s of %s: %w", c.ID, authority, err)
		}
		cycles[c.ID] = c
	}
	return cycles, nil
}

// writeCycle creates or changes a cycle with its groups, its windows and, if they
// were loaded, its members. It returns the cycle with the revision of this change.
func writeCycle(ctx context.Context, tx pgx.Tx, c catalog.Cycle) (catalog.Cycle, error) {
	revision, err := nextRevision(ctx, tx)
	if err != nil {
		return c, err
	}
	c.Revision = revision
	_, err = tx.Exec(ctx, `
		insert into catalog.cycle (authority, id, name, year, origin, version, regulation, phase, publication, in_force, revision)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), nullif($8, ''), $9, $10, $11)
		on conflict on constraint cycle_pkey
		do update set name = excluded.name, year = excluded.year, version = excluded.version, phase = excluded.phase,
			publication = excluded.publication, in_force = excluded.in_force, revision = excluded.revision`,
		c.Authority, c.ID, c.Name, c.Year, c.Origin, c.Version, c.Regulation, c.Phase, c.Publication, c.InForce, c.Revision)
	if err != nil {
		return c, fmt.Errorf("writing cycle %s of %s: %w", c.ID, c.Authority, err)
	}
	if err := writeGroups(ctx, tx, c); err != nil {
		return c, fmt.Errorf("writing the groups of cycle %s of %s: %w", c.ID, c.Authority, err)
	}
	if err := writeWindows(ctx, tx, c); err != nil {
		return c, fmt.Errorf("writing the windows of cycle %s of %s: %w", c.ID, c.Authority, err)
	}
	if err := writeMembers(ctx, tx, c); err != nil {
		return c, fmt.Errorf("writing the agencies of cycle %s of %s: %w", c.ID, c.Authority, err)
	}
	if err := writeExtensions(ctx, tx, c); err != nil {
		return c, fmt.Errorf("writing the extensions of cycle %s of %s: %w", c.ID, c.Authority, err)
	}
	return c, nil
}

// nextRevision returns the number of a change of a cycle. No other transaction gets
// a number until tx ends, so that numbers are committed in their order (architecture
// decision 4). The authority MUST be locked before.
func nextRevision(ctx context.Context, tx pgx.Tx) (revision int64, err error) {
	err = tx.QueryRow(ctx, `update catalog.cycle_counter set last = last + 1 returning last`).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("counting a change of a cycle: %w", err)
	}
	return revision, nil
}

func writeWindows(ctx context.Context, tx pgx.Tx, c catalog.Cycle) error {
	var phases []criteria.Phase
	var opens, closes []*time.Time
	for _, w := range c.Windows {
		phases, opens, closes = append(phases, w.Phase), append(opens, column(w.Open)), append(closes, column(w.Close))
	}
	_, err := tx.Exec(ctx, `
		insert into catalog.cycle_window (authority, cycle, phase, position, open_time, close_time)
		select $1, $2, w.phase, w.position - 1, w.open_time, w.close_time
		from unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) with ordinality as w (phase, open_time, close_time, position)
		on conflict on constraint cycle_window_pkey
		do update set open_time = excluded.open_time, close_time = excluded.close_time`,
		c.Authority, c.ID, phases, opens, closes)
	return err
}

func writeExtensions(ctx context.Context, tx pgx.Tx, c catalog.Cycle) error {
	var b pgx.Batch
	for _, x := range c.Extensions {
		b.Queue(`
			insert into catalog.cycle_extension (authority, cycle, phase, agency, group_id, close_time, letter, reason)
			values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7, $8)
			on conflict on constraint cycle_extension_once
			do update set close_time = excluded.close_time, letter = excluded.letter, reason = excluded.reason`,
			c.Authority, c.ID, x.Phase, x.Agency, x.Group, x.Close, x.Letter, x.Reason)
	}
	return tx.SendBatch(ctx, &b).Close()
}

// column returns an instant for a nullable column: nil for the zero instant.
func column(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func writeGroups(ctx context.Context, tx pgx.Tx, c catalog.Cycle) error {
	var ids, names []string
	for _, g := range c.Groups {
		ids, names = append(ids, g.ID), append(names, g.Name)
	}
	_, err := tx.Exec(ctx, `
		insert into catalog.cycle_group (authority, cycle, id, position, name)
		select $1, $2, g.id, g.position - 1, g.name
		from unnest($3::text[], $4::text[]) with ordinality as g (id, name, position)
		on conflict on constraint cycle_group_pkey do update set position = excluded.position, name = excluded.name`,
		c.Authority, c.ID, ids, names)
	return err
}

func writeMembers(ctx context.Context, tx pgx.Tx, c catalog.Cycle) error {
	var agencies, groups, reasons []string
	for _, m := range c.Members {
		agencies, groups, reasons = append(agencies, m.Agency), append(groups, m.Group), append(reasons, m.NotScored)
	}
	_, err := tx.Exec(ctx, `
		insert into catalog.cycle_agency (authority, cycle, agency, group_id, state, reason)
		select $1, $2, m.agency, m.group_id, case m.reason when '' then 'SCORED' else 'NOT_SCORED' end, m.reason
		from unnest($3::text[], $4::text[], $5::text[]) as m (agency, group_id, reason)
		on conflict on constraint cycle_agency_pkey
		do update set group_id = excluded.group_id, state = excluded.state, reason = excluded.reason`,
		c.Authority, c.ID, agencies, groups, reasons)
	return err
}
