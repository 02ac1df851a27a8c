package io.sallyport.provisioner.deviceconfig;

import java.util.Arrays;
import java.util.Optional;

/** A kind of device that configurations are made for: a folder of site-templates. */
public enum DeviceFamily {
    /** Linux with strongSwan 5.9 or later, configured by swanctl. */
    STRONGSWAN("strongswan");

    private final String label;

    DeviceFamily(String label) {
        this.label = label;
    }

    /** The family of this name, as orders say it. */
    public static Optional<DeviceFamily> labelled(String label) {
        return Arrays.stream(values()).filter(family -> family.label.equals(label)).findFirst();
    }

    /** The name that orders say; also its folder. */
    public String label() {
        return label;
    }
}
