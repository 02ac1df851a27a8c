/** Orders of branch tunnels: placing one, and seeing how far it is. */
package io.sallyport.cli.order;
