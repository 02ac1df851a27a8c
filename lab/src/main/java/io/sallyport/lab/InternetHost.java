package io.sallyport.lab;

import java.util.List;

/**
 * The internet: the one router between the concentrators' side and the branches' side. It sees
 * everything, and can be cut.
 */
public final class InternetHost extends TestHost {
    /** Nobody's. */
    private static final int MOVED = 240;

    InternetHost(Engine engine) {
        super(
                engine,
                "internet",
                List.of(
                        new Leg(
                                AddressPlan.INTERNET_CONCENTRATORS,
                                AddressPlan.INTERNET_CONCENTRATORS.router()),
                        new Leg(
                                AddressPlan.INTERNET_BRANCHES,
                                AddressPlan.INTERNET_BRANCHES.router())),
                """
                ip route del default || true
                nft add table ip lab
                nft 'add chain ip lab forward { type filter hook forward priority 0; }'
                """,
                List.of());
    }

    /** Drops everything from and to an address until {@link #restoreAll}. */
    public void cut(String address) {
        shell(
                SHORT,
                "nft add rule ip lab forward ip saddr %1$s drop; nft add rule ip lab forward ip daddr %1$s drop"
                        .formatted(address));
    }

    /** Drops UDP from and to an address, and nothing else, until {@link #restoreAll}. */
    public void cutUdp(String address) {
        shell(
                SHORT,
                "nft 'add rule ip lab forward ip saddr %1$s meta l4proto udp drop'; nft 'add rule ip lab forward ip daddr %1$s meta l4proto udp drop'"
                        .formatted(address));
    }

    /**
     * Gives UDP from an address another port, as a NAT does that has forgotten who used which; what
     * still comes to the former one is lost. Until {@link #restoreAll}.
     *
     * @param port that the host sends from
     * @param seen what the other side takes for it from now on
     */
    public void moveUdp(String address, int port, int seen) {
        shell(
                SHORT,
                """
                nft 'add rule ip lab forward ip saddr %1$s udp sport %2$d udp sport set %3$d'
                nft 'add rule ip lab forward ip daddr %1$s udp dport %2$d drop'
                nft 'add rule ip lab forward ip daddr %1$s udp dport %3$d udp dport set %2$d'
                """
                        .formatted(address, port, seen));
    }

    /**
     * Gives all UDP from an address another one, as two ways into the internet do of which one has
     * UDP; what still comes to the former one is lost. Until {@link #restoreAll}.
     *
     * @return what the other side takes for it from now on
     */
    public String moveUdp(String address) {
        String seen = AddressPlan.INTERNET_BRANCHES.address(MOVED);
        shell(
                SHORT,
                """
                nft 'add rule ip lab forward ip saddr %1$s meta l4proto udp ip saddr set %2$s'
                nft 'add rule ip lab forward ip daddr %1$s meta l4proto udp drop'
                nft 'add rule ip lab forward ip daddr %2$s meta l4proto udp ip daddr set %1$s'
                """
                        .formatted(address, seen));
        return seen;
    }

    /** Ends all cuts and moves. */
    public void restoreAll() {
        shell(SHORT, "nft flush chain ip lab forward");
    }
}
