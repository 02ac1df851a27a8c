package io.sallyport.gateway.login;

import io.sallyport.wire.DnsName;
import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Groups for tests. */
public final class Groups {
    public static final GroupPolicy STAFF = of("staff", "Staff people", Set.of(Factor.PASSWORD));
    public static final GroupPolicy ADMINS =
            of("admins", "Administrators", Set.of(Factor.PASSWORD, Factor.TOTP));
    public static final GroupPolicy DEVICES = of("devices", "Devices", Set.of(Factor.CERTIFICATE));
    public static final GroupPolicy VAULT =
            of("vault", "Vault", Set.of(Factor.CERTIFICATE, Factor.PASSWORD));

    private Groups() {}

    /** A group that wants these factors. */
    public static GroupPolicy of(String name, String label, Set<Factor> factors) {
        return new GroupPolicy(
                name,
                label,
                factors,
                List.of(IpNetwork.parse("10.73.0.0/24"), IpNetwork.parse("fd73::/64")),
                List.of(IpNetwork.parse("10.73.0.128/25")),
                List.of(IpAddress.parse("10.73.0.53")),
                List.of(new DnsName("lab.example")),
                Optional.of(new DnsName("corp.example")),
                Optional.of("Authorised use only.\n100 % logged"),
                0,
                90,
                32_400,
                1_800,
                86_400,
                172_800,
                List.of(),
                0,
                0,
                0);
    }
}
