#!/usr/bin/env bash
# Prepares the database of `up.sh --name run`: database parindex, and for each service a role and
# a schema that only this role can use. Leaves what already exists unchanged.
# Prints a PARINDEX_<SERVICE>_DSN per service on stdout: eval "$(deploy/local/bootstrap.sh)"
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[ $# = 0 ] || die "takes no arguments"
use_cluster run
SERVICES=(identity catalog assessment appraisal survey scoring)

[ -S "$PG_SOCKETS/.s.PGSQL.5432" ] || die "PostgreSQL is not running. Run deploy/local/up.sh first."
PG_BIN="$(tool_dir postgresql)"
[ -n "$PG_BIN" ] || die "psql is missing. Run deploy/local/up.sh first."

"$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -v services="${SERVICES[*]}" \
	"host=$PG_SOCKETS port=5432 user=parindex dbname=postgres" >/dev/null <<'SQL' ||
set client_min_messages = warning;

-- Two callers at once: one after the other.
select pg_advisory_lock(hashtext('parindex bootstrap'));

select 'create database parindex'
where not exists (select from pg_database where datname = 'parindex') \gexec

select format('create role %I login', 'parindex_' || service)
from string_to_table(:'services', ' ') as service
where not exists (select from pg_roles where rolname = 'parindex_' || service) \gexec

select format('alter role %I set search_path = %I', 'parindex_' || service, service)
from string_to_table(:'services', ' ') as service \gexec

revoke connect, temporary on database parindex, postgres, template1 from public;

select format('grant connect, temporary on database parindex to %I', 'parindex_' || service)
from string_to_table(:'services', ' ') as service \gexec

\connect parindex
set client_min_messages = warning;
select pg_advisory_lock(hashtext('parindex bootstrap'));

revoke create on schema public from public;

select format('create schema if not exists %I authorization %I', service, 'parindex_' || service)
from string_to_table(:'services', ' ') as service \gexec

select format('revoke all on schema %I from public', service)
from string_to_table(:'services', ' ') as service \gexec
SQL
	die "the database could not be prepared; the lines above say why."

for service in "${SERVICES[@]}"; do
	assign "PARINDEX_${service^^}_DSN" "host=$PG_SOCKETS port=5432 user=parindex_$service dbname=parindex"
done
