/**
 * What loads or attacks the gateway from a teleworker's host: programs that the lab starts there
 * from its own jar. They speak to the lab's hosts only.
 */
package io.sallyport.lab.load;
