#!/usr/bin/env bash
# Installs from the distribution what a purpose needs and the machine lacks; says what and why.
#
#   eng/install.sh PURPOSE…      serve | demo | test | java | unzip
#
# Nothing it installs is left running, takes a port or starts at the next boot: Pulse runs servers of its own.
# Exit codes: 0 everything is there, 1 the installation failed, 2 it needs rights this user lacks.
set -euo pipefail

readonly minimum_postgres=15
readonly clusters=/etc/postgresql-common/createcluster.d
readonly no_cluster=$clusters/pulse-install.conf
readonly policy=/usr/sbin/policy-rc.d

missing=()

wants() {
  [[ " ${missing[*]} " == *" $1 "* ]]
}

# need PACKAGE WHY: marks a package as missing.
need() {
  if wants "$1"; then
    return
  fi
  missing+=("$1")
  echo "Missing: $1 ($2)." >&2
}

has() {
  command -v "$1" >/dev/null 2>&1 || [[ -x /usr/sbin/$1 ]]
}

has_postgres() {
  local initdb version
  for initdb in /usr/lib/postgresql/*/bin/initdb; do
    version=${initdb#/usr/lib/postgresql/}
    version=${version%%/*}
    if [[ -x $initdb && $version =~ ^[0-9]+$ ]] && ((version >= minimum_postgres)); then
      return 0
    fi
  done
  return 1
}

needs_of() {
  case $1 in
    serve)
      has_postgres || need postgresql "the store; Pulse starts a private cluster of it on a Unix socket"
      has mosquitto_pub || need mosquitto-clients "mosquitto_pub, for the line that sends one message as a device"
      ;;
    demo)
      has_postgres || need postgresql "the store; Pulse starts a private cluster of it on a Unix socket"
      ;;
    test)
      has_postgres || need postgresql "the integration tests start a private cluster of it"
      has mosquitto || need mosquitto "the integration tests compare decisions with the real broker"
      has mosquitto_pub || need mosquitto-clients "the integration tests connect with a second MQTT implementation"
      has pgbouncer || need pgbouncer "the integration tests put a pooler in transaction mode before PostgreSQL"
      has openssl || need openssl "the integration tests check certificates and CRLs with a second implementation"
      has jq || need jq "the integration tests read audit exports with a second implementation"
      has rsyslogd || need rsyslog "the integration tests send audit events to a real syslog server"
      has node || need nodejs "the integration tests connect with a third MQTT implementation, MQTT.js"
      has npm || need npm "fetches MQTT.js for the integration tests"
      has clang || has gcc || need gcc "the integration tests link a program compiled ahead of time"
      [[ -e /usr/include/zlib.h ]] || need zlib1g-dev "the integration tests link a program compiled ahead of time"
      ;;
    java) has java || need default-jre-headless "Keycloak runs on Java 17 or later" ;;
    unzip) has unzip || need unzip "opens the Keycloak distribution" ;;
    *)
      echo "install.sh: unknown purpose '$1': serve, demo, test, java or unzip" >&2
      exit 2
      ;;
  esac
}

for purpose in "$@"; do
  needs_of "$purpose"
done

if ((${#missing[@]} == 0)); then
  exit 0
fi

if ((EUID != 0)); then
  self=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)/install.sh
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    exec sudo -n -- "$self" "$@"
  fi

  echo "Installing packages needs root. Run this line once, then try again:" >&2
  if command -v sudo >/dev/null 2>&1; then
    echo "  sudo $self $*" >&2
  else
    echo "  su -c '$self $*'" >&2
  fi
  exit 2
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "This is no Debian or Ubuntu: install these yourself, then try again: ${missing[*]}" >&2
  exit 2
fi

log=$(mktemp)
placed=()

clean_up() {
  rm -f -- "$log" "${placed[@]}"
  rmdir --ignore-fail-on-non-empty -- "$clusters" 2>/dev/null || true
}
trap clean_up EXIT

apt_get() {
  if ! DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1; then
    cat -- "$log" >&2
    echo "apt-get $1 failed; its output is above." >&2
    exit 1
  fi
}

# Until the installation is over no package may start a service; a policy somebody else wrote stays as it is.
if [[ ! -e $policy ]]; then
  placed+=("$policy")
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

if wants postgresql; then
  # Debian would create a cluster of its own on port 5432.
  placed+=("$no_cluster")
  mkdir -p -- "$clusters"
  echo 'create_main_cluster = false' >"$no_cluster"
fi

echo "Installing ${missing[*]} from this machine's distribution …" >&2
apt_get update

if wants postgresql; then
  offered=$(LC_ALL=C apt-cache policy postgresql | sed -n 's/^  Candidate: \([0-9]*\).*/\1/p')
  if ((${offered:-0} < minimum_postgres)); then
    echo "This distribution offers PostgreSQL ${offered:-none}; Pulse needs $minimum_postgres or later (Debian 12, Ubuntu 24.04)." >&2
    exit 1
  fi
fi

apt_get install --yes --no-install-recommends "${missing[@]}"

for service in mosquitto pgbouncer rsyslog; do
  if wants "$service"; then
    # Its package starts it at every boot; the tests start their own.
    disable=()
    has systemctl && disable+=("systemctl disable $service")
    # Some services have no script for an init other than systemd, and update-rc.d takes that for an error.
    has update-rc.d && [[ -e /etc/init.d/$service ]] && disable+=("update-rc.d $service disable")
    for command in "${disable[@]}"; do
      $command >"$log" 2>&1 || cat -- "$log" >&2
    done
  fi
done
