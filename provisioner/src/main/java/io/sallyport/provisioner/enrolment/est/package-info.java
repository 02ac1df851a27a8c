/**
 * EST (RFC 7030, with the corrections of RFC 8951): its paths and how its documents travel over
 * HTTP. Who may have which certificate is decided in the package above. Left out: keys made by the
 * server and full CMC, which are refused by name, and binding a request to its TLS session.
 */
package io.sallyport.provisioner.enrolment.est;
