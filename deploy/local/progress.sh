#!/usr/bin/env bash
# Functions of run.sh and test.sh that report progress and missing requirements.

# die SENTENCE: prints the reason and ends with status 1.
die() {
	echo "parindex: $1" >&2
	exit 1
}

# need PROGRAM WHAT-TO-DO: ends unless the program is there.
need() {
	command -v "$1" >/dev/null || die "$1 is missing on this machine: $2"
}

# space FOLDER MEGABYTES: ends unless the disk of FOLDER, or of its nearest parent that exists, has room.
space() {
	local folder="$1" free
	while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
	free="$(df -Pm "$folder" | awk 'NR==2 {print $4}')"
	[ "$free" -ge "$2" ] || die "the disk of $folder has $free MB free and $2 MB are needed: free some space and try again"
}

# progress WHAT COMMAND...: runs a command and reports every ten seconds that it is still running.
# Prints the command's output only if it fails.
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
