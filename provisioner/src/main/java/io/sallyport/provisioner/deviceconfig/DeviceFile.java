package io.sallyport.provisioner.deviceconfig;

import java.nio.ByteBuffer;

/** One file of a device configuration. */
public sealed interface DeviceFile {
    /** Where it belongs on the device, absolute. */
    String path();

    /** Its permission bits in octal. */
    String mode();

    /** A text in UTF-8. */
    record Text(String path, String mode, String content) implements DeviceFile {
        /** Says the path alone: some contents are secrets. */
        @Override
        public String toString() {
            return path;
        }
    }

    /** Octets that are no text. */
    record Binary(String path, String mode, ByteBuffer octets) implements DeviceFile {
        public Binary {
            octets = octets.asReadOnlyBuffer();
        }

        /** Says the path alone: the octets hold a key. */
        @Override
        public String toString() {
            return path;
        }
    }
}
