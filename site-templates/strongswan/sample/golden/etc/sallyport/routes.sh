#!/bin/sh
# lyon.acme.sallyport.internal
# The routes and the address that tunnel-0f8fad5b-d9cb-469f-a165-70867728950e needs whether it is up or down. sallyport-routes.service runs this at each start
# of the device, before its network; setup.sh now. Running it again changes nothing.
set -eu

# While the tunnel is down nothing may leave for the far side in clear text. Any better route wins over these: charon's
# own routes while the tunnel is up, and a network attached to this device.
ip -4 route replace blackhole 10.0.0.0/24 metric 65535
ip -6 route replace blackhole 2001:db8:1:0:0:0:0:0/48 metric 65535

# The concentrator probes this address through the tunnel. With user-space ESP (kernel-libipsec) charon also needs an
# address of this device inside every network it protects, so the device's own address in each of these has to be up:
#   10.1.1.0/24
#   10.1.2.0/24
ip address replace 100.64.0.1/32 dev lo
