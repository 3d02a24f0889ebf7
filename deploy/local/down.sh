#!/usr/bin/env bash
# Stops what up.sh started, and nothing else: down.sh [--name NAME] [--purge] [--tools]
#
# Without --name: every private PostgreSQL and Redis of this checkout.
# --purge also removes their data, --tools also the downloaded programs.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

names=() purge=no tools=no
while [ $# -gt 0 ]; do
	case "$1" in
	--name)
		[ $# -ge 2 ] || die "--name needs a name"
		names+=("$2")
		shift 2
		;;
	--name=*)
		names+=("${1#*=}")
		shift
		;;
	--purge)
		purge=yes
		shift
		;;
	--tools)
		tools=yes
		shift
		;;
	*) die "unknown argument '$1'; usage: down.sh [--name run|test] [--purge] [--tools]" ;;
	esac
done

[ "$tools" = no ] || [ ${#names[@]} = 0 ] ||
	die "--tools cannot be used with --name, because all names share the programs."
all="${#names[@]}"
[ -d "$LOCAL" ] || exit 0
open_local
if [ ${#names[@]} = 0 ]; then mapfile -t names < <(clusters); fi

stop() { # "what" PID_FUNCTION SIGNAL...
	local what="$1" pid_of="$2" pid tenths signal
	shift 2
	for signal in "$@"; do
		pid="$("$pid_of" || true)"
		[ -n "$pid" ] || return 0
		kill -s "$signal" "$pid" 2>/dev/null || true
		tenths=300
		while [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" ] && ((tenths-- > 0)); do sleep 0.1; done
	done
	pid="$("$pid_of" || true)"
	[ -z "$pid" ] || die "$what of '$NAME' (process $pid) does not stop. See its log in $BASE."
}

for name in "${names[@]}"; do
	use_cluster "$name"
	[ -d "$BASE" ] || continue
	lock 8 "$NAME" "starting or stopping '$NAME'"
	stop Redis redis_pid TERM KILL # a cache: nothing to lose
	# INT rolls back and stops at once. QUIT, after half a minute, stops without
	# clean-up: the next start then needs a recovery, but no data are lost.
	stop PostgreSQL pg_pid INT QUIT
	if [ "$purge" = yes ]; then rm -rf "$BASE"; fi
	exec 8>&-
done
if [ "$tools" = yes ]; then
	lock 9 tools "a download"
	rm -rf "$TOOLS"
	if [ "$purge$all" = yes0 ]; then
		rm -f "$LOCAL"/*.lock "$LOCAL"/*.users
		rmdir "$LOCAL" 2>/dev/null || true
	fi
fi
