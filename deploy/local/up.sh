#!/usr/bin/env bash
# Starts a private PostgreSQL and Redis: up.sh [--name run|test|…]
#
# The data of "run" survive a power cut; every other name is for tests, faster and not safe. Both
# servers listen only on Unix sockets in a private folder. Calling it again leaves them running.
# Prints shell assignments on stdout: eval "$(deploy/local/up.sh)"
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

name=run
while [ $# -gt 0 ]; do
	case "$1" in
	--name)
		[ $# -ge 2 ] || die "--name needs a name"
		name="$2"
		shift 2
		;;
	--name=*)
		name="${1#*=}"
		shift
		;;
	*) die "unknown argument '$1'; usage: up.sh [--name run|test]" ;;
	esac
done

open_local
use_cluster "$name"
lock 8 "$NAME" "starting or stopping '$NAME'"

found="$(pg_found)"
REDIS_BIN="$(tool_dir redis)"
if [ -z "$found" ] || [ -z "$REDIS_BIN" ]; then
	"$HERE/tools.sh" postgresql redis >/dev/null 8>&- || exit 1
	found="$(pg_found)"
	REDIS_BIN="$(tool_dir redis)"
fi
PG_BIN="$(sed -n '1s/^[0-9]* //p' <<<"$found")"

# Data of another major version: test data are created again, other data need programs of their version.
if [ -e "$PG_DATA/PG_VERSION" ]; then
	major="$(cat "$PG_DATA/PG_VERSION")"
	match="$(sed -n "s/^$major //p" <<<"$found" | head -n 1)"
	if [ -n "$match" ]; then
		PG_BIN="$match"
	elif [ "$NAME" = run ]; then
		die "the data in $PG_DATA were written by PostgreSQL $major, and this machine has another version. Install PostgreSQL $major, or remove the data with 'deploy/local/down.sh --name $NAME --purge'."
	else
		rm -rf "$PG_DATA"
	fi
fi

own_folder() { # a folder of the database's user that nobody else enters
	[ -d "$1" ] || mkdir "$1" || die "cannot make $1. Is the disk full?"
	if [ "$(id -u)" = 0 ]; then chown "$DB_UID:$DB_GID" "$1"; fi
	chmod 0700 "$1"
}
mkdir -p "$BASE"
chmod 0711 "$BASE"
own_folder "$PG_SOCKETS"
own_folder "$REDIS_DIR"

last_words() { # LOGFILE
	[ ! -r "$1" ] || tail -n 5 "$1" | sed 's/^/  /' >&2
}

pg_ready() { as_db "$PG_BIN/pg_isready" -q -h "$PG_SOCKETS" -p 5432 -U parindex -d postgres; }

wait_for() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	while ! "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

make_cluster() {
	local new="$BASE/pgdata.new" log="$BASE/initdb.log" sync=() ctype=C
	rm -rf "$new"
	own_folder "$new"
	[ "$NAME" = run ] || sync=(--no-sync)
	# Order by code point, but know upper and lower case of every script.
	if locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$'; then ctype=C.UTF-8; fi
	say "Making the database folder $PG_DATA …"
	as_db "$PG_BIN/initdb" -D "$new" -U parindex -A trust -E UTF8 --locale=C --lc-ctype="$ctype" "${sync[@]}" \
		</dev/null >"$log" 2>&1 || {
		last_words "$log"
		die "initdb failed, see $log. Is the disk full?"
	}
	mv "$new" "$PG_DATA"
}

# Written at every start, so that old folders get the present settings, too.
configure_pg() {
	local shared_memory
	# What initdb found to work here.
	shared_memory="$(sed -nE 's/^dynamic_shared_memory_type *= *([a-z]+).*/\1/p' "$PG_DATA/postgresql.conf")"
	{
		cat <<-CONF
			# Written by deploy/local/up.sh at every start.
			listen_addresses = ''
			port = 5432
			unix_socket_directories = '$PG_SOCKETS'
			unix_socket_permissions = 0700
			max_connections = 200
			jit = off
			timezone = 'UTC'
			log_timezone = 'UTC'
			log_checkpoints = off
			cluster_name = 'parindex-$NAME'
			dynamic_shared_memory_type = ${shared_memory:-posix}
		CONF
		if [ "$NAME" = run ]; then
			cat <<-CONF
				shared_buffers = 64MB
				max_wal_size = 512MB
			CONF
		else
			cat <<-CONF
				# For tests: fast, but lost in a power cut.
				shared_buffers = 128MB
				fsync = off
				synchronous_commit = off
				full_page_writes = off
				wal_level = minimal
				max_wal_senders = 0
				max_wal_size = 1GB
				# As many packages at once as the machine has cores.
				max_connections = 1000
			CONF
		fi
	} >"$BASE/postgresql.conf"
	echo 'local all all trust' >"$BASE/pg_hba.conf"
	chmod 644 "$BASE/postgresql.conf" "$BASE/pg_hba.conf"
}

try_pg() {
	[ ! -e "$PG_LOG" ] || mv -f "$PG_LOG" "$PG_LOG.1"
	(umask 077 && : >"$PG_LOG")
	if [ "$(id -u)" = 0 ]; then chown "$DB_UID:$DB_GID" "$PG_LOG"; fi
	as_db setsid "$PG_BIN/pg_ctl" start -D "$PG_DATA" -s -w -t 120 -l "$PG_LOG" \
		-o "-c config_file=$BASE/postgresql.conf -c hba_file=$BASE/pg_hba.conf" </dev/null >&2
}

start_pg() {
	if [ -n "$(pg_pid || true)" ]; then
		wait_for 60 pg_ready && return # still starting, or recovering
		die "PostgreSQL ($(pg_pid)) runs but does not answer, see $PG_LOG. Stop it with 'deploy/local/down.sh --name $NAME' and run this again."
	fi
	[ -e "$PG_DATA/PG_VERSION" ] || make_cluster
	configure_pg
	# Left by a crash: PostgreSQL clears these itself, unless the number they hold
	# belongs by now to another process of the same user.
	local pid=
	{ read -r pid <"$PG_DATA/postmaster.pid"; } 2>/dev/null || true
	if [[ $pid =~ ^[0-9]+$ ]] && [ -d "/proc/$pid" ]; then rm -f "$PG_DATA/postmaster.pid"; fi
	rm -f "$PG_SOCKETS"/.s.PGSQL.*
	say "Starting PostgreSQL …"
	local attempt
	for attempt in 1 2 3 4 5; do
		try_pg && return
		# Processes of a killed server need a moment to notice.
		grep -q 'pre-existing shared memory' "$PG_LOG" || break
		sleep "$attempt"
	done
	last_words "$PG_LOG"
	die "PostgreSQL did not start, see $PG_LOG. If you do not need the data: 'deploy/local/down.sh --name $NAME --purge', then run this again."
}

redis_ready() { [ "$(timeout 2 "$REDIS_BIN/redis-cli" -s "$REDIS_SOCKET" ping 2>/dev/null)" = PONG ]; }

start_redis() {
	local log="$REDIS_DIR/redis.log"
	if [ -n "$(redis_pid || true)" ]; then
		wait_for 60 redis_ready && return
		die "Redis ($(redis_pid)) runs but does not answer, see $log. Stop it with 'deploy/local/down.sh --name $NAME' and run this again."
	fi
	say "Starting Redis …"
	[ ! -e "$log" ] || mv -f "$log" "$log.1"
	# Redis is a cache: nothing is written to disk, and the least used keys are evicted first.
	as_db setsid "$REDIS_BIN/redis-server" --port 0 --unixsocket "$REDIS_SOCKET" --unixsocketperm 700 \
		--dir "$REDIS_DIR" --pidfile "$REDIS_DIR/redis.pid" --logfile "$log" --daemonize yes \
		--save '' --appendonly no --maxmemory 64mb --maxmemory-policy allkeys-lru </dev/null >&2 || true
	wait_for 60 redis_ready && return
	last_words "$log"
	die "Redis did not start, see $log."
}

if [ -z "$(pg_pid || true)" ] || ! pg_ready; then start_pg; fi
if [ -z "$(redis_pid || true)" ] || ! redis_ready; then start_redis; fi

assign PARINDEX_LOCAL_DIR "$LOCAL"
assign PARINDEX_PG_BIN "$PG_BIN"
assign PARINDEX_PG_SOCKET_DIR "$PG_SOCKETS"
assign PARINDEX_BOOTSTRAP_DSN "host=$PG_SOCKETS port=5432 user=parindex dbname=postgres"
assign PARINDEX_REDIS_URL "unix://$REDIS_SOCKET"
