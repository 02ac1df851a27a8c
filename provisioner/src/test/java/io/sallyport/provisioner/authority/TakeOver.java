package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.PendingAuthorities;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.Identity;
import io.sallyport.pki.profile.Namespace;
import io.sallyport.provisioner.configuration.Configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** What a start does with the authorities that a ceremony signed, without the database. */
final class TakeOver {
    private TakeOver() {}

    /** A program of its own, for a test that kills it. */
    public static void main(String[] arguments) throws IOException {
        in(System.getenv());
    }

    /** In the service of these settings. */
    static void in(Map<String, String> environment) throws IOException {
        Configuration configuration = Configuration.of(environment);
        Path store = configuration.data().resolve("ca");
        var random = new SecureRandom();
        var pending =
                new PendingAuthorities(
                        store,
                        new Namespace(new Identity.Dns(configuration.domain().value())),
                        Clock.systemUTC(),
                        random);
        if (!pending.any()) {
            return;
        }
        try (Passphrase passphrase =
                new AuthorityPassword(configuration.caPassword(), store, random).open()) {
            CeremonyFiles.Signed signed = CeremonyFiles.imported(store);
            pending.install(signed.root(), signed.authorities(), passphrase, _ -> {});
        }
    }
}
