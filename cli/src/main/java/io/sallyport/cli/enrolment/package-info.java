/** Secrets with which devices of branches and of teleworkers enrol once (RFC 7030). */
package io.sallyport.cli.enrolment;
