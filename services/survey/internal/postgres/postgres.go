// Package postgres is the memory of survey: questionnaires, invitations and responses in PostgreSQL.
// It speaks domain types and knows no message.
package postgres

import (
	"embed"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/pg"
)

// Schema is the schema that survey owns.
const Schema = "survey"

//go:embed migrations/*.sql
var migrations embed.FS

// Lines returns the migrations of the schema: own tables, the audit log, the
// remembered requests.
func Lines() []pg.Line {
	return []pg.Line{{Name: "survey", FS: migrations, Dir: "migrations"}, audit.Line(), pg.OnceLine()}
}
