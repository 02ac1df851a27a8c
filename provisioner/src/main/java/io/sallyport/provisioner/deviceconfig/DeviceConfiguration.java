package io.sallyport.provisioner.deviceconfig;

import java.util.List;

/**
 * What brings a branch up: write each file, then run the set-up script as root.
 *
 * @param family the kind of device it is for
 * @param files every file, complete
 * @param setupScript path of the file to run
 */
public record DeviceConfiguration(DeviceFamily family, List<DeviceFile> files, String setupScript) {
    public DeviceConfiguration {
        files = List.copyOf(files);
    }

    /** Renders the configuration of a branch's device. Does not block. */
    public static DeviceConfiguration render(DeviceFamily family, BranchEnd branch) {
        return switch (family) {
            case STRONGSWAN -> StrongswanFamily.render(branch);
        };
    }
}
