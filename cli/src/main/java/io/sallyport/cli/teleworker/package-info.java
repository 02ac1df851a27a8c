/** Teleworkers: who there is, and the secrets with which their computers enrol. */
package io.sallyport.cli.teleworker;
