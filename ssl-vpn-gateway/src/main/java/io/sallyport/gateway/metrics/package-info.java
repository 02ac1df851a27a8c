/** Counters, and the text in which they are read (OpenMetrics 1.0). */
package io.sallyport.gateway.metrics;
