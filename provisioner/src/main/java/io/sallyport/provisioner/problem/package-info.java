/**
 * What a caller is told when a request is not fulfilled: problem documents (RFC 9457), made in one
 * place for our own refusals, malformed JSON, unknown routes and failures alike. A failure of this
 * process shows no detail to the caller and all of it to the log.
 */
package io.sallyport.provisioner.problem;
