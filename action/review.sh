#!/bin/bash -p
# The whole check of a pull request: annotations beside the lines, the text of one comment, and the worst exit code of all
# steps. action.yml says what the variables mean. Run by hand it prints what the comment would say.
#
# The branch is data: rolebook is the action's own, no token is at hand, and who posts the comment never sees the branch.
# shellcheck disable=SC2016 # backticks in single quotes are Markdown
source "${BASH_SOURCE[0]%/*}/environment.sh"
set -uo pipefail

own=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)
workspace=$(cd -P -- "${GITHUB_WORKSPACE:-$PWD}" && pwd -P)

fail() {
  echo "::error title=rolebook::$1"
  exit 2
}

# There the files are those of the main branch, which nobody changes: the check would pass whatever the branch does.
[[ ${GITHUB_EVENT_NAME:-} == pull_request_target ]] &&
  fail 'review pull requests with the event `pull_request`: `pull_request_target` checks out the main branch'

rolebook=(node "$own/bin/rolebook.js")
if [[ -n ${ROLEBOOK_COMMAND:-} ]]; then
  [[ $ROLEBOOK_COMMAND == /* ]] || fail '`command` is the absolute path of a program, outside of the branch'
  program=$(realpath -- "$ROLEBOOK_COMMAND" 2> /dev/null) || fail 'there is no program at the path that `command` names'
  rolebook=("$program")
fi
# What the branch brings must not judge the branch.
[[ ${program:-$own}/ == "$workspace"/* ]] && fail 'rolebook lies in the branch that it reviews, which could change it'

policy=(--policy "${ROLEBOOK_POLICY:-.}")
measures=(--coverage)
[[ ${ROLEBOOK_MUTATE:-false} == true ]] && measures+=(--mutate)
[[ -n ${ROLEBOOK_THRESHOLD:-} ]] && measures+=(--threshold "$ROLEBOOK_THRESHOLD")
gate=()
while IFS= read -r what; do
  what=${what//[[:space:]]/}
  [[ -n $what ]] && gate+=(--fail-on "$what")
done <<< "${ROLEBOOK_FAIL_ON:-}"
[[ ${ROLEBOOK_ACCEPT:-false} == true ]] && gate+=(--accept)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
worst=0

# GitHub obeys `::command::` and `##[command]` in a log. Here only annotations may command, not the names they quote.
tame() {
  sed -e 's/::/: :/g' -e 's/##\[/## [/g' "$1" >&2
}

# step OUTPUT WORDS...: runs rolebook, keeps what it prints, and remembers how it ended.
step() {
  local output=$1 code=0
  shift
  "${rolebook[@]}" "$@" "${policy[@]}" > "$output" 2> "$folder/talk" || code=$?
  if (( code > worst )); then worst=$code; fi
  return "$code"
}

if ! "${rolebook[@]}" --version > /dev/null 2> "$folder/talk"; then
  tame "$folder/talk"
  fail 'rolebook cannot be run: run action/install.sh first, or name with `command` one that can'
fi

# What stays so if a command cannot run.
: > "$folder/people.md"
: > "$folder/tests.md"
sign='✅'
are_sound=true
step "$folder/lint" lint --format github || are_sound=false
cat "$folder/lint"
tame "$folder/talk"

# One run of each says all of it. How good the tests are is a table of the comment, and no annotation: GitHub shows ten, and
# those tell what is wrong. A `:` of a path is written `%3A`, so nothing that the branch brings looks like one of these.
step "$folder/test" test --format github --report "markdown=$folder/tests.md" "${measures[@]}" || sign='❌'
if $are_sound; then sed -E -e '/^::warning [^:]*,title=rolebook (coverage|mutation)::/d' "$folder/test"; fi
tame "$folder/talk"
step "$folder/diff" diff --format github --report "markdown=$folder/people.md" ${gate[@]+"${gate[@]}"}
# While the files have errors, this says nothing but the same again.
if $are_sound; then
  cat "$folder/diff"
  tame "$folder/talk"
fi

tests=$(sed -n -e 1p -e '/^coverage: /p' -e '/^mutation score: /p' "$folder/tests.md" | paste -sd ';' - | sed 's/;/; /g')
{
  if [[ -s $folder/people.md ]]; then cat "$folder/people.md"
  else echo 'Who gains and who loses what could not be found out; the log of the check says why.'; fi
  if [[ -n ${ROLEBOOK_ACCEPT_LABEL:-} ]] && grep -q '^- \*\*Needs to be accepted\*\*' "$folder/people.md"; then
    printf '\nTo accept it, set the label `%s`. New commits ask again.\n' "$ROLEBOOK_ACCEPT_LABEL"
  fi
  printf '\n<details><summary>%s Policy tests: %s</summary>\n\n' "$sign" "${tests:-could not be run}"
  cat "$folder/tests.md"
  printf '\n</details>\n'
} > "$folder/comment.md"

if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$folder/comment.md" >> "$GITHUB_STEP_SUMMARY"
else cat "$folder/comment.md"; fi

# For the job that posts it. A pull request that leaves everybody's access alone needs no comment, unless an earlier one
# says otherwise; the first line says which it is.
if [[ -n ${RUNNER_TEMP:-} ]]; then
  mark='<!-- rolebook -->'
  if (( worst == 0 )) && ! grep -q '^\(- \|\*\*\)' "$folder/people.md"; then mark='<!-- rolebook: no news -->'; fi
  # Made anew: what lies there may be a link that an earlier step left.
  rm -rf "$RUNNER_TEMP/rolebook-review"
  mkdir "$RUNNER_TEMP/rolebook-review"
  { printf '%s\n' "$mark"; cat "$folder/comment.md"; } > "$RUNNER_TEMP/rolebook-review/comment.md"
fi
exit "$worst"
