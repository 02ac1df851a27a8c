/** The internal CA, as operators see it: its authorities, and their roll-over. */
package io.sallyport.cli.authority;
