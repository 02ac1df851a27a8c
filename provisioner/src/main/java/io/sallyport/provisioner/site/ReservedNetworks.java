package io.sallyport.provisioner.site;

import io.sallyport.wire.IpNetwork;

import java.util.List;

/**
 * Networks that no site can protect, because their addresses mean something else to every host. The
 * documentation networks (RFC 5737, RFC 3849) are not among them: laboratories use them.
 */
final class ReservedNetworks {
    private record Reserved(IpNetwork network, String what) {}

    private static final List<Reserved> RESERVED =
            List.of(
                    reserved("0.0.0.0/8", "\"this network\" (RFC 791)"),
                    reserved("127.0.0.0/8", "loopback (RFC 1122)"),
                    reserved("169.254.0.0/16", "link-local (RFC 3927)"),
                    reserved("224.0.0.0/4", "multicast (RFC 5771)"),
                    reserved("240.0.0.0/4", "reserved for future use (RFC 1112)"),
                    // Holds the unspecified address and loopback.
                    reserved("::/64", "unspecified and loopback (RFC 4291)"),
                    reserved("fe80::/10", "link-local (RFC 4291)"),
                    reserved("ff00::/8", "multicast (RFC 4291)"));

    private ReservedNetworks() {}

    /**
     * @throws IllegalArgumentException if the network collides with a reserved one
     */
    static void refuse(IpNetwork network) {
        for (Reserved reserved : RESERVED) {
            if (reserved.network.overlaps(network)) {
                throw new IllegalArgumentException(
                        "%s is reserved: %s is %s"
                                .formatted(network, reserved.network, reserved.what));
            }
        }
    }

    private static Reserved reserved(String network, String what) {
        return new Reserved(IpNetwork.parse(network), what);
    }
}
