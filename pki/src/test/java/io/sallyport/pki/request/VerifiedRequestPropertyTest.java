package io.sallyport.pki.request;

import static io.sallyport.pki.profile.EndEntityProfile.TLS_SERVER;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.pem.Pem;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.bouncycastle.asn1.x509.GeneralName;

import java.nio.charset.StandardCharsets;

/**
 * Whatever is sent, the parser answers with a verified request or with the one declared exception.
 */
class VerifiedRequestPropertyTest {

    private static final byte[] GOOD = good();

    @Property(tries = 2_000)
    void randomOctetsAreRefused(@ForAll @Size(max = 2_000) byte[] octets) {
        assertThat(accepts(octets)).isFalse();
    }

    @Property(tries = 2_000)
    void randomOctetsInPemAreRefused(@ForAll @Size(max = 2_000) byte[] octets) {
        String pem = Pem.encode(Pem.CERTIFICATE_REQUEST, octets);
        assertThat(accepts(pem.getBytes(StandardCharsets.US_ASCII))).isFalse();
    }

    @Property(tries = 2_000)
    void randomContentsOfASequenceAreRefused(@ForAll @Size(min = 128, max = 255) byte[] octets) {
        byte[] sequence = new byte[octets.length + 3];
        sequence[0] = 0x30;
        sequence[1] = (byte) 0x81;
        sequence[2] = (byte) octets.length;
        System.arraycopy(octets, 0, sequence, 3, octets.length);
        assertThat(accepts(sequence)).isFalse();
    }

    @Property(tries = 5_000)
    void aRequestWithAnyOctetChangedIsRefused(
            @ForAll @IntRange(max = 10_000) int position,
            @ForAll @IntRange(min = 1, max = 255) int by) {
        byte[] changed = GOOD.clone();
        changed[position % changed.length] ^= (byte) by;
        assertThat(accepts(changed)).isFalse();
    }

    private static boolean accepts(byte[] octets) {
        try {
            VerifiedRequest.parse(octets, TLS_SERVER);
            return true;
        } catch (RequestRefusedException _) {
            return false;
        }
    }

    private static byte[] good() {
        try {
            byte[] request =
                    SignedRequest.naming(
                            new GeneralName(GeneralName.dNSName, "a.example"),
                            new GeneralName(GeneralName.iPAddress, "192.0.2.1"));
            assertThat(accepts(request)).isTrue();
            return request;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
