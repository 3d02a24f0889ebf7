package pg

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// Flags registers the flags of one service's database: --<service>-dsn, whose
// default is the value of --dsn, which all services share.
func (c *Config) Flags(fs *pflag.FlagSet, service string) {
	if fs.Lookup("dsn") == nil {
		fs.String("dsn", "", "PostgreSQL connection string of every service that has none of its own")
	}
	c.shared = fs.Lookup("dsn").Value
	fs.StringVar(&c.DSN, service+"-dsn", "", "PostgreSQL connection string of "+service)
	fs.Int32Var(&c.MaxConns, service+"-db-conns", 0, fmt.Sprintf("most database connections of %s; 0: %d", service, usualConns))
	fs.BoolVar(&c.Pooler, service+"-db-pooler", false, "a pooler such as PgBouncer stands before the database of "+service)
}

// Resolve gives c the shared connection string if it has none of its own. It
// fails if there is neither.
func (c *Config) Resolve(service string) error {
	if c.DSN == "" && c.shared != nil {
		c.DSN = c.shared.String()
	}
	if c.DSN == "" {
		return fmt.Errorf("no database for %s: set PARINDEX_DSN, or PARINDEX_%s_DSN", service, strings.ToUpper(service))
	}
	return nil
}
