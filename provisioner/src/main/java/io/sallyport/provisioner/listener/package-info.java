/**
 * The listeners, all TLS 1.3 or 1.2 with a certificate of the internal authority that is made anew
 * at each start and long before it ends; its key is in memory only. One listener is for customers
 * and operators, one for nodes, which must show a certificate, and one for devices of branches,
 * which may show one. A path belongs to one of them and does not exist on the others.
 */
package io.sallyport.provisioner.listener;
