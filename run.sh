#!/usr/bin/env bash
# One command from a fresh clone to a running reference host. See --help.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly root

usage() {
  cat <<'HELP'
Usage: ./run.sh [serve] [OPTIONS]   start the reference host in development mode and keep it running
       ./run.sh demo [OPTIONS]      start it, send messages as devices, check every promise, stop
       ./run.sh reset               delete everything a former run left behind (.pulse/)
       ./run.sh --help              this text

Options of serve and demo:
  --idp embedded   sign in against the built-in OpenID provider (default)
  --idp keycloak   sign in against a real Keycloak; KEYCLOAK_HOME names its unpacked distribution

Options of serve:
  --no-fleet       start no simulated devices
  --port N         port of the console and the API

The first run installs PostgreSQL 15 or later (and, for serve, mosquitto-clients) from this machine's distribution when
they are missing, and leaves no service of theirs running: the host starts a private cluster in .pulse/ on a Unix socket.
Then it builds the host and hands over to it. Ctrl+C stops everything the host started.

Needs: Debian 12 or later or Ubuntu 24.04 or later, the .NET 10 SDK, and root or sudo for the first run alone.
Exit codes: those of the host (demo: 0 only when every promise was seen to hold); 1 the build failed; 2 bad usage, or
something is missing that this user may not install.
HELP
}

command=serve
case ${1:-} in
  serve | demo | reset)
    command=$1
    shift
    ;;
  help | -h | --help)
    usage
    exit 0
    ;;
  '' | --*) ;;
  *)
    echo "run.sh: unknown command '$1'; see ./run.sh --help" >&2
    exit 2
    ;;
esac

purposes=()
case $command in
  serve | demo) purposes+=("$command") ;;
esac
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    keycloak | --idp=keycloak) purposes+=(java) ;;
  esac
done

# shellcheck source=eng/dotnet.sh
source "$root/eng/dotnet.sh"
require_sdk

if ((${#purposes[@]} > 0)); then
  "$root/eng/install.sh" "${purposes[@]}"
fi

cd -- "$root"
echo "Building the reference host …" >&2
build samples/ReferenceHost/ReferenceHost.csproj

host=(dotnet "$root/artifacts/bin/ReferenceHost/release/ReferenceHost.dll" "$command")
if [[ $command == serve ]]; then
  host+=(--development)
fi
exec "${host[@]}" "$@"
