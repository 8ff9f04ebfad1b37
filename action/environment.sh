# Sourced first by each script of the action, as `source environment.sh`: starts the script anew with an environment in
# which nothing of the reviewed branch, and as little as can be of earlier steps, has a say. Only what bash has built in is
# used until then, because `PATH` is not to be trusted yet.
#
# What is left out matters: `NODE_OPTIONS`, `BASH_ENV`, `LD_PRELOAD`, `npm_config_*` and `GIT_*` would run or redirect
# something, and tokens are nobody's business here.
if [[ ${1:-} != clean ]]; then
  # /a/link/to/here → /where/it/is; nothing where there is no such folder.
  real_folder() { (cd -P -- "$1" 2> /dev/null && pwd -P); }

  forbidden=()
  for folder in "${GITHUB_WORKSPACE:-$PWD}" "${RUNNER_TEMP:-}"; do
    [[ -n $folder ]] && real=$(real_folder "$folder") && [[ $real != / ]] && forbidden+=("$real/")
  done
  safe_path=''
  while IFS= read -r -d : folder; do
    [[ $folder == /* ]] && real=$(real_folder "$folder") || continue
    for outer in ${forbidden[@]+"${forbidden[@]}"}; do [[ $real/ == "$outer"* ]] && continue 2; done
    safe_path+=${safe_path:+:}$real
  done <<< "${PATH:-}:"

  kept=("PATH=$safe_path")
  for name in HOME TMPDIR LANG RUNNER_TEMP GITHUB_ACTIONS GITHUB_WORKSPACE GITHUB_BASE_REF GITHUB_EVENT_NAME \
    GITHUB_STEP_SUMMARY ROLEBOOK_COMMAND ROLEBOOK_POLICY ROLEBOOK_FAIL_ON ROLEBOOK_ACCEPT ROLEBOOK_ACCEPT_LABEL \
    ROLEBOOK_THRESHOLD ROLEBOOK_MUTATE ROLEBOOK_REGISTRY HTTPS_PROXY https_proxy NO_PROXY no_proxy NODE_EXTRA_CA_CERTS; do
    [[ -n ${!name+set} ]] && kept+=("$name=${!name}")
  done
  exec /usr/bin/env -i "${kept[@]}" /bin/bash -p "${BASH_SOURCE[1]}" clean
fi
