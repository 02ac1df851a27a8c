/** The document of the public API, generated from the controllers when they are compiled. */
package io.sallyport.provisioner.openapi;
