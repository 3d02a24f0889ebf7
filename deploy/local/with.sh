#!/usr/bin/env bash
# Runs a command with the private PostgreSQL and Redis up, and stops them after the last one:
# with.sh [--name run|test|…] [--bootstrap] [--] COMMAND [ARGUMENT...]
#
# The command finds the assignments of up.sh (and with --bootstrap those of bootstrap.sh) in its
# environment. This script returns its exit status. Several commands may use one NAME at the same time.
callers_locale="${LC_ALL-}"
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

name=run bootstrap=no
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
	--bootstrap)
		bootstrap=yes
		shift
		;;
	--)
		shift
		break
		;;
	-*) die "unknown argument '$1'; usage: with.sh [--name run|test] [--bootstrap] -- COMMAND" ;;
	*) break ;;
	esac
done
[ "$bootstrap" = no ] || [ "$name" = run ] || die "--bootstrap is possible only for 'run'"
[ $# -gt 0 ] || die "no command given; usage: with.sh [--name run|test] [--bootstrap] -- COMMAND"

open_local
use_cluster "$name"

# Every script that uses the cluster holds this lock shared. The one that gets it exclusively is the last.
exec 7>"$LOCAL/$NAME.users"
flock -s 7
# shellcheck disable=SC2317 # called by the trap
finish() {
	local status=$?
	trap '' INT TERM HUP
	if flock -n -x 7; then "$HERE/down.sh" --name "$NAME" 7>&- || true; fi
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

assignments="$("$HERE/up.sh" --name "$NAME" 7>&-)" || exit 1
if [ "$bootstrap" = yes ]; then
	assignments+=$'\n'"$("$HERE/bootstrap.sh" 7>&-)" || exit 1
fi
set -a
eval "$assignments"
set +a
if [ -n "$callers_locale" ]; then LC_ALL="$callers_locale"; else unset LC_ALL; fi

# Ctrl-C reaches the command directly: this script waits until the command ends by itself. Other
# signals reach only this script, which passes them on.
pid=
trap : INT
trap '[ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || true' TERM
trap '[ -z "$pid" ] || kill -HUP "$pid" 2>/dev/null || true' HUP
(
	trap - INT QUIT TERM HUP EXIT
	exec "$@"
) <&0 7>&- &
pid=$!
while :; do
	status=0
	wait "$pid" || status=$?
	# A signal ends the wait early, while the command is still running.
	kill -0 "$pid" 2>/dev/null || break
done
exit "$status"
