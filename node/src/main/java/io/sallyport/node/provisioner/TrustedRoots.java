package io.sallyport.node.provisioner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The roots that this node trusts the provisioner by: those of the file that the operator gave it,
 * and those of the desired state in force, which came from a provisioner it trusted. So a root can
 * be replaced without anybody coming to the node, and a node that was away too long is helped with
 * a new file. Thread-safe.
 */
public final class TrustedRoots implements Supplier<String> {
    private final String file;
    private final Supplier<String> stated;

    /**
     * @param file PEM of one root, or of several
     * @param stated PEM of the authorities of the state in force, of which the self-signed ones are
     *     roots; may be blank
     */
    public TrustedRoots(String file, Supplier<String> stated) {
        this.file = file;
        this.stated = stated;
    }

    /** All of them in PEM, each once; those of the file alone if the state's cannot be read. */
    @Override
    public String get() {
        String present = stated.get();
        if (present.isBlank()) {
            return file;
        }
        try {
            Set<X509Certificate> roots = new LinkedHashSet<>(ProvisionerTls.certificates(file));
            ProvisionerTls.certificates(present).stream()
                    .filter(ProvisionerTls::isSelfSigned)
                    .forEach(roots::add);
            ByteArrayOutputStream pem = new ByteArrayOutputStream();
            for (X509Certificate root : roots) {
                write(pem, root);
            }
            return pem.toString(StandardCharsets.US_ASCII);
        } catch (CertificateException | IOException _) {
            return file;
        }
    }

    private static void write(ByteArrayOutputStream pem, X509Certificate root)
            throws CertificateEncodingException, IOException {
        pem.write("-----BEGIN CERTIFICATE-----\n".getBytes(StandardCharsets.US_ASCII));
        pem.write(Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(root.getEncoded()));
        pem.write("\n-----END CERTIFICATE-----\n".getBytes(StandardCharsets.US_ASCII));
    }
}
