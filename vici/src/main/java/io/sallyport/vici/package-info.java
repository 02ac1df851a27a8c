/**
 * Client of strongSwan's VICI protocol, the control interface of its IKE daemon charon, over the
 * Unix socket.
 *
 * <p>{@link io.sallyport.vici.Charon} has the commands as typed calls, {@link
 * io.sallyport.vici.ViciSession} sends any command, {@link io.sallyport.vici.ViciEvents} subscribes
 * to events on a connection of its own, and {@link io.sallyport.vici.ViciCodec} turns packets into
 * octets and back without any socket. The protocol is described in strongSwan's {@code
 * src/libcharon/plugins/vici/README.md}, here called "the VICI README"; what that leaves open was
 * read from charon's {@code vici_query.c} and {@code vici_control.c} (6.0) and tried with 5.9.8.
 *
 * <p>Left out: TCP transport (the socket gives full control over charon and belongs behind file
 * permissions).
 */
package io.sallyport.vici;
