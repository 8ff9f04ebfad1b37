#!/bin/bash -p
# Installs the rolebook that this very action is, from its own lockfile and in its own folder, unless it is there already.
# Nothing of the reviewed branch is looked at: no package.json, no .npmrc, no node_modules.
source "${BASH_SOURCE[0]%/*}/environment.sh"
set -uo pipefail

own=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)
workspace=$(cd -P -- "${GITHUB_WORKSPACE:-$PWD}" && pwd -P)

fail() {
  echo "::error title=rolebook::$1"
  exit 2
}

# Somebody's own rolebook: review.sh looks at it.
[[ -n ${ROLEBOOK_COMMAND:-} ]] && exit 0
[[ $own/ == "$workspace"/* ]] &&
  fail 'the action lies in the branch that it reviews, which could change it: name it by its repository and version'
# npm looks for its settings in the folder where it is started, and above it.
cd "$own" || exit 3
command -v node > /dev/null || fail 'there is no node outside of the branch: call actions/setup-node before this step'
node bin/rolebook.js --version > /dev/null 2>&1 && exit 0

folder=$(mktemp -d) || exit 3
trap 'rm -rf "$folder"' EXIT
# Neither the settings of whoever runs this nor those of the machine: earlier steps can write them. The lockfile says what
# each package has to contain, wherever it comes from.
npm_safely() {
  npm --userconfig "$folder/none" --globalconfig "$folder/none-either" \
    ${ROLEBOOK_REGISTRY:+--registry "$ROLEBOOK_REGISTRY"} "$@"
}
install() {
  npm_safely ci --ignore-scripts --omit=optional --no-audit --no-fund && npm_safely run build
}
if ! install > "$folder/log" 2>&1; then
  # GitHub obeys lines of a log that begin like a command.
  sed -e 's/::/: :/g' -e 's/##\[/## [/g' "$folder/log" >&2
  fail 'rolebook could not be installed; the log of this step says why'
fi
node bin/rolebook.js --version > /dev/null || fail 'rolebook was installed and does not start'
