/**
 * How a branch's or a teleworker's device gets a certificate for a key that it made: {@link
 * io.sallyport.provisioner.enrolment.BranchEnrolments} and {@link
 * io.sallyport.provisioner.enrolment.TeleworkerEnrolments} take an applicant and a request
 * (PKCS#10), decide, and answer with a certificate. They know no protocol. EST (RFC 7030) is one
 * way to it, in the package below; SCEP (RFC 8894) would be another one beside it: it, too, has a
 * secret with a first request and the certificate with a renewal. The enrolment of our own nodes is
 * another thing, with the nodes.
 */
package io.sallyport.provisioner.enrolment;
