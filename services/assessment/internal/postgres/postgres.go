// Package postgres is the memory of assessment: sheets, entries, evidence and seals in PostgreSQL.
// It speaks domain types and knows no message.
package postgres

import (
	"embed"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/pg"
)

// Schema is the schema that assessment owns.
const Schema = "assessment"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: own tables, the audit log, the
// remembered requests.
func Lines() []pg.Line {
	return []pg.Line{{Name: "assessment", FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine()}
}
