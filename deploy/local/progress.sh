#!/usr/bin/env bash
# Shared by run.sh and test.sh: telling what takes long, and what is missing.

# die SENTENCE: says why there is no going on.
die() {
	echo "parindex: $1" >&2
	exit 1
}

# need PROGRAM WHAT-TO-DO: ends unless the program is there.
need() {
	command -v "$1" >/dev/null || die "there is no $1 on this machine: $2"
}

# space FOLDER MEGABYTES: ends unless the disk of FOLDER, or of its nearest parent that exists, has room.
space() {
	local folder="$1" free
	while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
	free="$(df -Pm "$folder" | awk 'NR==2 {print $4}')"
	[ "$free" -ge "$2" ] || die "the disk of $folder has $free MB free and $2 MB are needed: make room and try again"
}

# progress WHAT COMMAND...: runs a command and says every ten seconds that it is still at work.
# Its output comes only if it fails.
progress() {
	local what="$1" start=$SECONDS log status=0 ticker
	shift
	log="$(mktemp)"
	echo "$what …" >&2
	while sleep 10; do echo "  … $((SECONDS - start)) s" >&2; done &
	ticker=$!
	"$@" >"$log" 2>&1 || status=$?
	kill "$ticker" 2>/dev/null || true
	wait "$ticker" 2>/dev/null || true
	[ "$status" = 0 ] || cat "$log" >&2
	rm -f "$log"
	return "$status"
}
