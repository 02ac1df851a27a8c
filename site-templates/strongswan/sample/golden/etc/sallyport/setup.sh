#!/bin/sh
# lyon.acme.sallyport.internal
# Brings tunnel-0f8fad5b-d9cb-469f-a165-70867728950e up. Run it as root after the files are in place and at each start of the
# device, when charon runs. Running it again changes nothing.
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

# While the tunnel is down nothing may leave for the far side in clear text. Any better route wins over these: charon's
# own routes while the tunnel is up, and a network attached to this device.
ip -4 route replace blackhole 10.0.0.0/24 metric 65535
ip -6 route replace blackhole 2001:db8:1:0:0:0:0:0/48 metric 65535

# The concentrator probes this address through the tunnel. With user-space ESP (kernel-libipsec) charon also needs an
# address of this device inside every network it protects, so the device's own address in each of these has to be up:
#   10.1.1.0/24
#   10.1.2.0/24
ip address replace 100.64.0.1/32 dev lo

# Renews the certificate, and dials when the tunnel is down, from then on.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --quiet --now sallyport-renew.timer sallyport-dial.timer
elif [ -d /etc/cron.d ]; then
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
