package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// selectPublication is completed by a condition on publication p. It does not read the
// content of the imported file, which is never served.
const selectPublication = `
	select p.id::text, p.authority, p.authority_name, p.cycle, p.cycle_name, p.year, p.version, p.decision_number, p.decision_date,
		p.notice, p.publish_time, coalesce(p.source_title, ''), coalesce(p.source_number, ''), coalesce(p.source_date, ''), p.source_sha256,
		coalesce(p.run_id::text, ''), coalesce(p.source_told, '[]')
	from scoring.publication p `

func scanPublication(row pgx.CollectableRow) (scoring.Publication, error) {
	var p scoring.Publication
	var decided time.Time
	err := row.Scan(&p.ID, &p.Authority, &p.AuthorityName, &p.Cycle, &p.CycleName, &p.Year, &p.Version, &p.Decision.Number, &decided,
		&p.Notice, &p.PublishTime, &p.Source.Title, &p.Source.Number, &p.Source.Date, &p.Source.SHA256, &p.Run, &p.Source.Told)
	p.Decision.Date, p.PublishTime = decided.Format(time.DateOnly), p.PublishTime.UTC()
	return p, err
}

// Current returns the current publication of a cycle. It fails with
// fault.PublicationUnknown.
func (s *Store) Current(ctx context.Context, authority, cycle string) (scoring.Publication, error) {
	p, err := current(ctx, s.db, authority, cycle)
	if err != nil {
		return p, problem(fmt.Errorf("reading the publication of cycle %s of %s: %w", cycle, authority, err))
	}
	return p, nil
}

// CurrentCycle returns the current publication of a cycle with its groups. It fails
// with fault.PublicationUnknown.
func (s *Store) CurrentCycle(ctx context.Context, authority, cycle string) (scoring.PublishedCycle, error) {
	p, err := s.Current(ctx, authority, cycle)
	if err != nil {
		return scoring.PublishedCycle{}, err
	}
	// The groups of a publication never change, so both reads agree.
	cycles, err := withGroups(ctx, s.db, []scoring.Publication{p})
	if err != nil {
		return scoring.PublishedCycle{}, problem(fmt.Errorf("reading the groups of publication %s: %w", p.ID, err))
	}
	return cycles[0], nil
}

func current(ctx context.Context, q pg.Querier, authority, cycle string) (scoring.Publication, error) {
	rows, _ := q.Query(ctx, selectPublication+`
		join scoring.current_publication c on c.publication_id = p.id
		where c.authority = $1 and c.cycle = $2`, authority, cycle)
	return pg.One(rows, scanPublication, fault.PublicationUnknown)
}

// Earlier returns the current publications of the two years before a year, the latest
// first, with the indices of the members. If a member has an index in several cycles of
// one year, only the one that was published last is returned (rule Y8).
func (s *Store) Earlier(ctx context.Context, authority string, year int, members []scoring.Member) ([]scoring.Earlier, error) {
	agencies := make([]string, len(members))
	for i, m := range members {
		agencies[i] = m.Agency
	}
	rows, _ := s.db.Query(ctx, `
		with earlier as (
			select p.id, p.cycle, p.year, p.publish_time
			from scoring.current_publication c
			join scoring.publication p on p.id = c.publication_id
			where c.authority = $1 and p.year between $2 - 2 and $2 - 1
		), latest as (
			select distinct on (e.year, f.agency) e.id, f.agency, f.value
			from earlier e
			join scoring.figure f on f.publication_id = e.id and f.agency = any($3) and f.field = '' and f.name = 'index'
			order by e.year, f.agency, e.publish_time desc, e.id
		)
		select e.id::text, e.cycle, e.year, coalesce(l.agency, ''), l.value
		from earlier e
		left join latest l on l.id = e.id
		order by e.year desc, e.id, l.agency`, authority, year, agencies)
	var all []scoring.Earlier
	var publication, cycle, agency string
	var of int
	var index *points.Points
	_, err := pgx.ForEachRow(rows, []any{&publication, &cycle, &of, &agency, &index}, func() error {
		if n := len(all); n == 0 || all[n-1].Publication != publication {
			all = append(all, scoring.Earlier{Publication: publication, Cycle: cycle, Year: of})
		}
		if index != nil {
			last := &all[len(all)-1]
			last.Indices = append(last.Indices, scoring.EarlierIndex{Agency: agency, Index: *index})
		}
		return nil
	})
	if err != nil {
		return nil, problem(fmt.Errorf("reading the publications of %s before %d: %w", authority, year, err))
	}
	return all, nil
}

func publishedCycle(ctx context.Context, q pg.Querier, id string) (scoring.PublishedCycle, error) {
	rows, _ := q.Query(ctx, selectPublication+`where p.id = $1`, id)
	p, err := pg.One(rows, scanPublication, fault.PublicationUnknown)
	if err != nil {
		return scoring.PublishedCycle{}, err
	}
	cycles, err := withGroups(ctx, q, []scoring.Publication{p})
	if err != nil {
		return scoring.PublishedCycle{}, err
	}
	return cycles[0], nil
}

// PublishedPlace is the place of a cycle in the list of published cycles: its authority,
// its year and its id. The zero PublishedPlace is before all.
type PublishedPlace struct {
	Authority string
	Year      int
	Cycle     string
}

// ListPublished returns up to limit cycles with their current publications after a
// place, ordered by authority, then by year and then by id, the latest year and the
// greatest id first. If only is empty, it lists all authorities.
func (s *Store) ListPublished(ctx context.Context, only string, after PublishedPlace, limit int32) ([]scoring.PublishedCycle, error) {
	rows, _ := s.db.Query(ctx, selectPublication+`
		join scoring.current_publication c on c.publication_id = p.id
		where ($1 = '' or c.authority = $1)
			and ($2 = '' or c.authority > $2 or c.authority = $2 and (p.year < $3 or p.year = $3 and c.cycle < $4))
		order by c.authority, p.year desc, c.cycle desc
		limit $5`, only, after.Authority, after.Year, after.Cycle, limit)
	publications, err := pgx.CollectRows(rows, scanPublication)
	var cycles []scoring.PublishedCycle
	if err == nil {
		cycles, err = withGroups(ctx, s.db, publications)
	}
	if err != nil {
		return nil, problem(fmt.Errorf("listing published cycles: %w", err))
	}
	return cycles, nil
}

// Versions returns up to limit publications of a cycle with their groups, the newest
// version first, all of them older than below unless that is 0.
func (s *Store) Versions(ctx context.Context, authority, cycle string, below, limit int32) ([]scoring.PublishedCycle, error) {
	rows, _ := s.db.Query(ctx, selectPublication+`
		where p.authority = $1 and p.cycle = $2 and ($3 = 0 or p.version < $3)
		order by p.version desc
		limit $4`, authority, cycle, below, limit)
	publications, err := pgx.CollectRows(rows, scanPublication)
	var versions []scoring.PublishedCycle
	if err == nil {
		versions, err = withGroups(ctx, s.db, publications)
	}
	if err != nil {
		return nil, problem(fmt.Errorf("listing the publications of cycle %s of %s: %w", cycle, authority, err))
	}
	return versions, nil
}

// CountPublished returns the number of cycles with a current publication.
func (s *Store) CountPublished(ctx context.Context) (int64, error) {
	var n int64
	if err := s.db.QueryRow(ctx, `select count(*) from scoring.current_publication`).Scan(&n); err != nil {
		return 0, problem(fmt.Errorf("counting published cycles: %w", err))
	}
	return n, nil
}

// withGroups returns publications with their groups.
func withGroups(ctx context.Context, q pg.Querier, publications []scoring.Publication) ([]scoring.PublishedCycle, error) {
	ids := make([]string, len(publications))
	cycles := make([]scoring.PublishedCycle, len(publications))
	at := make(map[string]int, len(publications))
	for i, p := range publications {
		ids[i], at[p.ID], cycles[i].Publication = p.ID, i, p
	}
	rows, _ := q.Query(ctx, `
		select publication_id::text, group_id, group_name, agencies
		from scoring.leaderboard where publication_id = any($1::text[]::uuid[]) order by publication_id, position`, ids)
	var id string
	var g scoring.PublishedGroup
	_, err := pgx.ForEachRow(rows, []any{&id, &g.ID, &g.Name, &g.Agencies}, func() error {
		groups := &cycles[at[id]].Groups
		*groups = append(*groups, g)
		return nil
	})
	return cycles, err
}

// Leaderboard identifies the rendered bytes of a group in one publication.
type Leaderboard struct {
	Publication, Group string
	// SHA256 is the hash of the bytes.
	SHA256 []byte
}

// FindLeaderboard identifies the leaderboard of a group in a publication of a cycle, or
// in the current one if publication is "". It fails with fault.PublicationUnknown and
// fault.LeaderboardUnknown.
func (s *Store) FindLeaderboard(ctx context.Context, authority, cycle, publication, group string) (Leaderboard, error) {
	rows, _ := s.db.Query(ctx, `
		select p.id::text, $4, l.sha256
		from scoring.publication p
		left join scoring.leaderboard l on l.publication_id = p.id and l.group_id = $4
		where p.authority = $1 and p.cycle = $2 and p.id = coalesce(nullif($3, '')::uuid,
			(select publication_id from scoring.current_publication where authority = $1 and cycle = $2))`,
		authority, cycle, publication, group)
	l, err := pg.One(rows, pgx.RowToStructByPos[Leaderboard], fault.PublicationUnknown)
	if err == nil && l.SHA256 == nil {
		err = fault.LeaderboardUnknown.At("group")
	}
	if err != nil {
		return Leaderboard{}, problem(fmt.Errorf("finding the leaderboard of %s in cycle %s of %s: %w", group, cycle, authority, err))
	}
	return l, nil
}

// Body returns the gzipped JSON of a leaderboard.
func (s *Store) Body(ctx context.Context, l Leaderboard) ([]byte, error) {
	var body []byte
	err := s.db.QueryRow(ctx, `select body from scoring.leaderboard where publication_id = $1 and group_id = $2`, l.Publication, l.Group).
		Scan(&body)
	if err != nil {
		return nil, problem(fmt.Errorf("reading the leaderboard of %s in publication %s: %w", l.Group, l.Publication, err))
	}
	return body, nil
}
