#!/usr/bin/env bash
# Runs a command with the private PostgreSQL and Redis up, and stops them after the last one:
# with.sh [--name run|test|…] [--bootstrap] [--] COMMAND [ARGUMENT...]
#
# The command finds the assignments of up.sh (and with --bootstrap those of bootstrap.sh) in its
# environment. Its exit status is ours. Several commands may use one NAME at the same time.
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
[ "$bootstrap" = no ] || [ "$name" = run ] || die "--bootstrap prepares 'run' only"
[ $# -gt 0 ] || die "which command? usage: with.sh [--name run|test] [--bootstrap] -- COMMAND"

open_local
use_cluster "$name"

# Every user of the cluster holds this lock shared. Who gets it alone is the last.
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

# Ctrl-C reaches the command by itself: we wait for it to end in its own way. Other signals
# reach us alone, and we hand them on.
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
	# A signal ends the wait early, with the command still there.
	kill -0 "$pid" 2>/dev/null || break
done
exit "$status"
