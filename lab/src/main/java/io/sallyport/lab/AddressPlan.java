package io.sallyport.lab;

/**
 * Every network and address of the lab. The "internet" uses the documentation ranges (RFC 5737),
 * the sites private ones (RFC 1918). In each network the machine itself has the last address; it
 * forwards nothing between them.
 */
public final class AddressPlan {
    /** The concentrators' side of the internet. */
    static final Net INTERNET_CONCENTRATORS = new Net("internet-concentrators", "192.0.2.");

    /** The branches' side of the internet; the two sides meet in {@link InternetHost}. */
    static final Net INTERNET_BRANCHES = new Net("internet-branches", "198.51.100.");

    /** Where concentrators reach the provisioner, which runs on the machine itself. */
    static final Net MANAGEMENT = new Net("management", "10.77.255.");

    static final Net LAN_CONCENTRATOR = new Net("lan-concentrator", "10.10.0.");

    /**
     * Where the site of the concentrator has its teleworkers: one of its protected networks, so
     * that the branches' tunnels carry them too.
     */
    static final String TELEWORKERS = "10.30.0.0/16";

    /** Inner addresses of teleworkers, which are in that network. */
    public static final String TELEWORKERS_V4 = "10.30.0.0/17";

    /** As {@link #TELEWORKERS_V4}; unique local addresses (RFC 4193). */
    public static final String TELEWORKERS_V6 = "fd10:30::/64";

    /** All the branches' networks. */
    static final String BRANCHES = "10.20.0.0/16";

    /** The site of the concentrator has IPv6 too, where the lab has a gateway for teleworkers. */
    static final String SITE_V6 = "fd10:10::";

    private AddressPlan() {}

    /**
     * @param number of the branch, from 1
     */
    static Net lanOfBranch(int number) {
        return new Net("lan-branch" + number, "10.20." + number + ".");
    }

    /** The address of this machine that hosts with a management interface can reach. */
    public static String machine() {
        return MANAGEMENT.machine();
    }

    /** The address of this machine that branches can reach without a tunnel. */
    public static String machineSeenByBranches() {
        return INTERNET_BRANCHES.machine();
    }

    /** A /24 of the lab. */
    record Net(String shortName, String prefix) {
        String name() {
            return "sallyport-" + shortName;
        }

        String subnet() {
            return prefix + "0/24";
        }

        String address(int number) {
            return prefix + number;
        }

        String router() {
            return prefix + 1;
        }

        String machine() {
            return prefix + 254;
        }
    }
}
