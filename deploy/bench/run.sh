#!/usr/bin/env bash
# Measures, prints ratios, asserts nothing. Takes up to nine minutes; loopback only.
# run.sh [-only leaderboards|entries|responses|province] [other flags of bench]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source deploy/local/progress.sh

need go "install Go 1.26 or later"
export CGO_ENABLED=0
mkdir -p bin
progress "Building" go build -o bin/ ./deploy/allinone/cmd/parindex ./deploy/bench
eval "$(deploy/local/tools.sh postgresql nginx wrk)"
need "$PARINDEX_POSTGRESQL_BIN/pgbench" "install that of PostgreSQL; on Debian it is part of the server's package"

if [ $# = 0 ]; then
	echo "index of 47 agencies from 120 item points each"
	go test -run '^$' -bench Index47x120 -benchmem -count 3 ./services/scoring/internal/scoring | grep -E '^(cpu|Benchmark)'
	echo
fi
if test -x "$PARINDEX_POSTGRESQL_BIN/pg_test_fsync"; then
	echo "the disk, for comparing runs:"
	"$PARINDEX_POSTGRESQL_BIN/pg_test_fsync" -s 1 -f "$PWD/bin/.fsync" 2>/dev/null | grep -E '^ +fdatasync' | head -1 || true
	rm -f bin/.fsync
	echo
fi
# shellcheck disable=SC2016 # expanded where the servers' addresses are known
exec deploy/local/with.sh --name bench -- \
	bash -c 'PARINDEX_DSN=$PARINDEX_BOOTSTRAP_DSN exec bin/bench -wrk "$0/wrk" -nginx "$1/nginx" -postgresql "$2" "${@:3}"' \
	"$PARINDEX_WRK_BIN" "$PARINDEX_NGINX_BIN" "$PARINDEX_POSTGRESQL_BIN" "$@"
