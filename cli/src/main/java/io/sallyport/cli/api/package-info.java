/**
 * The public API as this program uses it: requests with a deadline, answers with a bound, problem
 * documents (RFC 9457) as exceptions. What it reads is text from outside and is not made printable
 * here; {@code terminal} does that.
 */
package io.sallyport.cli.api;
