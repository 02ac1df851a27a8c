package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Section;

import java.util.List;
import java.util.Optional;

/**
 * A certification authority that was loaded over VICI (VICI README, {@code list-authority}).
 *
 * @param name as loaded
 * @param subject the distinguished name of its certificate, in charon's notation
 * @param crlUris where charon may fetch CRLs
 * @param ocspUris where charon may ask
 * @param certUriBase base of hash-and-URL certificates
 */
public record LoadedAuthority(
        String name,
        String subject,
        List<String> crlUris,
        List<String> ocspUris,
        Optional<String> certUriBase) {

    /** Copies the lists. */
    public LoadedAuthority {
        crlUris = List.copyOf(crlUris);
        ocspUris = List.copyOf(ocspUris);
    }

    static LoadedAuthority from(ViciMessage message) throws ViciProtocolException {
        Section section = MessageReader.onlySection("list-authority", message);
        MessageReader in = new MessageReader(section.name(), section.content());
        return new LoadedAuthority(
                section.name(),
                in.text("cacert"),
                in.texts("crl_uris"),
                in.texts("ocsp_uris"),
                in.optionalText("cert_uri_base"));
    }
}
