#!/bin/sh
# Runs beside a Mosquitto broker: takes ACL and CRL files as they are published, puts the good ones where the broker reads
# them, and signals it. A bad one never gets there: Mosquitto 2.0 runs WITHOUT rules, or revocation, after a signal with one.
#
#   mosquitto-watch.sh --pid-file FILE --acl PUBLISHED LIVE [--crl PUBLISHED LIVE --ca FILE] [--interval SECONDS] [--once]
#
# --once  looks once and ends: run it before the broker's start. Exit code 0 only when every live file is good.
#
# An ACL is good when its last line is the SHA-256 that Pulse.Mqtt's AclWriter put there; a CRL when openssl verifies it
# against --ca and its next update is ahead. A broker that restarted is signalled once: what was published while it
# started is read then. Run it as the broker's user, who must be able to read what it writes (mode 640). Needs: sha256sum, head, tail, grep, sync, mv; openssl and date for --crl.
set -u

pid_file='' acl='' live_acl='' crl='' live_crl='' ca='' interval=2 once=''
signalled='' changed=''

usage() {
  echo "mosquitto-watch.sh: $1" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --pid-file) [ $# -ge 2 ] || usage "$1 needs a file"; pid_file=$2; shift 2 ;;
    --acl) [ $# -ge 3 ] || usage "$1 needs two files"; acl=$2 live_acl=$3; shift 3 ;;
    --crl) [ $# -ge 3 ] || usage "$1 needs two files"; crl=$2 live_crl=$3; shift 3 ;;
    --ca) [ $# -ge 2 ] || usage "$1 needs a file"; ca=$2; shift 2 ;;
    --interval) [ $# -ge 2 ] || usage "$1 needs seconds"; interval=$2; shift 2 ;;
    --once) once=yes; shift ;;
    *) usage "unknown option $1" ;;
  esac
done
[ -n "$acl" ] || usage "--acl PUBLISHED LIVE is needed"
[ -n "$pid_file" ] || [ -n "$once" ] || usage "--pid-file FILE is needed"
[ "$acl" != "$live_acl" ] || usage "published and live ACL must be two files"
if [ -n "$crl" ]; then
  [ "$crl" != "$live_crl" ] || usage "published and live CRL must be two files"
  [ -n "$ca" ] || usage "--crl needs --ca FILE"
fi

say() {
  echo "mosquitto-watch: $1" >&2
}

digest_of() {
  sha256sum -- "$1" 2>/dev/null | cut -d ' ' -f 1
}

good_acl() {
  claimed=$(tail -n 1 -- "$1" 2>/dev/null)
  [ "${#claimed}" -eq 73 ] || return 1
  [ "$claimed" = "# sha256 $(head -n -1 -- "$1" | sha256sum | cut -d ' ' -f 1)" ]
}

good_crl() {
  openssl crl -in "$1" -CAfile "$ca" -noout 2>&1 | grep -q '^verify OK' || return 1
  next=$(openssl crl -in "$1" -noout -nextupdate 2>/dev/null) || return 1
  next=$(date -u -d "${next#nextUpdate=}" +%s 2>/dev/null) || return 1
  [ "$next" -gt "$(date -u +%s)" ]
}

# take CHECK PUBLISHED LIVE: the copy is judged, not the published file, which may change meanwhile.
take() {
  if ! [ -f "$2" ]; then
    say "$2 is missing; the last good file stays"
    return
  fi
  if [ -f "$3" ] && [ "$(digest_of "$2")" = "$(digest_of "$3")" ]; then
    return
  fi
  if cp -- "$2" "$3.new" && "$1" "$3.new"; then
    chmod 640 "$3.new" && sync "$3.new" && mv -f -- "$3.new" "$3" && sync "$(dirname -- "$3")" && changed=yes && return
  fi
  rm -f -- "$3.new"
  say "$2 is not good; the last good file stays"
}

hang_up() {
  pid=$(cat -- "$pid_file" 2>/dev/null) || return
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = mosquitto ] || return
  # The pid file is there before the broker handles SIGHUP, the lowest bit of the mask: it would end by one.
  grep -q '^SigCgt:.*[13579bdf]$' "/proc/$pid/status" 2>/dev/null || return
  if [ -z "$changed" ] && [ "$pid" = "$signalled" ]; then
    return
  fi

  # A live file that somebody else spoiled must not be read by the broker either.
  if ! good_acl "$live_acl" || { [ -n "$crl" ] && ! good_crl "$live_crl"; }; then
    say "a live file is not good; the broker is not signalled"
    return
  fi
  kill -HUP "$pid" && signalled=$pid changed='' && say "signalled the broker, process $pid"
}

while :; do
  take good_acl "$acl" "$live_acl"
  [ -z "$crl" ] || take good_crl "$crl" "$live_crl"
  if [ -n "$once" ]; then
    good_acl "$live_acl" || exit 1
    [ -z "$crl" ] || good_crl "$live_crl" || exit 1
    exit 0
  fi
  hang_up
  sleep "$interval"
done
