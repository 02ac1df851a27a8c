#!/bin/sh
# lyon.acme.sallyport.internal
# Dials tunnel-0f8fad5b-d9cb-469f-a165-70867728950e when it is down. charon goes on by itself while nobody answers, but takes a refusal for an answer
# (NO_PROPOSAL_CHOSEN, AUTHENTICATION_FAILED): a concentrator that has just started and has nothing loaded yet would keep
# this branch out for good. So would a former connection to the same concentrator that was being dialled when it was
# unloaded: the new one had joined its IKE_SA. sallyport-dial.timer, or cron, runs this every minute.
set -eu
if swanctl --list-sas --ike tunnel-0f8fad5b-d9cb-469f-a165-70867728950e | grep -qE 'CONNECTING|INSTALLED|REKEY'; then
  exit
fi
exec swanctl --initiate --ike tunnel-0f8fad5b-d9cb-469f-a165-70867728950e --child lan --timeout 30 >/dev/null
