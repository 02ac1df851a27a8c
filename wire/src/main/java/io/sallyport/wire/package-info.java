/**
 * The records that provisioner, concentrator and gateway exchange, and their JSON; nothing else. A
 * record that exists is valid: constructors refuse what must not be sent. Fields that a peer of
 * another version adds are passed over, so that the processes can be upgraded one by one; fields
 * that are missing are refused.
 */
package io.sallyport.wire;
