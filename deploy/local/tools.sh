#!/usr/bin/env bash
# Makes programs available: tools.sh NAME...   (postgresql redis nginx wrk browser node)
#
# Programs of the machine are used if it has them. Others are downloaded once from the machine's own
# package sources into a private folder; nothing is installed. Node is always a private one: its packages
# come from the registry that npm is configured for, and node.sums says which. Prints the folders of the programs as
# shell assignments: PARINDEX_POSTGRESQL_BIN=…; of the browser the program: PARINDEX_BROWSER=…
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[ $# -gt 0 ] || die "name the programs: tools.sh postgresql redis nginx wrk browser node"

answer() {
	local name
	for name in "$@"; do
		if [ "$name" = browser ]; then
			assign PARINDEX_BROWSER "$(browser_found)"
		else
			assign "PARINDEX_${name^^}_BIN" "$(tool_dir "$name")"
		fi
	done
}

missing=()
for name in "$@"; do
	dir="$(tool_dir "$name")"
	[ -n "$dir" ] || missing+=("$name")
done
if [ ${#missing[@]} = 0 ]; then
	answer "$@"
	exit
fi

# The address of the package registry that npm is configured for; nothing if only npm knows its default.
registry() {
	local url="${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}"
	[ -n "$url" ] || url="$(cat ~/.npmrc /etc/npmrc 2>/dev/null | sed -nE 's/^ *registry *= *"?([^" ]+)"? *$/\1/p' | head -n 1)"
	[ -n "$url" ] || url="$(npm config get registry 2>/dev/null || true)"
	case "$url" in http*) echo "${url%/}" ;; esac
}
registry="$(registry)"
if [ "${missing[*]}" != node ] || [ -z "$registry" ]; then needs_apt=yes; else needs_apt=no; fi

[ "$needs_apt" = no ] || for program in apt-get apt-cache dpkg dpkg-deb; do
	command -v "$program" >/dev/null ||
		die "cannot find ${missing[*]}, and cannot download without '$program' of Debian or Ubuntu. Install ${missing[*]} with this system's own package manager, then run this again."
done
open_local
lock 9 tools "a download"
mkdir -p "$TOOLS"
rm -rf "$TOOLS"/.new-*
WORK="$(mktemp -d "$TOOLS/.new-XXXXXX")"
chmod 755 "$WORK"
job=
cleanup() {
	[ -z "$job" ] || kill "$job" 2>/dev/null || true
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

need_space() { # MEGABYTES
	local free
	free="$(($(df -Pk "$WORK" | awk 'NR==2 {print $4}') / 1024))"
	[ "$free" -ge "$1" ] ||
		die "not enough disk space in $LOCAL: $free MB are free, $1 MB are needed. Free some, then run this again."
}

# apt with its state in our folder, without the machine's hooks and without the indexes we do
# not read. Sources, keys and proxies stay the machine's, and so does the check of signatures.
mkdir -p "$WORK"/apt/state/lists/partial "$WORK"/apt/cache/archives/partial
cat >"$WORK/apt/apt.conf" <<-CONF
	Dir::State "$WORK/apt/state";
	Dir::Cache "$WORK/apt/cache";
	Dir::Cache::pkgcache "pkgcache.bin";
	Dir::Cache::srcpkgcache "";
	Acquire::Languages "none";
	Acquire::GzipIndexes "true";
	Acquire::Retries "2";
	Acquire::http::Timeout "20";
	Acquire::https::Timeout "20";
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	#clear Acquire::IndexTargets::deb::DEP-11;
	#clear Acquire::IndexTargets::deb::DEP-11-icons;
	#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
	#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;
	#clear Acquire::IndexTargets::deb::DEP-11-icons-large;
	#clear Acquire::IndexTargets::deb::DEP-11-icons-large-hidpi;
	#clear Acquire::IndexTargets::deb::CNF;
	#clear Acquire::IndexTargets::deb-src;
CONF
unset APT_CONFIG
apt_get() { apt-get -c "$WORK/apt/apt.conf" -qq "$@"; }
apt_cache() { apt-cache -c "$WORK/apt/apt.conf" -q "$@"; }

# Runs a long command in the background and, on a terminal, shows how much of FOLDER is there.
watch_size() { # FOLDER TOTAL_MB COMMAND...
	local folder="$1" total="$2" status=0
	shift 2
	"$@" >>"$WORK/log" 2>&1 9>&- &
	job=$!
	while [ -t 2 ] && kill -0 "$job" 2>/dev/null; do
		printf '\r  %d of %d MB ' "$(du -sm "$folder" 2>/dev/null | cut -f1)" "$total" >&2
		sleep 0.5
	done
	wait "$job" || status=$?
	job=
	if [ -t 2 ]; then printf '\r%30s\r' '' >&2; fi
	return "$status"
}

# Prints apt's errors and then one clear sentence.
fail() {
	{ grep -E '^(E|Err|W)' "$WORK/log" || true; } 2>/dev/null | tail -n 4 | sed 's/^/  /' >&2
	die "$* Or install ${missing[*]} yourself: programs of the machine are used if it has them."
}

# The packages with the programs.
packages_of() {
	case "$1" in
	postgresql)
		local server
		server="$(apt_cache depends postgresql 2>/dev/null | sed -nE 's/^ *Depends: (postgresql-([0-9]+))$/\1/p' | head -n 1)"
		[ -n "$server" ] && echo "$server postgresql-client-${server#postgresql-}"
		;;
	redis) echo redis-server redis-tools ;;
	nginx) echo nginx nginx-common ;;
	wrk) echo wrk ;;
	browser) echo chromium-headless-shell chromium-common fonts-noto-core fonts-dejavu-core ;;
	esac
}

programs_of() {
	case "$1" in
	postgresql) echo initdb postgres psql pg_isready ;;
	redis) echo redis-server redis-cli ;;
	browser) echo chromium-headless-shell ;;
	*) echo "$1" ;;
	esac
}

title() {
	case "$1" in
	postgresql) echo PostgreSQL ;;
	redis) echo Redis ;;
	browser) echo Chromium ;;
	*) echo "$1" ;;
	esac
}

# Of the closure we keep the packages themselves and libraries. Not: the C library (the machine's
# must be used), what only installation scripts need, and the compiler behind PostgreSQL's JIT,
# which up.sh turns off; it is also behind the drivers of graphics cards, which a browser without a
# screen does not use.
wanted() { # PACKAGE MAIN...
	local package="$1" main
	shift
	for main in "$@"; do [ "$package" = "$main" ] && return; done
	case "$package" in
	libc6 | libc6-* | libc-bin | libllvm* | libz3-* | libgl1-mesa-dri | libedit* | libgdbm* | libperl* | *-perl | *-dev) return 1 ;;
	lib*) return 0 ;;
	*) return 1 ;;
	esac
}

fetch() { # NAME
	local name="$1" status uri file size rest package version total=0 main=() list=() dir programs
	dir="$WORK/$name"
	read -ra main <<<"$(packages_of "$name" || true)"
	[ ${#main[@]} -gt 0 ] ||
		fail "cannot download $(title "$name"): the machine's package sources do not answer or do not have it. Check the network (or the proxy) and run this again."
	apt_get install --print-uris --reinstall --no-install-recommends "${main[@]}" >"$WORK/uris" 2>>"$WORK/log" ||
		fail "cannot download $(title "$name"): apt finds no set of packages for this machine. Repair its package sources and run this again."
	while read -r uri file size rest; do
		[[ $uri == \'*\' ]] || continue
		package="${file%%_*}" version="${file#*_}" version="${version%_*}" version="${version//%3a/:}"
		wanted "$package" "${main[@]}" || continue
		list+=("$package=$version")
		total=$((total + size))
	done <"$WORK/uris"
	[ ${#list[@]} -gt 0 ] || fail "cannot download $(title "$name"): apt lists no package."
	total=$((total / 1000000 + 1))
	need_space $((total * 6 + 20))

	say "Downloading $(title "$name") ($total MB, once) …"
	mkdir -p "$dir/deb" "$dir/root" "$dir/bin"
	if [ "$(id -u)" = 0 ]; then chown _apt "$dir/deb" 2>/dev/null || true; fi
	# shellcheck disable=SC2016 # expanded by the inner shell
	watch_size "$dir/deb" "$total" sh -c 'cd "$1" && shift && exec "$@"' sh \
		"$dir/deb" apt-get -c "$WORK/apt/apt.conf" -qq download "${list[@]}" ||
		fail "the download of $(title "$name") failed. Check the network and run this again."

	say "Unpacking $(title "$name") …"
	for file in "$dir"/deb/*.deb; do
		dpkg-deb -x "$file" "$dir/root" 2>>"$WORK/log" ||
			die "cannot unpack $(title "$name") into $LOCAL. Is the disk full? Free some space and run this again."
	done
	rm -rf "$dir/deb" "$dir"/root/usr/share/{doc,man,locale,lintian} \
		"$dir"/root/usr/lib/chromium/libVk*.so "$dir"/root/usr/lib/postgresql/*/lib/bitcode "$dir"/root/usr/lib/postgresql/*/lib/llvmjit*
	[ "$name" != browser ] || fonts_conf >"$dir/fonts.conf"
	wrap "$dir"
	read -ra programs <<<"$(programs_of "$name")"
	for file in "${programs[@]}"; do
		# 126 and 127: could not be started, by the system or by the loader of libraries.
		status=0
		rest="$(as_db "$dir/bin/$file" --version 2>&1)" || status=$?
		((status < 126)) ||
			die "the downloaded '$file' does not run here: ${rest:-no message}. Is $LOCAL on a file system mounted noexec?"
	done
	rm -rf "${TOOLS:?}/$name"
	mv "$dir" "$TOOLS/$name"
}

# One small script per program, so that callers need not know the folders of its libraries.
# The scripts use paths relative to themselves, so that the folder may be moved.
wrap() { # FOLDER
	local dir="$1" lib libs='' program name
	while read -r lib; do libs+="${libs:+:}\$here/../root/$lib"; done < <(
		cd "$dir/root" && find . -path '*/lib/*' -name '*.so*' ! -path '*/postgresql/*' -printf '%h\n' | sed 's|^\./||' | sort -u
	)
	for program in "$dir"/root/usr/lib/postgresql/*/bin/* "$dir"/root/usr/lib/chromium/chromium-headless-shell "$dir"/root/usr/sbin/* "$dir"/root/usr/bin/*; do
		[ -x "$program" ] || continue
		name="${program##*/}"
		[ ! -e "$dir/bin/$name" ] || continue
		cat >"$dir/bin/$name" <<-WRAPPER
			#!/bin/sh
			here="\${0%/*}"
			LD_LIBRARY_PATH="$libs\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
			export LD_LIBRARY_PATH
			[ ! -e "\$here/../fonts.conf" ] || export FONTCONFIG_FILE="\$here/../fonts.conf"
			exec "\$here/../${program#"$dir"/}" "\$@"
		WRAPPER
		chmod 755 "$dir/bin/$name"
	done
}

# Fonts for the browser: its own, and no others, so that pages look the same on every machine.
fonts_conf() {
	cat <<-CONF
		<?xml version="1.0"?>
		<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
		<fontconfig>
		  <dir prefix="relative">root/usr/share/fonts</dir>
		  <cachedir prefix="relative">cache</cachedir>
		  <alias><family>system-ui</family><prefer><family>Noto Sans</family></prefer></alias>
		  <alias><family>sans-serif</family><prefer><family>Noto Sans</family></prefer></alias>
		  <alias><family>serif</family><prefer><family>Noto Serif</family></prefer></alias>
		  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
		</fontconfig>
	CONF
}

# The address that Debian's npm has by default, from its package, which is only read.
default_registry() {
	mkdir -p "$WORK/npm-deb"
	(cd "$WORK/npm-deb" && apt_get download npm) >>"$WORK/log" 2>&1 && dpkg-deb -x "$WORK"/npm-deb/npm_*.deb "$WORK/npm-deb/root" &&
		sed -nE "s|^ *default: '(https://[^']+)/',\$|\\1|p" "$WORK/npm-deb/root/usr/share/nodejs/npm/lib/utils/config/definitions.js" | head -n 1
}

# Node and npm of node.sums.
fetch_node() {
	local dir="$WORK/node" platform file
	case "$(uname -m)" in
	x86_64) platform=x64 ;;
	aarch64) platform=arm64 ;;
	*) die "there is no Node here for a machine of type $(uname -m)." ;;
	esac
	need curl tar gzip
	need_space 400
	[ -n "$registry" ] || registry="$(default_registry)"
	[ -n "$registry" ] ||
		fail "cannot find out where the packages of Node are: the machine's package sources do not answer. Check the network (or the proxy) and run this again."
	say "Downloading Node (45 MB, once) …"
	mkdir -p "$dir/bin" "$dir/node" "$dir/npm"
	for file in $(sed -nE "s/^[0-9a-f]+  ((node-linux-$platform|npm)-.*)/\1/p" "$HERE/node.sums"); do
		watch_size "$WORK/node" 45 curl -fsSL --retry 2 --connect-timeout 20 -o "$dir/$file" "$registry/${file%-*}/-/$file" ||
			die "the download of $file failed. Check the network (or the proxy, or npm's setting 'registry') and run this again."
	done
	(cd "$dir" && sha512sum --check --ignore-missing --quiet "$HERE/node.sums" >&2) ||
		die "what was downloaded is not what deploy/local/node.sums lists."
	tar -xzf "$dir"/node-linux-*.tgz -C "$dir/node" --strip-components=1
	tar -xzf "$dir"/npm-*.tgz -C "$dir/npm" --strip-components=1
	rm -rf "$dir"/*.tgz "$dir/node/include"
	chmod 755 "$dir/node/bin/node"
	ln -s ../node/bin/node "$dir/bin/node"
	for file in npm npx; do
		printf '#!/bin/sh\nexec "${0%%/*}/node" "${0%%/*}/../npm/bin/%s-cli.js" "$@"\n' "$file" >"$dir/bin/$file"
		chmod 755 "$dir/bin/$file"
	done
	"$dir/bin/npm" --version >/dev/null ||
		die "the downloaded Node does not run here. Is $LOCAL on a file system mounted noexec?"
	cp "$HERE/node.sums" "$dir/"
	rm -rf "${TOOLS:?}/node"
	mv "$dir" "$TOOLS/node"
}

# Another script may have finished the download while we waited.
todo=()
for name in "${missing[@]}"; do
	dir="$(tool_dir "$name")"
	[ -n "$dir" ] || todo+=("$name")
done
if [ ${#todo[@]} -gt 0 ]; then
	need_space 100
	say "Not on this machine: ${todo[*]}."
	if [ "$needs_apt" = yes ]; then
		say "Reading the package lists (10 MB) …"
		# An unreachable source must not stop the script if another one has the packages.
		watch_size "$WORK/apt/state" 10 apt-get -c "$WORK/apt/apt.conf" update || true
	fi
	for name in "${todo[@]}"; do
		if [ "$name" = node ]; then fetch_node; else fetch "$name"; fi
	done
fi
answer "$@"
