#!/usr/bin/env bash
# The whole check of a pull request: annotations beside the lines, one comment, and the worst exit code of all steps.
# action.yml says what the variables mean. Run by hand it prints what the comment would say.
# shellcheck disable=SC2016 # backticks in single quotes are Markdown
set -uo pipefail

# The token is for the comment: rolebook is what the branch installs, and gets on without it.
export -n GITHUB_TOKEN

read -ra rolebook <<< "${ROLEBOOK_COMMAND:-npx --no -- rolebook}"
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
  echo '::error title=rolebook::rolebook cannot be run: name it in package.json and run `npm ci` before this step,' \
    'or say with `command` how it is called'
  exit 2
fi

for command in lint test diff; do
  options=()
  [[ $command == diff ]] && options=(${gate[@]+"${gate[@]}"})
  code=0
  step "$folder/$command" "$command" --format github ${options[@]+"${options[@]}"} || code=$?
  cat "$folder/$command"
  tame "$folder/talk"
  # While the files have errors, the other commands say nothing but the same again.
  [[ $command == lint && $code != 0 ]] && break
done

# Without its talk: that is what `diff` has said just now.
step "$folder/people.md" diff --format markdown ${gate[@]+"${gate[@]}"}
sign='✅'
step "$folder/tests.md" test --format markdown "${measures[@]}" || sign='❌'
tame "$folder/talk"

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

# A pull request that leaves everybody's access alone needs no comment, unless an earlier one says otherwise.
mode=always
if (( worst == 0 )) && ! grep -q '^\(- \|\*\*\)' "$folder/people.md"; then mode=update; fi
if [[ ${ROLEBOOK_COMMENT:-true} == true && -n ${GITHUB_EVENT_PATH:-} ]]; then
  GITHUB_TOKEN=${GITHUB_TOKEN:-} node "$(dirname "${BASH_SOURCE[0]}")/post-comment.js" "$folder/comment.md" "$mode"
fi
exit "$worst"
