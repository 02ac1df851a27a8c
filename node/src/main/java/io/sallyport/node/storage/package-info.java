/**
 * Where a process keeps what must outlive it: one directory, owner only, one process at a time.
 * Every file is replaced whole, so that a kill at any point leaves the old content or the new.
 */
package io.sallyport.node.storage;
