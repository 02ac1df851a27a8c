/** What a concentrator enrols with: a key for TLS and one for IKE. */
package io.sallyport.concentrator.enrolment;
