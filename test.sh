#!/usr/bin/env bash
# One command that tests everything; its last line reads "N passed, N failed, N skipped". See --help.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly root
readonly results=$root/artifacts/test-results
readonly at_once=2

usage() {
  cat <<'HELP'
Usage: ./test.sh                       fast and integration tests (up to 15 minutes on 2 cores)
       ./test.sh unit                  the packages' fast tests and the architecture tests (up to 1 minute, no server)
       ./test.sh soak                  the tests of category Soak alone, which the others leave out
       ./test.sh mutation [OPTIONS] [PACKAGE…]
                                       mutates the packages (Pulse.Auth or auth; all without a name) and judges the reports
            --changed                  only packages whose content differs from eng/mutation/recorded.json
            --record                   writes score, count and content hash of a good run into that file
       ./test.sh --help                this text

Installs from this machine's distribution what the tests need and is missing (PostgreSQL, PgBouncer, Mosquitto, OpenSSL,
Node.js, gcc); nothing of it is left running. A missing server fails the tests that need it.
Exit codes: 0 all passed, 1 something failed, 2 bad usage or something is missing that this user may not install.
HELP
}

mode=${1:-all}
case $mode in
  all | unit | soak)
    if (($# > 1)); then
      echo "test.sh: '$mode' takes no arguments; see ./test.sh --help" >&2
      exit 2
    fi
    ;;
  mutation) shift ;;
  help | -h | --help)
    usage
    exit 0
    ;;
  *)
    echo "test.sh: unknown mode '$mode'; see ./test.sh --help" >&2
    exit 2
    ;;
esac

# shellcheck source=eng/dotnet.sh
source "$root/eng/dotnet.sh"
require_sdk
cd -- "$root"
gate=(dotnet "$root/artifacts/bin/Gate/release/Gate.dll")

if [[ $mode == mutation ]]; then
  build eng/Gate/Gate.csproj
  dotnet tool restore >/dev/null
  exec "${gate[@]}" mutation "$@"
fi

if [[ $mode != unit ]]; then
  eng/install.sh test
fi

echo "Building …"
if ! build Pulse.Libraries.sln; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
rm -rf -- "$results"
mkdir -p -- "$results"

projects=()
for project in tests/*/*.csproj; do
  project=$(basename -- "$project" .csproj)
  case $mode:$project in
    *:Pulse.Benchmarks | *:*.AotProbe | unit:*.IntegrationTests) ;;
    *) projects+=("$project") ;;
  esac
done

# run_tests PROJECT: runs one project's tests; the results speak through its TRX file, not through an exit code.
run_tests() {
  local project=$1 filter='Category!=Soak' started=$SECONDS said
  case $mode:$project in
    soak:*) filter='Category=Soak' ;;
    unit:ReferenceHost.Tests) filter='Category=Architecture' ;;
  esac
  # A test that hangs ends its project after the time below and is named; it must not hang the whole run.
  dotnet test "artifacts/bin/$project/release/$project.dll" \
    --filter "$filter" --results-directory "$results" --logger "trx;LogFileName=$project.trx" \
    --blame-hang --blame-hang-timeout "$([[ $mode == soak ]] && echo 90m || echo 5m)" --blame-hang-dump-type none \
    </dev/null >"$results/$project.log" 2>&1 || true
  said=$(grep -E '^(Passed|Failed|Skipped)! ' "$results/$project.log" | tail -n 1 | sed 's/ - [^-]*\.dll.*//' || true)
  echo "$project: ${said:-no result} ($((SECONDS - started)) s)"
}

running=0
for project in "${projects[@]}"; do
  if ((running == at_once)); then
    wait -n
    running=$((running - 1))
  fi
  run_tests "$project" &
  running=$((running + 1))
done
wait

if [[ $mode == all && -z ${KEYCLOAK_HOME:-} ]]; then
  echo "NOT RUN: the tests against a real Keycloak. Set KEYCLOAK_HOME to an unpacked Keycloak 26 distribution to run them."
fi

judge=(tests)
if [[ $mode == soak ]]; then
  judge+=(--may-be-empty)
fi
exec "${gate[@]}" "${judge[@]}" "$results" "${projects[@]}"
