/**
 * The provisioner process: its entry point reads the configuration from the environment, starts the
 * database, the application and its listeners in this order, and ends them in reverse. Everything
 * else lives in the packages below, one per job.
 */
package io.sallyport.provisioner;
