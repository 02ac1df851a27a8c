/**
 * Tells the provisioner what was seen. One numbered report is on its way at a time and is sent
 * again until it is acknowledged; what happens meanwhile waits as bounded list of changes in {@link
 * io.sallyport.concentrator.observe.Observations}, and becomes the next report.
 */
package io.sallyport.concentrator.report;
