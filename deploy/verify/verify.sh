#!/usr/bin/env bash
# Checks everything about the repository that needs no database: `make verify`.
# Changes no file outside bin/, .local/ and what git ignores. All steps run even if one fails; each failure
# says what to do, and the last line says which steps failed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=()

# step NAME ADVICE COMMAND... runs one check and prints its seconds.
step() {
	local name=$1 advice=$2 from=$SECONDS
	shift 2
	printf '== %s\n' "$name"
	if "$@"; then
		printf '   ok, %d s\n' $((SECONDS - from))
	else
		printf '   FAILED after %d s: %s\n' $((SECONDS - from)) "$advice"
		failed+=("$name")
	fi
}

tools() {
	deploy/verify/tools.sh proto/tools deploy/verify/tools
}

# The output is written to another folder and compared, so that uncommitted work
# can be verified and nothing is overwritten.
generated() {
	bin/tools/buf generate --output "$tmp/generated" &&
		diff -r "$tmp/generated/proto/gen" proto/gen || return 1
	mkdir "$tmp/openapi" && deploy/verify/openapi.sh "$tmp/openapi" &&
		diff -r --exclude='*.go' --exclude='*.html' "$tmp/openapi" gateway/internal/openapi
}

# The workspace hides a missing require, so each module is built by itself.
alone() {
	local dir bad=0
	while read -r dir; do
		(cd "$dir" && GOWORK=off go build -o /dev/null ./... && GOWORK=off go mod tidy -diff) || {
			echo "   in ${dir#"$PWD"/}"
			bad=1
		}
	done < <(go list -m -f '{{.Dir}}')
	return $bad
}

formatted() {
	local dirs
	mapfile -t dirs < <(go list -m -f '{{.Dir}}')
	bin/tools/golangci-lint fmt --diff "${dirs[@]}"
}

# At the root of a workspace the linter finds no module and reports nothing.
linted() {
	local patterns
	mapfile -t patterns < <(go list -m -f '{{.Dir}}/...')
	bin/tools/golangci-lint run "${patterns[@]}"
}

# The contracts must stay readable for clients of the last release, whose contracts
# are kept as an image (CONTRIBUTING.md says how it is made).
compatible() {
	local released=proto/released.binpb
	if [ ! -e "$released" ]; then
		echo "   nothing is released yet: there is no $released"
		return 0
	fi
	# As images, because the workspace has modules of others beside ours.
	bin/tools/buf build --path proto/parindex -o "$tmp/contracts.binpb" &&
		bin/tools/buf breaking "$tmp/contracts.binpb" --against "$released" --exclude-imports --config buf.yaml
}

imports() {
	(cd deploy && go test -tags imports -count=1 ./imports)
}

step "tools" "the module proxy must be reachable once; see the error above" tools
step "generated code" "run make generate and commit proto/gen" generated
step "each module alone" "add what is missing to its go.mod: GOWORK=off go mod tidy in its folder" alone
step "go vet" "correct the lines that vet reports" go vet work
step "format" "run make fmt" formatted
step "lint" "correct the line, or add //nolint:<linter> // <reason>" linted
step "contracts: lint" "correct the proto at the line above" bin/tools/buf lint
step "contracts: compatible" "add a new field or rpc and reserve the old one; clients in use read the old form" compatible
step "web client" "correct what is reported; if dist differs, run make client and commit it" deploy/verify/web.sh
step "import rules" "correct the rule in .golangci.yaml or its row in deploy/imports" imports

if [ ${#failed[@]} -gt 0 ]; then
	printf 'verify failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
	exit 1
fi
printf 'verify passed in %d s\n' "$SECONDS"
