package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const guidanceColumns = `g.authority, g.cycle, g.version, g.publish_time, g.content`

// PublishGuidance stores the next version of a cycle's guidance and the changed
// cycle, from which other services learn of it, in one transaction with the audit
// entry. A repeated attempt gets the first answer. decide gets the cycle without its
// members and the content of its regulation; it returns both and may be called more
// than once. PublishGuidance fails with CycleUnknown and as decide does.
func (s *Store) PublishGuidance(ctx context.Context, by Attempt, authority, id string,
	decide func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, catalog.Guidance, error),
) (catalog.Guidance, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (g catalog.Guidance, err error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return g, err
		}
		c, err := cycle(ctx, tx, authority, id)
		if err != nil {
			return g, err
		}
		var under regulation.Regulation
		if c.Regulation != "" {
			if under, err = readRegulation(ctx, tx, authority, c.Regulation); err != nil {
				return g, err
			}
		}
		if c, g, err = decide(c, under.Content); err != nil {
			return g, err
		}
		_, err = tx.Exec(ctx, `
			insert into catalog.guidance (authority, cycle, version, publish_time, content)
			values ($1, $2, $3, $4, $5)`, authority, id, g.Version, g.PublishTime, g.Content)
		if err != nil {
			return g, fmt.Errorf("writing guidance %d of cycle %s of %s: %w", g.Version, id, authority, err)
		}
		if _, err := writeCycle(ctx, tx, c); err != nil {
			return g, err
		}
		return g, record(ctx, tx, by, resource(authority), "publish-guidance",
			map[string]any{"cycle": id, "version": g.Version, "items": len(g.Content.Items)})
	})
}

// Guidances returns up to limit versions of a cycle's guidance below one, the
// newest first. A below of 0 starts at the newest. It fails with CycleUnknown.
func (s *Store) Guidances(ctx context.Context, authority, id string, below, limit int32) (list []catalog.Guidance, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			select `+guidanceColumns+` from catalog.guidance g
			where g.authority = $1 and g.cycle = $2 and ($3 = 0 or g.version < $3)
			order by g.version desc limit $4`, authority, id, below, limit)
		if list, err = pgx.CollectRows(rows, scanGuidance); err != nil {
			return fmt.Errorf("listing the guidance of cycle %s of %s: %w", id, authority, err)
		}
		if len(list) == 0 {
			_, err = cycle(ctx, tx, authority, id)
		}
		return err
	})
	return list, named(err)
}

func scanGuidance(row pgx.CollectableRow) (g catalog.Guidance, err error) {
	err = row.Scan(&g.Authority, &g.Cycle, &g.Version, &g.PublishTime, &g.Content)
	return g, err
}
