/**
 * The command {@code sallyport}: what customers and operators do with the public API, on a terminal
 * or in a script. It holds a token and no key, and knows nothing of the product but its API.
 */
package io.sallyport.cli;
