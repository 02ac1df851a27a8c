package io.sallyport.provisioner.configuration;

import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.StatusAddresses;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of this process. A configuration that exists is valid.
 *
 * @param data directory of everything this process keeps; nobody else may read it
 * @param database the external database; empty for the embedded one
 * @param api the listener that customers and operators reach
 * @param apiNames DNS names and addresses in the certificate of the API
 * @param internal the listener that concentrators reach
 * @param internalUrl what concentrators are told; empty if it follows from the listener
 * @param enrolment the listener that branches reach to enrol and renew
 * @param enrolmentUrl what branches are told; empty if it follows from the listener
 * @param revocation the listener that tells who asks, without TLS, what is revoked; empty for none
 * @param revocationUrl where that listener is reached, as certificates say; empty if they say
 *     nothing
 * @param domain identities of branches and concentrators end with it
 * @param customer name of the customer that the first start creates, one DNS label
 * @param probePool where the tunnels' probe addresses come from
 * @param branchKeys kinds of key that branches may have beside those that every peer verifies
 * @param caPassword where the password of the CA keys is
 */
public record Configuration(
        Path data,
        Optional<ExternalDatabase> database,
        Listener api,
        List<String> apiNames,
        Listener internal,
        Optional<URI> internalUrl,
        Listener enrolment,
        Optional<URI> enrolmentUrl,
        Optional<Listener> revocation,
        Optional<URI> revocationUrl,
        DnsName domain,
        String customer,
        IpNetwork probePool,
        Set<KeyAlgorithm> branchKeys,
        CaPassword caPassword) {

    /**
     * Where to listen.
     *
     * @param address local address
     * @param port local port, 0 for any free one
     */
    public record Listener(IpAddress address, int port) {}

    /**
     * A database that somebody else runs.
     *
     * @param url JDBC URL
     */
    public record ExternalDatabase(String url, String user, String password) {
        @Override
        public String toString() {
            return "ExternalDatabase[user=%s]".formatted(user);
        }
    }

    public Configuration {
        apiNames = List.copyOf(apiNames);
        branchKeys = Set.copyOf(branchKeys);
    }

    /** What a certificate of a branch contains here. */
    public EndEntityProfile branchProfile() {
        return EndEntityProfile.BRANCH.accepting(branchKeys);
    }

    /**
     * Reads the settings. A variable that is empty counts as absent.
     *
     * @param environment variables by name, as {@link System#getenv()} gives them
     * @throws ConfigurationException naming the variable that cannot be used
     */
    public static Configuration of(Map<String, String> environment) {
        var variables = new Variables(environment);
        return new Configuration(
                variables
                        .parsed("SALLYPORT_DATA", Path::of)
                        .orElse(Path.of("data"))
                        .toAbsolutePath()
                        .normalize(),
                variables
                        .text("SALLYPORT_DATABASE_URL")
                        .map(
                                url ->
                                        new ExternalDatabase(
                                                url,
                                                variables.required("SALLYPORT_DATABASE_USER"),
                                                variables.required("SALLYPORT_DATABASE_PASSWORD"))),
                variables.listener("SALLYPORT_API", 8443),
                variables
                        .parsed("SALLYPORT_API_NAMES", Configuration::names)
                        .orElse(List.of("localhost", "127.0.0.1")),
                variables.listener("SALLYPORT_INTERNAL", 8444),
                variables.parsed("SALLYPORT_INTERNAL_URL", Configuration::httpsUrl),
                variables.listener("SALLYPORT_ENROLMENT", 8445),
                variables.parsed("SALLYPORT_ENROLMENT_URL", Configuration::httpsOrigin),
                variables.anyOf(
                                "SALLYPORT_REVOCATION_ADDRESS",
                                "SALLYPORT_REVOCATION_PORT",
                                "SALLYPORT_REVOCATION_URL")
                        ? Optional.of(variables.listener("SALLYPORT_REVOCATION", 8480))
                        : Optional.empty(),
                variables.parsed("SALLYPORT_REVOCATION_URL", Configuration::statusUrl),
                variables
                        .parsed("SALLYPORT_DOMAIN", DnsName::new)
                        .orElse(new DnsName("sallyport.internal")),
                variables.parsed("SALLYPORT_CUSTOMER", Configuration::customer).orElse("customer"),
                // RFC 6598: no site uses it.
                variables
                        .parsed("SALLYPORT_PROBE_POOL", IpNetwork::parse)
                        .orElse(IpNetwork.parse("100.64.0.0/16")),
                variables
                        .parsed("SALLYPORT_BRANCH_KEYS", Configuration::optionalKeys)
                        .orElse(Set.of()),
                caPassword(variables));
    }

    private static CaPassword caPassword(Variables variables) {
        String file = "SALLYPORT_CA_PASSWORD_FILE";
        String given = "SALLYPORT_CA_PASSWORD";
        String token = "SALLYPORT_CA_TOKEN";
        String slot = token + "_SLOT";
        String pinFile = token + "_PIN_FILE";
        boolean inToken = variables.anyOf(token, slot, pinFile);
        List<String> sources =
                Stream.of(file, given, token)
                        .filter(name -> name.equals(token) ? inToken : variables.anyOf(name))
                        .toList();
        if (sources.size() > 1) {
            throw new ConfigurationException(
                    String.join(" and ", sources) + ": expected one of them");
        }
        if (inToken) {
            return new CaPassword.InToken(
                    Path.of(variables.required(token)),
                    number(slot, variables.required(slot)),
                    Path.of(variables.required(pinFile)));
        }
        return variables
                .text(given)
                .<CaPassword>map(
                        text -> new CaPassword.Given(Passphrase.of(text.strip().toCharArray())))
                .or(() -> variables.parsed(file, Path::of).map(CaPassword.InFile::new))
                .orElseGet(CaPassword.Made::new);
    }

    private static long number(String variable, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new ConfigurationException(variable + ": expected a number");
        }
        return Long.parseLong(text);
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Configuration::name)
                .toList();
    }

    private static Set<KeyAlgorithm> optionalKeys(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Configuration::optionalKey)
                .collect(Collectors.toSet());
    }

    private static KeyAlgorithm optionalKey(String text) {
        return switch (text) {
            case "ed25519" -> KeyAlgorithm.ED25519;
            case "ml-dsa-65" -> KeyAlgorithm.ML_DSA_65;
            default -> throw new IllegalArgumentException("expected ed25519 or ml-dsa-65");
        };
    }

    private static String name(String text) {
        // Certificates of the API may name a bare host such as localhost.
        if (DnsName.isLabel(text)) {
            return text;
        }
        return text.matches("[0-9.]+|.*:.*")
                ? IpAddress.parse(text).toString()
                : new DnsName(text).value();
    }

    private static URI httpsUrl(String text) {
        URI url = URI.create(text);
        if (!"https".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("expected a URL such as https://192.0.2.1:8444");
        }
        return url;
    }

    /** Clients append the path of RFC 7030 section 3.2.2 by themselves. */
    private static URI httpsOrigin(String text) {
        URI url = httpsUrl(text);
        if (!text.matches("https://[A-Za-z0-9.:\\[\\]-]+")) {
            throw new IllegalArgumentException(
                    "expected a URL without a path such as https://enrol.example.net:8445");
        }
        return url;
    }

    private static URI statusUrl(String text) {
        URI url = URI.create(text);
        StatusAddresses.require(url);
        if (url.getRawQuery() != null) {
            throw new IllegalArgumentException("expected a URL such as http://pki.example.net");
        }
        return url;
    }

    private static String customer(String text) {
        if (!DnsName.isLabel(text)) {
            throw new IllegalArgumentException("expected one DNS label such as example");
        }
        if (text.equals("concentrators")) {
            throw new IllegalArgumentException(
                    "the identities of concentrators stand under this name");
        }
        return text;
    }

    private record Variables(Map<String, String> environment) {
        Optional<String> text(String name) {
            return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
        }

        boolean anyOf(String... names) {
            return Arrays.stream(names).anyMatch(name -> text(name).isPresent());
        }

        String required(String name) {
            return text(name)
                    .orElseThrow(() -> new ConfigurationException(name + ": expected a value"));
        }

        <T> Optional<T> parsed(String name, Function<String, T> parse) {
            return text(name)
                    .map(
                            value -> {
                                try {
                                    return parse.apply(value);
                                } catch (IllegalArgumentException e) {
                                    throw new ConfigurationException(name + ": " + e.getMessage());
                                }
                            });
        }

        Listener listener(String prefix, int defaultPort) {
            return new Listener(
                    parsed(prefix + "_ADDRESS", IpAddress::parse)
                            .orElse(IpAddress.parse("127.0.0.1")),
                    parsed(prefix + "_PORT", Configuration::port).orElse(defaultPort));
        }
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            throw new IllegalArgumentException("expected a port from 0 to 65535");
        }
        return Integer.parseInt(text);
    }
}
