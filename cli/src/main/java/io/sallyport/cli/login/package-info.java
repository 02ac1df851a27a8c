/** Logging in and out: a token is checked once and kept, with the certificates that are pinned. */
package io.sallyport.cli.login;
