#!/bin/sh
# lyon.acme.sallyport.internal
# Brings tunnel-0f8fad5b-d9cb-469f-a165-70867728950e up. Run it as root after the files are in place, when charon runs; at a start of the device what is needed
# comes by itself. Running it again changes nothing.
#
# With files that were fetched early, while the concentrator still loads its end, two calls do the same:
#   setup.sh prepare   everything that can be done before the concentrator is ready
#   setup.sh dial      the rest, when the order is READY: who dials before is turned away and may stay down
set -eu
case "${1:-}" in
  dial)
    exec swanctl --load-conns
    ;;
  prepare)
    # Beside all the rest, because it takes longest.
    swanctl --load-creds --noprompt &
    credentials=$!
    ;;
esac

# What has to be there before charon.
. /etc/sallyport/routes.sh

# Renews the certificate, dials when the tunnel is down, and keeps packets in at each start, from then on.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --quiet --now sallyport-renew.timer sallyport-dial.timer
  systemctl enable --quiet sallyport-routes.service
elif [ -d /etc/cron.d ]; then
  # Comes after the network: a device without systemd should run it before.
  echo '@reboot root /etc/sallyport/routes.sh' >/etc/cron.d/sallyport-routes
  echo '23 * * * * root /etc/sallyport/renew.sh' >/etc/cron.d/sallyport-renew
  echo '* * * * * root /etc/sallyport/dial.sh' >/etc/cron.d/sallyport-dial
fi

# The retransmission times are read first; loading the connection starts it, and charon keeps it up from then on.
swanctl --reload-settings
if [ "${1:-}" = prepare ]; then
  wait "$credentials"
  exit
fi
swanctl --load-all --noprompt
