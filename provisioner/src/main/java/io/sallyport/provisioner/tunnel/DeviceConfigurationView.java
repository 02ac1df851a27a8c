package io.sallyport.provisioner.tunnel;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.deviceconfig.BranchKey;
import io.sallyport.provisioner.deviceconfig.DeviceFile;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * A device configuration as the API shows it.
 *
 * @param family the kind of device
 * @param files every file
 * @param setupScript path of the file to run, as root, when all are written
 * @param pkcs12 the key; absent when it was handed out before or is the customer's own
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeviceConfigurationView(
        String family, List<File> files, String setupScript, @Nullable Pkcs12 pkcs12) {
    /**
     * A file.
     *
     * @param mode permission bits, octal
     * @param content of a text; absent otherwise
     * @param base64 of octets; absent otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record File(String path, String mode, @Nullable String content, @Nullable String base64) {
        static File of(DeviceFile file) {
            return switch (file) {
                case DeviceFile.Text(var path, var mode, var content) ->
                        new File(path, mode, content, null);
                case DeviceFile.Binary(var path, var mode, var octets) ->
                        new File(path, mode, null, encode(octets));
            };
        }

        @Override
        public String toString() {
            return path;
        }
    }

    record Pkcs12(String base64, String password) {
        @Override
        public String toString() {
            return "Pkcs12[hidden]";
        }
    }

    static DeviceConfigurationView of(HandOut.HandedOut handedOut) {
        return new DeviceConfigurationView(
                handedOut.configuration().family().label(),
                handedOut.configuration().files().stream().map(File::of).toList(),
                handedOut.configuration().setupScript(),
                switch (handedOut.key()) {
                    case BranchKey.HandedOutNow(var octets, var password) ->
                            new Pkcs12(encode(octets), password);
                    case BranchKey.HandedOut _, BranchKey.Customers _ -> null;
                });
    }

    private static String encode(ByteBuffer octets) {
        byte[] copy = new byte[octets.remaining()];
        octets.duplicate().get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}
