package io.sallyport.pki.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;

class OcspRequestTest {

    private static final ASN1ObjectIdentifier NONCE = OCSPObjectIdentifiers.id_pkix_ocsp_nonce;
    private static final String SHA256 = "2.16.840.1.101.3.4.2.1";

    @Test
    void readsWhatIsAsked() throws Exception {
        OcspRequest request =
                OcspRequest.parse(encoded(extension(NONCE, true, octets(32)), id(SHA256, 32, 7)));
        assertThat(request.certificates()).hasSize(1);
        assertThat(request.certificates().getFirst().hash()).isEqualTo(CertificateId.Hash.SHA256);
        assertThat(request.certificates().getFirst().serialNumber())
                .isEqualTo(BigInteger.valueOf(7));
        assertThat(request.nonce()).contains(ByteBuffer.wrap(new byte[32]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 32, 128})
    void takesNoncesOfThoseLengths(int octets) throws Exception {
        byte[] request = encoded(extension(NONCE, false, octets(octets)), id(SHA256, 32, 7));
        assertThat(OcspRequest.parse(request).nonce().orElseThrow().remaining()).isEqualTo(octets);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 129, 4_000})
    void refusesNoncesOfOtherLengths(int octets) {
        assertMalformed(encoded(extension(NONCE, false, octets(octets)), id(SHA256, 32, 7)));
    }

    @Test
    void refusesWhatIsNotAnOctetStringForANonce() {
        assertMalformed(encoded(extension(NONCE, false, new byte[32]), id(SHA256, 32, 7)));
    }

    @Test
    void refusesACriticalExtensionThatItDoesNotKnow() {
        var oid = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.48.1.7");
        assertMalformed(encoded(extension(oid, true, new byte[] {5, 0}), id(SHA256, 32, 7)));
        byte[] tolerable = encoded(extension(oid, false, new byte[] {5, 0}), id(SHA256, 32, 7));
        assertThatCode(() -> OcspRequest.parse(tolerable)).doesNotThrowAnyException();
    }

    @Test
    void refusesHashesThatItDoesNotKnowOrThatAreOfAnotherLength() {
        assertMalformed(encoded(null, id("1.2.840.113549.2.5", 16, 7)));
        assertMalformed(encoded(null, id(SHA256, 20, 7)));
    }

    @Test
    void refusesALongListAndAnEmptyOne() {
        CertID[] many =
                IntStream.rangeClosed(0, OcspRequest.CERTIFICATES_AT_MOST)
                        .mapToObj(serial -> id(SHA256, 32, serial))
                        .toArray(CertID[]::new);
        assertMalformed(encoded(null, many));
        assertMalformed(encoded(null));
        assertThatCode(() -> OcspRequest.parse(encoded(null, Arrays.copyOf(many, 16))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesALongSerialNumber() {
        assertMalformed(encoded(null, id(SHA256, 32, BigInteger.TWO.pow(300))));
    }

    @Test
    void refusesALongRequestUnread() {
        assertThatThrownBy(() -> OcspRequest.parse(new byte[OcspRequest.OCTETS_AT_MOST + 1]))
                .isInstanceOf(MalformedOcspRequestException.class)
                .hasMessageContaining("8193 octets");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] request = encoded(extension(NONCE, false, octets(32)), id(SHA256, 32, 7));
        for (int length = 0; length < request.length; length++) {
            assertMalformed(Arrays.copyOf(request, length));
        }
        assertMalformed(Arrays.copyOf(request, request.length + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/ocsp-requests", ""})
    void refusesBodiesOfOtherTypes(String type) {
        byte[] request = encoded(null, id(SHA256, 32, 7));
        assertThatThrownBy(() -> OcspOverHttp.post(type, request))
                .isInstanceOf(MalformedOcspRequestException.class);
        assertThatCode(() -> OcspOverHttp.post("Application/OCSP-Request; charset=x", request))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "%2", "%zz", "not base64!", "MAA\u00e4", "%4d%41", "MAA=/"})
    void refusesPathsThatHoldNoRequest(String path) {
        assertThatThrownBy(() -> OcspOverHttp.get(path))
                .isInstanceOf(MalformedOcspRequestException.class);
    }

    @Test
    void refusesALongPathUnread() {
        String path = "A".repeat(OcspRequest.OCTETS_AT_MOST * 4 + 1);
        assertThatThrownBy(() -> OcspOverHttp.get(path))
                .isInstanceOf(MalformedOcspRequestException.class)
                .hasMessageContaining("a path of");
    }

    @Property(tries = 5_000)
    void anyOctetsAreARequestOrMalformed(@ForAll @Size(max = 300) byte[] octets) {
        assertParsesOrMalformed(octets);
    }

    @Property(tries = 10_000)
    void aRequestWithAnyOctetChangedIsARequestOrMalformed(
            @ForAll @IntRange(max = 10_000) int position,
            @ForAll @IntRange(min = 1, max = 255) int by) {
        byte[] request = encoded(extension(NONCE, true, octets(32)), id(SHA256, 32, 7));
        request[position % request.length] ^= (byte) by;
        assertParsesOrMalformed(request);
    }

    @Property(tries = 5_000)
    void anyPathIsARequestOrMalformed(@ForAll @Size(max = 300) byte[] octets, @ForAll String text) {
        for (String path : new String[] {text, Base64.getEncoder().encodeToString(octets)}) {
            try {
                assertThat(OcspOverHttp.get(path)).isNotNull();
            } catch (MalformedOcspRequestException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    private static void assertParsesOrMalformed(byte[] octets) {
        try {
            assertThat(OcspRequest.parse(octets).certificates()).isNotEmpty();
        } catch (MalformedOcspRequestException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    private static void assertMalformed(byte[] request) {
        assertThatThrownBy(() -> OcspRequest.parse(request))
                .isInstanceOf(MalformedOcspRequestException.class);
    }

    private static CertID id(String hash, int octets, long serial) {
        return id(hash, octets, BigInteger.valueOf(serial));
    }

    private static CertID id(String hash, int octets, BigInteger serial) {
        var digest = new DEROctetString(new byte[octets]);
        return new CertID(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier(hash)),
                digest,
                digest,
                new ASN1Integer(serial));
    }

    private static byte[] octets(int length) {
        try {
            return new DEROctetString(new byte[length]).getEncoded();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Extensions extension(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
        return new Extensions(new Extension(oid, critical, value));
    }

    private static byte[] encoded(Extensions extensions, CertID... ids) {
        ASN1Encodable[] requests =
                Arrays.stream(ids).map(id -> new Request(id, null)).toArray(ASN1Encodable[]::new);
        try {
            return new OCSPRequest(
                            new TBSRequest(null, new DERSequence(requests), extensions), null)
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
