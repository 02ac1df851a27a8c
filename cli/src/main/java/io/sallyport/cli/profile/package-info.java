/**
 * Logins as they are kept: one file for each, for the user alone, below the directory of the XDG
 * Base Directory Specification.
 */
package io.sallyport.cli.profile;
