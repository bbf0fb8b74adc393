# shellcheck shell=bash
# What the scripts share about the .NET SDK; to be sourced.

export DOTNET_NOLOGO=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1
# Build nodes that outlive a script would keep its files and pipes open.
export MSBUILDDISABLENODEREUSE=1

# require_sdk: ends the script unless an SDK fits global.json. Expects $root.
require_sdk() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is needed and 'dotnet' is not on the PATH." >&2
    exit 2
  fi
  if ! (cd -- "${root:?}" && dotnet --version >/dev/null 2>&1); then
    echo "No installed .NET SDK fits global.json, which asks for .NET 10. Installed:" >&2
    (cd / && dotnet --list-sdks) >&2
    exit 2
  fi
}

# build TARGET…: builds a project or solution for release; speaks only when that fails, then with status 1.
build() {
  local log status=0
  log=$(mktemp)
  dotnet build "$@" --configuration Release --verbosity quiet -nologo -tl:off </dev/null >"$log" 2>&1 || status=1
  if ((status != 0)); then
    cat -- "$log" >&2
    echo "The build failed; its output is above." >&2
  fi
  rm -f -- "$log"
  return "$status"
}
