/** Whether this process and its database answer. */
package io.sallyport.provisioner.health;
