/**
 * Makes the configuration of a branch's device from what was ordered, with the templates of
 * site-templates. Pure: nothing is read but the templates, nothing is stored. Handing it out, and
 * the key once, is the tunnel package's business.
 */
package io.sallyport.provisioner.deviceconfig;
