#!/bin/sh
# lyon.acme.sallyport.internal
# Gets this branch a new certificate over EST (RFC 7030) and changes tunnel-0f8fad5b-d9cb-469f-a165-70867728950e over to it without a gap.
# Run it as root; sallyport-renew.timer, or cron, does so every hour. Each run also takes over the authorities that the
# provisioner tells (EST, cacerts), so that a new one is here before anything of it is met, and tells which roots are trusted.
#   renew.sh          renews when it is time: two thirds of the certificate's life are over, and a part of the next twelfth
#                     that follows from its fingerprint, so that branches do not come all at once; or when it is asked to
#   renew.sh now      renews at once
#   renew.sh enrol    enrols with the one-time secret that it reads from standard input: for a device whose certificate has
#                     ended, or whose key is lost
#   renew.sh status   says when the certificate ends and when it will be renewed
# Needs openssl, strongSwan's pki and swanctl, flock and GNU date.
set -eu
umask 077

url=https://enrol.example.net:8445
identity=lyon.acme.sallyport.internal
connection=tunnel-0f8fad5b-d9cb-469f-a165-70867728950e
x509ca=/etc/swanctl/x509ca
certificate=/etc/swanctl/x509/sallyport.pem
key=/etc/swanctl/private/sallyport.pem
next=/etc/swanctl/private/sallyport-next.pem
pkcs12=/etc/swanctl/pkcs12/sallyport.p12
secrets=/etc/swanctl/conf.d/sallyport-secrets.conf
# On the file system of /etc/swanctl, so that a file is moved there whole or not at all. "pending" has the key and request
# of a renewal under way: whoever asks again after a power cut asks the same. "former" has what was in use until now.
state=/etc/sallyport/renewal

say() {
  echo "renew.sh: $*" >&2
}

# Ends with what the tools said, but for the plugins that they do not have.
fail() {
  grep -v "^plugin '" "$work/log" >&2 || true
  say "$*"
  exit 1
}

seconds() {
  date -u -d "$(openssl x509 -in "$certificate" -noout "-$1" | cut -d= -f2)" +%s
}

# When two thirds of the certificate's life are over.
due_time() {
  from=$(seconds startdate)
  echo $((from + ($(seconds enddate) - from) * 2 / 3))
}

# Whether a certificate is for a key.
is_for() {
  [ "$(openssl x509 -in "$1" -noout -pubkey)" = "$(openssl pkey -in "$2" -pubout)" ]
}

# Whether the signature is by the certificate's own key.
is_root() {
  openssl verify -no-CApath -no-CAstore -check_ss_sig -CAfile "$1" "$1" >/dev/null 2>&1
}

fingerprint() {
  openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f
}

names() {
  openssl x509 -in "$1" -noout -subject -issuer | cut -d= -f2-
}

# The key of a root that follows another is certified by that one, in the name of both (RFC 4210 section 4.4, "new with
# old"). Nobody else can sign such a certificate in the root's name.
is_new_with_old() {
  ! is_root "$1" && [ "$(names "$1" | sort -u | wc -l)" = 1 ]
}

is_known() {
  print=$(fingerprint "$1")
  case ",$fingerprints," in
    *",$print,"*) return ;;
  esac
  for by in "$work"/ca*.pem; do
    if is_new_with_old "$by" && [ "$(names "$by")" = "$(names "$1")" ] &&
      [ "$(openssl x509 -in "$by" -noout -pubkey)" = "$(openssl x509 -in "$1" -noout -pubkey)" ] &&
      openssl verify -no-CApath -no-CAstore -CAfile "$work/roots.pem" "$by" >/dev/null 2>>"$work/log"; then
      return
    fi
  done
  return 1
}

renewal_time() {
  life=$(($(seconds enddate) - $(seconds startdate)))
  share=$(openssl x509 -in "$certificate" -noout -fingerprint -sha256 | cksum | cut -d' ' -f1)
  echo $(($(due_time) + share % (life / 12 + 1)))
}

# The key of the present certificate, for the TLS handshake.
present_key() {
  if [ -f "$key" ]; then
    cat "$key"
  else
    sed -n 's/^ *secret = "\(.*\)"$/\1/p' "$secrets" | openssl pkcs12 -in "$pkcs12" -nocerts -noenc -passin stdin
  fi
}

# The roots that this branch trusts are those of its authorities that signed themselves.
collect_roots() {
  : >"$work/roots.pem"
  fingerprints=
  for file in "$x509ca"/sallyport-*.pem; do
    if is_root "$file"; then
      cat "$file" >>"$work/roots.pem"
      fingerprints=$fingerprints${fingerprints:+,}$(fingerprint "$file")
    fi
  done
}

# A connection that was loaded from a configuration of earlier times names one root's certificate, and takes no other.
is_tied_to_a_root() {
  swanctl --list-conns |
    awk -v name="$connection:" '$1 == name { own = 1; next } /^[^ ]/ { own = 0 } own && $1 == "cacerts:" { tied = 1 } END { exit !tied }'
}

# Whether the provisioner wants this branch to have a new key before it is time. Tells it which roots charon has.
is_asked() {
  present_key >"$work/key.pem"
  server=${url#https://}
  case $server in
    *:*) ;;
    *) server=$server:443 ;;
  esac
  host=${server%:*}
  case $host in
    *[!0-9.]*) name=-verify_hostname ;;
    *) name=-verify_ip ;;
  esac
  told=
  if [ -n "$answered" ] && ! is_tied_to_a_root; then
    told="?roots=$fingerprints"
  fi
  printf 'GET /v1/renewal-wish%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$told" "$server" |
    timeout 20 openssl s_client -quiet -connect "$server" -no-CApath -no-CAstore -CAfile "$work/roots.pem" \
      -verify_return_error "$name" "$host" -cert "$certificate" -key "$work/key.pem" 2>>"$work/log" | grep -qx now
}

request() {
  mkdir -p "$state/pending"
  if ! [ -s "$state/pending/request.pem" ]; then
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$state/pending/key.pem"
    openssl req -new -key "$state/pending/key.pem" -subj "/CN=lyon.acme.sallyport.internal" -addext "subjectAltName=DNS:$identity" \
      -out "$state/pending/request.new"
    mv "$state/pending/request.new" "$state/pending/request.pem"
  fi
}

# What came must be for our key and our name, and below a root that this branch trusts.
verify() {
  is_for "$work/new.pem" "$state/pending/key.pem" &&
    openssl x509 -in "$work/new.pem" -noout -checkhost "$identity" | grep -q 'does match' &&
    openssl verify -no-CApath -no-CAstore -CAfile "$work/roots.pem" -untrusted "$work/issuers.pem" "$work/new.pem" >/dev/null
}

# pki with each root that is trusted; it reads one certificate of a file.
pki_trusting_roots() {
  for file in "$x509ca"/sallyport-*.pem; do
    if is_root "$file"; then
      set -- "$@" --cacert "$file"
    fi
  done
  pki "$@" 2>>"$work/log"
}

issuers() {
  pki_trusting_roots --estca --url "$url" --caout "$work/ca.pem" --outform pem >/dev/null &&
    cat "$work"/ca*.pem >"$work/issuers.pem"
}

# Which authorities there are, is said by whoever has a certificate below a root that we trust: TLS has verified that. Each
# is verified once more by itself: a root is one we know, or one such a root vouches for; others are below the roots that
# we are told. What vouches is not for charon, which would take it for the way to a former root. Files are moved into place
# whole; what is not told any more goes.
take_over_authorities() {
  : >"$work/told.pem"
  told=
  for file in "$work"/ca*.pem; do
    if is_root "$file" && is_known "$file"; then
      told="$told $(fingerprint "$file")"
      cat "$file" >>"$work/told.pem"
    fi
  done
  if [ -z "$told" ]; then
    say "the provisioner tells of no root that is known here"
    return
  fi
  for file in "$work"/ca*.pem; do
    if ! is_root "$file" && ! is_new_with_old "$file" &&
      openssl verify -no-CApath -no-CAstore -CAfile "$work/told.pem" "$file" >/dev/null 2>>"$work/log"; then
      told="$told $(fingerprint "$file")"
    fi
  done
  for file in "$work"/ca*.pem; do
    print=$(fingerprint "$file")
    case " $told " in
      *" $print "*) ;;
      *) continue ;;
    esac
    for present in "$x509ca"/sallyport-*.pem; do
      if [ "$(fingerprint "$present")" = "$print" ]; then
        continue 2
      fi
    done
    cp "$file" "$state/authority.new"
    chmod 0644 "$state/authority.new"
    : >"$state/authorities-changed"
    mv "$state/authority.new" "$x509ca/sallyport-$(echo "$print" | cut -c1-16).pem"
  done
  for file in "$x509ca"/sallyport-*.pem; do
    case " $told " in
      *" $(fingerprint "$file") "*) ;;
      *)
        : >"$state/authorities-changed"
        rm -f "$file"
        ;;
    esac
  done
}

# Also what a run that was cut off has left to do.
load_authorities() {
  if [ -f "$state/authorities-changed" ]; then
    swanctl --load-creds --clear --noprompt >/dev/null
    rm -f "$state/authorities-changed"
    say "took over what the provisioner tells of authorities"
  fi
}

sas() {
  swanctl --list-sas --ike "$connection"
}

established() {
  sas | sed -n 's/.*: #\([0-9]*\), ESTABLISHED.*/\1/p'
}

# The new key first, then the certificate in one step, then the former key goes: at each moment there is a certificate in
# place and the key for it.
install_new() {
  mkdir -p "$state/former"
  cp "$certificate" "$state/former/certificate.pem"
  cp "$state/pending/key.pem" "$state/key.new"
  mv "$state/key.new" "$next"
  cp "$work/new.pem" "$state/certificate.new"
  chmod 0644 "$state/certificate.new"
  sync
  mv "$state/certificate.new" "$certificate"
}

# charon takes the key that is left, so the next authentication is by the new certificate.
put_former_away() {
  for file in "$key" "$pkcs12" "$secrets"; do
    if [ -f "$file" ]; then
      mv "$file" "$state/former/"
    fi
  done
}

take_former_back() {
  for file in "$key" "$pkcs12" "$secrets"; do
    if [ -f "$state/former/${file##*/}" ]; then
      mv "$state/former/${file##*/}" "$file"
    fi
  done
  cp "$state/former/certificate.pem" "$state/certificate.new"
  chmod 0644 "$state/certificate.new"
  mv "$state/certificate.new" "$certificate"
  rm -rf "$next"
  rm -rf "$state/former"
  swanctl --load-creds --clear --noprompt >/dev/null
}

# Make before break: the former SA carries until the new one does. Without an SA there is nothing to lose.
authenticate() {
  before=$(established)
  if [ -z "$before" ]; then
    swanctl --initiate --ike "$connection" --child lan --timeout 30 >/dev/null || say "the concentrator did not answer"
    return
  fi
  swanctl --rekey --ike "$connection" --reauth >/dev/null
  for _ in $(seq 60); do
    now=$(established)
    if [ -n "$now" ] && [ "$now" != "$before" ] && ! echo "$now" | grep -qxF "$before" && sas | grep -q INSTALLED; then
      return
    fi
    sleep 1
  done
  return 1
}

change_over() {
  put_former_away
  swanctl --load-creds --noprompt >/dev/null
  if ! authenticate; then
    say "the concentrator did not take the new certificate; the former one is in use again"
    take_former_back
    exit 1
  fi
  mv "$next" "$key"
  rm -rf "$state/former" "$state/pending"
  swanctl --load-creds --clear --noprompt >/dev/null
  say "the certificate is good until $(openssl x509 -in "$certificate" -noout -enddate | cut -d= -f2)"
}

work=$(mktemp -d)
: >"$work/log"
trap 'rm -rf "$work"' EXIT
mkdir -p "$state"
exec 9>"$state/lock"
flock -w 120 9 || exit 1

case "${1:-}" in
  status)
    echo "ends:   $(date -u -d "@$(seconds enddate)" +%FT%TZ)"
    echo "renews: $(date -u -d "@$(renewal_time)" +%FT%TZ)"
    exit
    ;;
  '' | now | enrol) ;;
  *)
    say "expected nothing, now, enrol or status"
    exit 2
    ;;
esac

# A power cut in the middle of the last renewal.
if [ -f "$next" ]; then
  if is_for "$certificate" "$next"; then
    change_over
    exit
  fi
  rm -rf "$next" "$state/former"
elif [ -d "$state/former" ]; then
  rm -rf "$state/former" "$state/pending"
fi
collect_roots
if issuers; then
  take_over_authorities
  load_authorities
  collect_roots
  answered=yes
else
  answered=
fi
if [ -z "${1:-}" ] && [ "$(date +%s)" -lt "$(renewal_time)" ] && ! is_asked; then
  exit
fi

[ -n "$answered" ] || fail "the enrolment listener did not answer"
request
if [ "${1:-}" = enrol ]; then
  read -r secret
  # Not as an argument: everybody on the device can read those.
  echo "--userpass $identity:$secret" >"$work/options"
  set -- --options "$work/options"
else
  present_key >"$work/key.pem"
  set -- --cert "$certificate" --key "$work/key.pem"
fi
if ! pki_trusting_roots --est --url "$url" --in "$state/pending/request.pem" --maxpolltime 60 --outform pem "$@" \
  >"$work/new.pem"; then
  fail "no certificate was issued"
fi
if ! verify; then
  fail "the certificate that came is not the one asked for"
fi
install_new
change_over
