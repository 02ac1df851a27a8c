package io.sallyport.provisioner.configuration;

/** A setting has a value that cannot be used. The message names the setting. */
public final class ConfigurationException extends RuntimeException {
    ConfigurationException(String message) {
        super(message);
    }
}
