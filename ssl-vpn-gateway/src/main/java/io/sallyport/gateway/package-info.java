/**
 * The SSL VPN gateway: lets the teleworkers of one customer in with stock AnyConnect and
 * OpenConnect clients (draft-mavrogiannopoulos-openconnect). It decides nothing about who may log
 * in; it asks the provisioner.
 */
package io.sallyport.gateway;
