package io.sallyport.provisioner.deviceconfig;

import java.nio.ByteBuffer;

/** Where a branch's private key is. */
public sealed interface BranchKey {
    /** With the customer, who made it and sent a certificate request. We never saw it. */
    record Customers() implements BranchKey {}

    /** Made here and handed out before. It exists on the device alone. */
    record HandedOut() implements BranchKey {}

    /**
     * Made here and handed out with this configuration, this one time.
     *
     * @param pkcs12 key and certificate as PKCS#12 (RFC 7292)
     * @param password opens it
     */
    record HandedOutNow(ByteBuffer pkcs12, String password) implements BranchKey {
        public HandedOutNow {
            pkcs12 = pkcs12.asReadOnlyBuffer();
        }

        @Override
        public String toString() {
            return "HandedOutNow[hidden]";
        }
    }
}
