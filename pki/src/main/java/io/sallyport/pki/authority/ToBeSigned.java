package io.sallyport.pki.authority;

import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.profile.CertificateNames;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.NameConstraints;
import io.sallyport.pki.profile.StatusAddresses;
import io.sallyport.pki.revocation.CrlContent;
import io.sallyport.pki.revocation.RevokedCertificate;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Builds the structures that an authority signs (RFC 5280 sections 4.1 and 5.1). Pure functions.
 */
final class ToBeSigned {

    // RFC 5280 appendix A.1, ub-common-name.
    private static final int COMMON_NAME_LENGTH_AT_MOST = 64;

    /**
     * Who signs, as it stands in what is signed.
     *
     * @param name the authority's subject
     * @param keyIdentifier its subject key identifier, as those it signs for carry it
     * @param algorithm how it signs
     */
    record Issuer(
            X500Name name, AuthorityKeyIdentifier keyIdentifier, AlgorithmIdentifier algorithm) {}

    private ToBeSigned() {}

    static TBSCertificate certificate(
            Issuer issuer,
            BigInteger serialNumber,
            Validity validity,
            X500Name subject,
            PublicKey key,
            Extensions extensions) {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serialNumber));
        generator.setSignature(issuer.algorithm());
        generator.setIssuer(issuer.name());
        // Time chooses between UTCTime and GeneralizedTime as section 4.1.2.5 wants it.
        generator.setStartDate(new Time(Date.from(validity.notBefore())));
        generator.setEndDate(new Time(Date.from(validity.notAfter())));
        generator.setSubject(subject);
        generator.setSubjectPublicKeyInfo(info(key));
        generator.setExtensions(extensions);
        return generator.generateTBSCertificate();
    }

    static Extensions extensions(
            Issuer issuer,
            PublicKey key,
            AuthorityProfile profile,
            NameConstraints nameConstraints) {
        ExtensionsGenerator all = keyIdentifiers(issuer, key);
        // Section 4.2.1.3: an authority that signs anything but certificates and CRLs says so.
        int status = profile.signsOcsp() ? KeyUsage.digitalSignature : 0;
        add(
                all,
                Extension.keyUsage,
                true,
                new KeyUsage(status | KeyUsage.keyCertSign | KeyUsage.cRLSign));
        add(all, Extension.basicConstraints, true, new BasicConstraints(profile.pathLength()));
        if (!nameConstraints.isEmpty()) {
            add(
                    all,
                    Extension.nameConstraints,
                    true,
                    ConstraintsEncoding.extensionValue(nameConstraints));
        }
        return all.generate();
    }

    static Extensions extensions(
            Issuer issuer,
            PublicKey key,
            EndEntityProfile profile,
            CertificateNames names,
            Optional<StatusAddresses> status) {
        ExtensionsGenerator all = keyIdentifiers(issuer, key);
        add(all, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        GeneralName[] alternatives =
                names.all().stream().map(ToBeSigned::generalName).toArray(GeneralName[]::new);
        // Section 4.1.2.6: critical when nothing but it says whose certificate this is.
        boolean critical = subject(names).size() == 0;
        add(all, Extension.subjectAlternativeName, critical, new GeneralNames(alternatives));
        KeyPurposeId[] purposes =
                profile.extendedKeyUsages().stream()
                        .sorted()
                        .map(usage -> new ASN1ObjectIdentifier(usage.oid()))
                        .map(KeyPurposeId::getInstance)
                        .toArray(KeyPurposeId[]::new);
        add(all, Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        if (profile.equals(EndEntityProfile.OCSP_RESPONDER)) {
            // RFC 6960 section 4.2.2.2.1: it lives shortly instead of being revoked.
            add(all, OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
        } else {
            status.ifPresent(addresses -> addStatus(all, addresses));
        }
        return all.generate();
    }

    private static void addStatus(ExtensionsGenerator all, StatusAddresses addresses) {
        var list = new DistributionPointName(new GeneralNames(uri(addresses.crl())));
        add(
                all,
                Extension.cRLDistributionPoints,
                false,
                new CRLDistPoint(
                        new DistributionPoint[] {new DistributionPoint(list, null, null)}));
        add(
                all,
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(
                        X509ObjectIdentifiers.id_ad_ocsp, uri(addresses.ocsp())));
    }

    private static GeneralName uri(URI address) {
        return new GeneralName(
                GeneralName.uniformResourceIdentifier, new DERIA5String(address.toString(), true));
    }

    static TBSCertList crl(Issuer issuer, CrlContent content) {
        V2TBSCertListGenerator generator = new V2TBSCertListGenerator();
        generator.setSignature(issuer.algorithm());
        generator.setIssuer(issuer.name());
        generator.setThisUpdate(new Time(Date.from(content.thisUpdate())));
        generator.setNextUpdate(new Time(Date.from(content.nextUpdate())));
        for (RevokedCertificate entry : content.entries()) {
            ExtensionsGenerator reason = new ExtensionsGenerator();
            // Section 5.3.1: the reason code should be absent instead of using unspecified (0).
            if (entry.reasonCode() != CRLReason.unspecified) {
                add(reason, Extension.reasonCode, false, CRLReason.lookup(entry.reasonCode()));
            }
            generator.addCRLEntry(
                    new ASN1Integer(entry.serialNumber()),
                    new Time(Date.from(entry.revokedAt())),
                    reason.isEmpty() ? null : reason.generate());
        }
        ExtensionsGenerator all = new ExtensionsGenerator();
        add(all, Extension.authorityKeyIdentifier, false, issuer.keyIdentifier());
        add(all, Extension.cRLNumber, false, new CRLNumber(content.number().value()));
        generator.setExtensions(all.generate());
        return generator.generateTBSCertList();
    }

    /** The identity as common name; empty when it is too long for one. */
    static X500Name subject(CertificateNames names) {
        String text = names.identity().text();
        return text.length() <= COMMON_NAME_LENGTH_AT_MOST
                ? commonName(text)
                : new X500NameBuilder(BCStyle.INSTANCE).build();
    }

    /** A distinguished name of nothing but this common name, in UTF8String. */
    static X500Name commonName(String text) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, text).build();
    }

    /** The name of an authority: its profile's, and the beginning of its key's identifier. */
    static String authorityName(AuthorityProfile profile, PublicKey key) {
        return profile.commonName() + " " + keyLabel(key);
    }

    /** The beginning of a key's identifier, in hexadecimal digits. */
    static String keyLabel(PublicKey key) {
        return HexFormat.of().formatHex(keyIdentifier(key), 0, 4);
    }

    /**
     * RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key's bits. It names a key and protects
     * nothing; strongSwan finds CRLs by it.
     */
    private static byte[] keyIdentifier(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-1")
                    .digest(info(key).getPublicKeyData().getBytes());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The same as the authority key identifier of what that key signs. */
    static AuthorityKeyIdentifier authorityKeyIdentifier(PublicKey key) {
        return new AuthorityKeyIdentifier(keyIdentifier(key));
    }

    private static ExtensionsGenerator keyIdentifiers(Issuer issuer, PublicKey key) {
        ExtensionsGenerator all = new ExtensionsGenerator();
        add(all, Extension.authorityKeyIdentifier, false, issuer.keyIdentifier());
        add(
                all,
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(keyIdentifier(key)));
        return all;
    }

    private static GeneralName generalName(Identity identity) {
        return switch (identity) {
            case Identity.Dns(var text) ->
                    new GeneralName(GeneralName.dNSName, new DERIA5String(text, true));
            case Identity.User(var text) ->
                    new GeneralName(GeneralName.rfc822Name, new DERIA5String(text, true));
            case Identity.Uri(var text) ->
                    new GeneralName(
                            GeneralName.uniformResourceIdentifier, new DERIA5String(text, true));
            case Identity.Ip(var address) ->
                    new GeneralName(
                            GeneralName.iPAddress, new DEROctetString(address.getAddress()));
        };
    }

    private static SubjectPublicKeyInfo info(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }

    private static void add(
            ExtensionsGenerator all,
            ASN1ObjectIdentifier oid,
            boolean critical,
            ASN1Encodable value) {
        try {
            all.addExtension(oid, critical, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
