package io.sallyport.provisioner.deviceconfig;

import com.samskivert.mustache.Template;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.deviceconfig.TemplateValues.Word;
import io.sallyport.wire.DnsName;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/** The script with which a teleworker's computer enrols, renews and connects; has no secret. */
public final class ConnectScript {
    private static final Template SCRIPT =
            TemplateFiles.template("teleworker/sallyport-connect.mustache");

    private ConnectScript() {}

    private record Model(URI estUrl, Word username, DnsName realm, boolean commonName) {}

    /**
     * The script for one teleworker. The roots stand behind its last command, where no shell comes
     * to.
     *
     * @param estUrl what is before {@code /simpleenroll}
     * @param identity user name and realm, with an @ in between
     * @param roots what it trusts at first
     */
    public static String of(URI estUrl, String identity, List<X509Certificate> roots) {
        int at = identity.indexOf('@');
        return SCRIPT.execute(
                        new Model(
                                estUrl,
                                new Word(identity.substring(0, at)),
                                new DnsName(identity.substring(at + 1)),
                                identity.length() <= StrongswanFamily.COMMON_NAME_AT_MOST))
                + roots.stream().map(Pem::encode).collect(Collectors.joining());
    }
}
