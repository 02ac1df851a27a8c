/** Client of strongSwan's VICI protocol. */
package io.sallyport.vici;
