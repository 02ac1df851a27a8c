/**
 * Sessions of teleworkers: granted by a login, carried and reported by a gateway, ended by the
 * gateway or, through its desired state, by us. What a session carried is kept event by event.
 */
package io.sallyport.provisioner.session;
