# shellcheck shell=bash
# Functions shared by the scripts in this folder. This file is sourced, never run.
set -euo pipefail
umask 022

# The caller's settings for other databases must not leak into this one.
# shellcheck disable=SC2086 # a list of variable names
unset ${!PG*}
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*" >&2; }
die() {
	say "${0##*/}: $*"
	exit 1
}

# NAME=value lines that a shell can eval.
assign() { printf "%s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }

need() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null ||
			die "the program '$tool' is missing. Install it (on Debian it is part of the base system) and run this again."
	done
}

HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
CHECKOUT="$(cd "$HERE/../.." && pwd -P)"
need flock setpriv setsid sha256sum stat

# The user the databases run as. PostgreSQL refuses to run as root.
DB_UID="$(id -u)" DB_GID="$(id -g)"
AS_DB=()
# shellcheck disable=SC2034 # used by the scripts that source this
be_db_user() { # UID GID
	DB_UID="$1" DB_GID="$2"
	AS_DB=(setpriv "--reuid=$1" "--regid=$2" --clear-groups)
}
if [ "$(id -u)" = 0 ]; then
	if id postgres >/dev/null 2>&1; then
		be_db_user "$(id -u postgres)" "$(id -g postgres)"
	elif id nobody >/dev/null 2>&1; then
		be_db_user "$(id -u nobody)" "$(id -g nobody)"
	else
		die "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody' to run it as. Run this as an ordinary user."
	fi
fi
# Runs a command as that user, in a folder that the user can enter, without our locks.
as_db() { (cd / && exec "${AS_DB[@]}" "$@" 7>&- 8>&- 9>&-); }

# .local of the checkout is used if it is ours, its name needs no quoting and is short enough
# for a socket path (107 bytes), the database's user can enter it and the file system keeps modes.
checkout_serves() {
	local dir="$CHECKOUT/.local" probe mode
	[ -O "$CHECKOUT" ] || return 1
	[[ $dir =~ ^[A-Za-z0-9/._+@-]+$ ]] && ((${#dir} <= 72)) || return 1
	as_db test -x "$CHECKOUT" || return 1
	mkdir -p "$dir" 2>/dev/null && [ -O "$dir" ] && [ ! -L "$dir" ] || return 1
	probe="$(mktemp -d "$dir/.probe-XXXXXX" 2>/dev/null)" || return 1
	chmod 0710 "$probe" 2>/dev/null || true
	mode="$(stat -c %a "$probe")"
	rmdir "$probe"
	[ "$mode" = 710 ]
}

if checkout_serves; then
	LOCAL="$CHECKOUT/.local"
else
	LOCAL="/var/tmp/parindex-$(printf '%s\n' "$CHECKOUT" "$(id -u)" | sha256sum | cut -c1-16)"
fi

# Makes the folder, and makes sure it is ours: /var/tmp is open to everyone.
open_local() {
	mkdir -p "$LOCAL" 2>/dev/null ||
		die "cannot make the folder $LOCAL. Free some space or make its parent writable, then run this again."
	{ [ -O "$LOCAL" ] && [ ! -L "$LOCAL" ]; } ||
		die "the folder $LOCAL belongs to another user. Have it removed, then run this again."
	if [ "$(id -u)" = 0 ]; then chmod go-w,a+x "$LOCAL"; else chmod go-w "$LOCAL"; fi
}

# Holds a lock until this script ends: lock FD NAME "what another script may be doing".
lock() {
	local fd="$1" file="$LOCAL/$2.lock"
	case "$fd" in
	8) exec 8>"$file" ;;
	9) exec 9>"$file" ;;
	*) die "no such lock: $fd" ;;
	esac
	flock -n "$fd" && return
	say "Waiting for another call to finish $3 …"
	flock "$fd"
}

# --- One cluster: the folders and processes of one NAME ----------------------------

# shellcheck disable=SC2034 # used by the scripts that source this
use_cluster() {
	[[ $1 =~ ^[a-z][a-z0-9-]{0,15}$ && $1 != tools ]] ||
		die "a name has 1 to 16 of a-z, 0-9 and '-', begins with a letter and is not 'tools': '$1'"
	NAME="$1"
	BASE="$LOCAL/$NAME"
	PG_DATA="$BASE/pgdata" PG_SOCKETS="$BASE/pg" PG_LOG="$BASE/pgdata.log"
	REDIS_DIR="$BASE/redis" REDIS_SOCKET="$BASE/redis/redis.sock"
	# Existing data keep their user.
	if [ "$(id -u)" = 0 ] && [ -d "$PG_DATA" ] && [ "$(stat -c %u "$PG_DATA")" != 0 ]; then
		be_db_user "$(stat -c %u "$PG_DATA")" "$(stat -c %g "$PG_DATA")"
	fi
}

clusters() { # the names that have a folder
	local dir
	for dir in "$LOCAL"/*/; do
		if [ -d "$dir/pg" ]; then basename "$dir"; fi
	done
}

# The process in a pid file, if it is alive and works in that folder: after a crash or a
# reboot the number may belong to another program.
pid_in() { # PIDFILE FOLDER
	local pid=
	{ read -r pid <"$1"; } 2>/dev/null || true
	[[ $pid =~ ^[0-9]+$ ]] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$2" ] && echo "$pid"
}
pg_pid() { pid_in "$PG_DATA/postmaster.pid" "$PG_DATA"; }
redis_pid() { pid_in "$REDIS_DIR/redis.pid" "$REDIS_DIR"; }

# --- Programs ----------------------------------------------------------------------

TOOLS="$LOCAL/tools"

has_programs() { # FOLDER PROGRAM...
	local dir="$1" program
	shift
	for program in "$@"; do [ -x "$dir/$program" ] || return 1; done
}

# Folders with a PostgreSQL 14 or later that the database's user can run, the best first:
# "MAJOR FOLDER". The machine's own come before the downloaded one.
pg_found() {
	local dir major
	{
		command -v initdb | xargs -r readlink -f | xargs -r dirname || true
		printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
		echo "$TOOLS/postgresql/bin"
	} | while read -r dir; do
		has_programs "$dir" initdb postgres psql pg_isready || continue
		major="$(as_db "$dir/postgres" --version 2>/dev/null | sed -nE 's/^[^0-9]*([0-9]+).*/\1/p')" || continue
		if [ "${major:-0}" -ge 14 ]; then echo "$major $dir"; fi
	done
}

# The folder of a program of the machine, otherwise of the downloaded one: program_dir NAME PROGRAM...
program_dir() {
	local name="$1" dir
	shift
	dir="$(command -v "$1" || true)"
	for dir in "${dir%/*}" "$TOOLS/$name/bin"; do
		if [ -n "$dir" ] && has_programs "$dir" "$@" && as_db test -x "$dir/$1"; then
			echo "$dir"
			return
		fi
	done
	return 1
}

# A Chromium 150 or later that this user can run, if the fonts beside it have Vietnamese: the
# machine's, otherwise the downloaded one. Snap's cannot read the folders of the tests.
browser_found() {
	local program major fonts
	fonts="$(fc-list :lang=vi 2>/dev/null | head -n 1 || true)"
	for program in chromium-headless-shell chromium google-chrome "$TOOLS/browser/bin/chromium-headless-shell"; do
		program="$(command -v "$program")" || continue
		[[ -n $fonts || $program == "$TOOLS"/* ]] && [[ $program != /snap/* ]] || continue
		major="$("$program" --version 2>/dev/null | sed -nE 's/^[^0-9]*([0-9]+)\..*/\1/p')" || continue
		if [ "${major:-0}" -ge 150 ]; then
			echo "$program"
			return
		fi
	done
	return 1
}

# The folder of the private Node and npm, if they are those of node.sums. The machine's own are
# never used, so that the same ones build the web client everywhere.
node_dir() {
	has_programs "$TOOLS/node/bin" node npm && cmp -s "$HERE/node.sums" "$TOOLS/node/node.sums" && echo "$TOOLS/node/bin"
}

# The folder of a tool's programs, or nothing.
tool_dir() {
	case "$1" in
	postgresql) pg_found | sed -n '1s/^[0-9]* //p' ;;
	redis) program_dir redis redis-server redis-cli || true ;;
	nginx) program_dir nginx nginx || true ;;
	wrk) program_dir wrk wrk || true ;;
	browser) browser_found | xargs -r dirname || true ;;
	node) node_dir || true ;;
	*) die "no such tool: '$1'. Known are postgresql, redis, nginx, wrk, browser and node." ;;
	esac
}
