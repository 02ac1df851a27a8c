/**
 * What every command has in common: options, exit codes, the way to the API, waiting. The commands
 * themselves are in a package for each thing that they are about.
 */
package io.sallyport.cli.command;
