/**
 * The product's processes as the lab runs them: the provisioner as a child process on this machine,
 * the concentrator on its test host, both from the built jars and configured only in the documented
 * ways; and a small client of the public API.
 */
package io.sallyport.lab.product;
