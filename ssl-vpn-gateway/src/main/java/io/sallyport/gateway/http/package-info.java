/**
 * The little HTTP/1.1 (RFC 9112) that AnyConnect clients need: a closed set of requests ({@link
 * io.sallyport.gateway.http.RequestKind}), read within fixed limits, and replies whose header
 * fields cannot be broken out of. There are no chunked bodies, no pipelining, no ranges, no files
 * and no addresses but those of the set; header fields that nobody reads are passed over unseen.
 */
package io.sallyport.gateway.http;
