#!/usr/bin/env bash
# Installs the pinned tools of the given modules into bin/tools.
#
#   deploy/verify/tools.sh proto/tools deploy/verify/tools
#
# A module is installed again when its go.mod, its go.sum or the Go release
# changed since the last time; otherwise this costs a few milliseconds.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=$PWD/bin/tools
mkdir -p "$bin"
for module in "$@"; do
	stamp=$bin/.${module//\//-}
	want=$(cd "$module" && { go env GOVERSION GOOS GOARCH && cat go.mod go.sum; } | git hash-object --stdin)
	if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
		continue
	fi
	echo "installing the tools of $module (minutes the first time)"
	# Without cgo no C compiler is needed. These modules are outside the
	# workspace, so that their dependencies do not determine versions of the services.
	CGO_ENABLED=0 GOWORK=off GOBIN=$bin go -C "$module" install tool
	echo "$want" >"$stamp"
done
