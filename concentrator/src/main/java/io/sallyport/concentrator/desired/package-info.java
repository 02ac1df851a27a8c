/** What the desired state of a concentrator is; fetching and keeping it is the module node's. */
package io.sallyport.concentrator.desired;
