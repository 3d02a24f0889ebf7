# shellcheck shell=bash
# Puts the private Node on the PATH and the packages of the web client into gateway/web/node_modules.
# Sourced at the root of the checkout, never run.
assignments="$(deploy/local/tools.sh node)" || exit 1
eval "$assignments"
export PATH="$PARINDEX_NODE_BIN:$PATH"
if ! cmp -s gateway/web/package-lock.json gateway/web/node_modules/.installed; then
	echo "Installing the packages of the web client …" >&2
	(cd gateway/web && npm ci --ignore-scripts --loglevel error && cp package-lock.json node_modules/.installed)
fi
