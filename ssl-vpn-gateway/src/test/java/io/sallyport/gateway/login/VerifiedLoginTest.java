package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class VerifiedLoginTest {

    /** Even an authority that accepts everything opens nothing that was not shown. */
    @Property(tries = 500)
    void thereIsNoLoginWithoutEachFactorOfItsGroup(
            @ForAll Set<Factor> factors,
            @ForAll boolean password,
            @ForAll boolean oneTimePassword,
            @ForAll boolean certificate)
            throws Exception {
        factors.addAll(factors.contains(Factor.CERTIFICATE) ? Set.of() : Set.of(Factor.PASSWORD));
        GroupPolicy group = Groups.of("any", "Any", factors);
        Set<Factor> shown = EnumSet.noneOf(Factor.class);
        if (password) {
            shown.add(Factor.PASSWORD);
        }
        if (oneTimePassword) {
            shown.add(Factor.TOTP);
        }
        if (certificate) {
            shown.add(Factor.CERTIFICATE);
        }

        Optional<VerifiedLogin> login =
                VerifiedLogin.of(
                        FakeAuthority.accepted(group),
                        request("any", password, oneTimePassword, certificate),
                        certificate ? Optional.of(certificate()) : Optional.empty());

        assertThat(login.isPresent()).isEqualTo(shown.containsAll(factors));
        login.ifPresent(
                verified ->
                        assertThat(verified.clientCertificate().isPresent())
                                .isEqualTo(factors.contains(Factor.CERTIFICATE)));
    }

    @Test
    void aGrantForAnotherGroupIsNone() {
        assertThat(
                        VerifiedLogin.of(
                                FakeAuthority.accepted(Groups.STAFF),
                                request("admins", true, true, false),
                                Optional.empty()))
                .isEmpty();
    }

    @Test
    void nobodyElseCanMakeOne() {
        assertThat(VerifiedLogin.class.getDeclaredConstructors())
                .allMatch(
                        (Constructor<?> constructor) ->
                                Modifier.isPrivate(constructor.getModifiers()));
        assertThat(
                        Arrays.stream(VerifiedLogin.class.getDeclaredMethods())
                                .filter(method -> Modifier.isStatic(method.getModifiers()))
                                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                                .filter(method -> !method.isSynthetic()))
                .hasSize(1);
    }

    private static LoginRequest request(
            String group, boolean password, boolean oneTimePassword, boolean certificate) {
        return new LoginRequest(
                group,
                Optional.of("bob"),
                password ? Optional.of("secret") : Optional.empty(),
                oneTimePassword ? Optional.of("123456") : Optional.empty(),
                Optional.empty(),
                certificate ? List.of(Octets.of(new byte[] {1})) : List.of(),
                IpAddress.parse("192.0.2.7"),
                Optional.empty());
    }

    private static X509Certificate certificate() throws IOException, CertificateException {
        try (InputStream in =
                VerifiedLoginTest.class.getResourceAsStream("/openconnect-9.01/client.pem")) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
