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
