package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// Publishing holds the data of a publication to be made.
type Publishing struct {
	// Publication has no version yet.
	Publication scoring.Publication
	Results     scoring.Results
	// Proposal is the proposal that the publication confirms; none for that of a run.
	Proposal scoring.HistoryProposal
	// Render returns the gzipped JSON of each leaderboard of Results for a publication
	// with its version. It may be called more than once.
	Render func(scoring.Publication) ([][]byte, error)
	// Request identifies the request, which takes effect once, and its principal.
	Request pg.Request
}

// Would returns the publication that p becomes as a version, before it is made: it has
// neither id nor file.
func (p Publishing) Would(version int) scoring.PublishedCycle {
	would := scoring.PublishedCycle{Publication: p.Publication, Groups: p.Results.Groups()}
	would.Publication.ID, would.Publication.Version, would.Publication.Source.Content = "", version, nil
	return would
}

// Publish publishes the history file p, which another person has proposed, as the next
// version of its cycle, in one transaction with its figures, leaderboards and audit
// entry, and returns the current publication. The proposal is used up. For the source of
// the current publication it changes nothing. Publications of one cycle are made one
// after the other.
//
// It fails with scoring.HistoryExists, scoring.NoticeUnexpected and the errors of
// scoring.HistoryProposal.Confirm and pg.Once.
func (s *Store) Publish(ctx context.Context, p Publishing) (scoring.PublishedCycle, error) {
	var published scoring.PublishedCycle
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		id, err := pg.Once(ctx, tx, Schema, p.Request, func() (string, error) { return publish(ctx, tx, p) })
		if err != nil {
			return err
		}
		published, err = publishedCycle(ctx, tx, id)
		return err
	})
	if err != nil {
		return scoring.PublishedCycle{}, problem(fmt.Errorf("publishing cycle %s of %s: %w", p.Publication.Cycle, p.Publication.Authority, err))
	}
	return published, nil
}

// Remembered returns the first response of Publish to a request, and whether there is
// one. A publication and its groups never change, so the response is still valid. It
// returns the errors of pg.Once.
func (s *Store) Remembered(ctx context.Context, r pg.Request) (scoring.PublishedCycle, bool, error) {
	id, known, err := pg.Remembered[string](ctx, s.db, Schema, r)
	var published scoring.PublishedCycle
	if known {
		published, err = publishedCycle(ctx, s.db, id)
	}
	if err != nil {
		return scoring.PublishedCycle{}, false, problem(fmt.Errorf("looking up request %s: %w", r.ID, err))
	}
	return published, known, nil
}

// publish returns the id of the publication that is current afterwards.
func publish(ctx context.Context, tx pgx.Tx, p Publishing) (string, error) {
	current, err := lockCurrent(ctx, tx, p.Publication.Authority, p.Publication.Cycle)
	if err != nil {
		return "", err
	}
	version, again, err := scoring.Succeed(current, p.Results.Source.SHA256, p.Publication.Notice)
	if err != nil {
		return "", err
	}
	if again {
		return current.ID, nil
	}
	p.Publication.Version = version
	if p.Proposal, err = proposal(ctx, tx, p.Publication.Authority, p.Publication.Cycle); err != nil {
		return "", err
	}
	if err := p.Proposal.Confirm(p.Results.Source.SHA256, p.Publication.Notice, p.Request.Principal); err != nil {
		return "", err
	}
	if err := deleteProposal(ctx, tx, p.Publication.Authority, p.Publication.Cycle); err != nil {
		return "", err
	}
	return p.Publication.ID, replace(ctx, tx, current, p)
}

// replace publishes p in place of the current publication.
func replace(ctx context.Context, tx pgx.Tx, current *scoring.Publication, p Publishing) error {
	bodies, err := p.Render(p.Publication)
	if err != nil {
		return err
	}
	if err := insertPublication(ctx, tx, p.Publication); err != nil {
		return err
	}
	for i, l := range p.Results.Leaderboards {
		if err := insertLeaderboard(ctx, tx, p.Publication.ID, i, l, bodies[i]); err != nil {
			return err
		}
	}
	if err := switchTo(ctx, tx, p.Publication); err != nil {
		return err
	}
	return audit.Append(ctx, tx, Schema, entry(p, current))
}

// lockCurrent returns the current publication, or nil, and locks the authority until tx
// ends.
func lockCurrent(ctx context.Context, tx pgx.Tx, authority, cycle string) (*scoring.Publication, error) {
	if err := lockAuthority(ctx, tx, authority); err != nil {
		return nil, err
	}
	return published(ctx, tx, authority, cycle)
}

// published returns the current publication, or nil.
func published(ctx context.Context, q pg.Querier, authority, cycle string) (*scoring.Publication, error) {
	p, err := current(ctx, q, authority, cycle)
	if errors.Is(err, fault.PublicationUnknown) {
		return nil, nil //nolint:nilnil // nothing is published
	}
	return &p, err
}

// lockAuthority locks an authority until tx ends: no other transaction can publish for
// it, or create or present its runs, which compare earlier cycles. The lock is an
// advisory one because before the first publication there is no row to lock.
func lockAuthority(ctx context.Context, tx pgx.Tx, authority string) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('scoring.publication/' || $1, 0))`, authority)
	return err
}

// Published returns the current publication of a cycle, or nil.
func (s *Store) Published(ctx context.Context, authority, cycle string) (*scoring.Publication, error) {
	p, err := published(ctx, s.db, authority, cycle)
	if err != nil {
		return nil, problem(fmt.Errorf("reading the publication of cycle %s of %s: %w", cycle, authority, err))
	}
	return p, nil
}

// Publications is the number of publications of an authority. Publications are never
// deleted, so the number tells whether there is a new one.
type Publications int64

// Publications returns the number of publications of an authority.
func (s *Store) Publications(ctx context.Context, authority string) (Publications, error) {
	n, err := publications(ctx, s.db, authority)
	if err != nil {
		return 0, problem(fmt.Errorf("counting the publications of %s: %w", authority, err))
	}
	return n, nil
}

func publications(ctx context.Context, q pg.Querier, authority string) (n Publications, err error) {
	rows, _ := q.Query(ctx, `select count(*) from scoring.publication where authority = $1`, authority)
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[Publications])
}

// check fails with scoring.InputsMoved if the authority has other publications now. The
// authority MUST be locked.
func (seen Publications) check(ctx context.Context, tx pgx.Tx, authority string) error {
	now, err := publications(ctx, tx, authority)
	if err == nil && now != seen {
		err = scoring.InputsMoved
	}
	return err
}

func insertPublication(ctx context.Context, tx pgx.Tx, p scoring.Publication) error {
	var title, number, date *string
	var told any
	if p.Source.Imported() {
		title, number, date = &p.Source.Title, &p.Source.Number, &p.Source.Date
		told = append([]fault.Violation{}, p.Source.Told...)
	}
	_, err := tx.Exec(ctx, `
		insert into scoring.publication (
			id, authority, authority_name, cycle, cycle_name, version, decision_number, decision_date, notice, publish_time,
			source_title, source_number, source_date, source_sha256, source_content, run_id, year, source_told
		) values ($1, $2, $3, $4, $5, $6, $7, $8::text::date, $9, $10, $11, $12, $13, $14, $15, nullif($16, '')::uuid, $17, $18)`,
		p.ID, p.Authority, p.AuthorityName, p.Cycle, p.CycleName, p.Version, p.Decision.Number, p.Decision.Date, p.Notice, p.PublishTime,
		title, number, date, p.Source.SHA256, p.Source.Content, p.Run, p.Year, told)
	return err
}

func insertLeaderboard(ctx context.Context, tx pgx.Tx, publication string, position int, l scoring.Leaderboard, body []byte) error {
	_, err := tx.Exec(ctx, `
		insert into scoring.leaderboard (publication_id, group_id, group_name, position, agencies, body, sha256)
		values ($1, $2, $3, $4, $5, $6, sha256($6))`,
		publication, l.Group, l.GroupName, position, len(l.Entries), body)
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{Schema, "result"},
		[]string{"publication_id", "group_id", "agency", "agency_name", "rank", "rank_origin", "class", "class_name", "class_origin"},
		pgx.CopyFromSlice(len(l.Entries), func(i int) ([]any, error) { return resultRow(publication, l.Group, l.Entries[i]), nil }))
	if err != nil {
		return err
	}
	rows := figureRows(publication, l)
	_, err = tx.CopyFrom(ctx, pgx.Identifier{Schema, "figure"},
		[]string{"publication_id", "group_id", "agency", "field", "name", "value", "origin"}, pgx.CopyFromRows(rows))
	return err
}

func resultRow(publication, group string, e scoring.Entry) []any {
	var rank *int
	if e.RankOrigin != scoring.NotPrinted {
		rank = &e.Rank
	}
	var class, className *string
	if e.ClassOrigin != scoring.NotPrinted {
		class, className = &e.Class.ID, &e.Class.Name
	}
	return []any{publication, group, e.Agency, e.AgencyName, rank, e.RankOrigin.String(), class, className, e.ClassOrigin.String()}
}

// figureRows returns a row for every known figure of l.
func figureRows(publication string, l scoring.Leaderboard) [][]any {
	var rows [][]any
	add := func(agency, field, name string, f scoring.Figure) {
		if f.Known() {
			rows = append(rows, []any{publication, l.Group, agency, field, name, f.Value(), f.Origin().String()})
		}
	}
	for _, e := range l.Entries {
		add(e.Agency, "", "standardPoints", e.Standard)
		add(e.Agency, "", "selfPoints", e.Self)
		add(e.Agency, "", "officialsPoints", e.Officials)
		add(e.Agency, "", "satisfactionPoints", e.Satisfaction)
		add(e.Agency, "", "surveyPoints", e.Survey)
		add(e.Agency, "", "totalPoints", e.Total)
		add(e.Agency, "", "index", e.Index)
		add(e.Agency, "", "uncappedIndex", e.Uncapped)
		for _, d := range e.Domains {
			add(e.Agency, d.Field, "points", d.Points)
			add(e.Agency, d.Field, "standardPoints", d.Standard)
			add(e.Agency, d.Field, "index", d.Index)
		}
	}
	add("", "", "meanIndex", l.Statistics.Mean)
	add("", "", "highest", l.Statistics.Highest)
	add("", "", "lowest", l.Statistics.Lowest)
	add("", "", "gap", l.Statistics.Gap)
	return rows
}

func switchTo(ctx context.Context, tx pgx.Tx, p scoring.Publication) error {
	_, err := tx.Exec(ctx, `
		insert into scoring.current_publication (authority, cycle, publication_id) values ($1, $2, $3)
		on conflict on constraint current_publication_pkey do update set publication_id = excluded.publication_id`,
		p.Authority, p.Cycle, p.ID)
	return err
}

// entry returns the audit entry of a publication: ids, counts and hashes only.
func entry(p Publishing, current *scoring.Publication) audit.Entry {
	type side struct {
		Publication string `json:"publication"`
		Version     int    `json:"version"`
		Source      string `json:"source_sha256,omitempty"`
		Run         string `json:"run,omitempty"`
	}
	toSide := func(p scoring.Publication) *side {
		return &side{p.ID, p.Version, hex.EncodeToString(p.Source.SHA256), p.Run}
	}
	change := struct {
		From       *side          `json:"from"`
		To         *side          `json:"to"`
		Agencies   map[string]int `json:"agencies"`
		ProposedBy string         `json:"proposed_by,omitempty"`
	}{To: toSide(p.Publication), Agencies: map[string]int{}, ProposedBy: p.Proposal.By}
	if current != nil {
		change.From = toSide(*current)
	}
	for _, g := range p.Results.Groups() {
		change.Agencies[g.ID] = g.Agencies
	}
	reason := p.Publication.Notice
	if reason == "" {
		reason = p.Publication.Decision.Number
	}
	return audit.Entry{
		Resource:  "authorities/" + p.Publication.Authority + "/cycles/" + p.Publication.Cycle + "/publications",
		Principal: p.Request.Principal, Action: "publish", Change: change, Reason: reason, At: p.Publication.PublishTime,
	}
}

// problem converts an error of the database to a fault. No constraint has a reason of
// its own, because rows are checked before they are written, under a lock.
func problem(err error) error { return pg.Fault(err, nil) }
