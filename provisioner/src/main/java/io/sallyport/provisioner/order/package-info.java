/**
 * The life of an order: checked and allocated in one transaction, certified and configured in
 * another, then carried on by what the concentrator reports. Every step is recorded with its time;
 * a process may die between any two of them, and the order is finished after its restart.
 */
package io.sallyport.provisioner.order;
