/**
 * What operators see and do, on a listener of its own that only this machine reaches: sessions,
 * ends, drain, metrics, health.
 */
package io.sallyport.gateway.admin;
