/**
 * What people see: printable text, tables, progress, questions. Every text goes through {@link
 * io.sallyport.cli.terminal.Printable}, because most of them come from outside and a terminal obeys
 * what it is sent.
 */
package io.sallyport.cli.terminal;
