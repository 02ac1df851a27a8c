/** What Prometheus is told, in OpenMetrics text. */
package io.sallyport.provisioner.metrics;
