package io.sallyport.vici;

import io.sallyport.vici.ViciMessage.Section;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection that charon knows, from whatever source (VICI README, {@code list-conn}).
 *
 * @param name as loaded
 * @param localAddresses {@code %any} for any
 * @param remoteAddresses {@code %any} for any
 * @param version {@code IKEv1}, {@code IKEv2} or {@code IKEv1/2}
 * @param local how this end authenticates, one per round
 * @param remote how the other end must authenticate, one per round
 * @param children what its CHILD_SAs are made from
 */
public record LoadedConnection(
        String name,
        List<String> localAddresses,
        List<String> remoteAddresses,
        String version,
        List<Authentication> local,
        List<Authentication> remote,
        List<Child> children) {

    /**
     * One round of authentication.
     *
     * @param method charon's words, such as {@code public key}
     * @param id the IKE identity
     * @param revocation the policy for certificates of the other end, such as {@code strict}
     * @param certificates subjects
     * @param authorities subjects
     */
    public record Authentication(
            Optional<String> method,
            Optional<String> id,
            Optional<String> revocation,
            List<String> certificates,
            List<String> authorities) {

        /** Copies the lists. */
        public Authentication {
            certificates = List.copyOf(certificates);
            authorities = List.copyOf(authorities);
        }
    }

    /**
     * What CHILD_SAs are made from.
     *
     * @param mode {@code TUNNEL}, {@code TRANSPORT}, {@code BEET}, {@code PASS} or {@code DROP}
     */
    public record Child(
            String name, String mode, List<String> localSelectors, List<String> remoteSelectors) {

        /** Copies the lists. */
        public Child {
            localSelectors = List.copyOf(localSelectors);
            remoteSelectors = List.copyOf(remoteSelectors);
        }
    }

    /** Copies the lists. */
    public LoadedConnection {
        localAddresses = List.copyOf(localAddresses);
        remoteAddresses = List.copyOf(remoteAddresses);
        local = List.copyOf(local);
        remote = List.copyOf(remote);
        children = List.copyOf(children);
    }

    static LoadedConnection from(ViciMessage message) throws ViciProtocolException {
        Section section = MessageReader.onlySection("list-conn", message);
        MessageReader in = new MessageReader(section.name(), section.content());
        List<Child> children = new ArrayList<>();
        for (Section child : in.section("children").message().sections()) {
            MessageReader reader = new MessageReader(child.name(), child.content());
            children.add(
                    new Child(
                            child.name(),
                            reader.text("mode"),
                            reader.texts("local-ts"),
                            reader.texts("remote-ts")));
        }
        return new LoadedConnection(
                section.name(),
                in.texts("local_addrs"),
                in.texts("remote_addrs"),
                in.text("version"),
                authentications("local", in),
                authentications("remote", in),
                children);
    }

    /** Sections {@code local-1}, {@code local-2} and so on. */
    private static List<Authentication> authentications(String end, MessageReader in) {
        List<Authentication> rounds = new ArrayList<>();
        for (Section section : in.message().sections()) {
            if (section.name().startsWith(end)) {
                MessageReader round = new MessageReader(section.name(), section.content());
                rounds.add(
                        new Authentication(
                                round.optionalText("class"),
                                round.optionalText("id"),
                                round.optionalText("revocation"),
                                round.texts("certs"),
                                round.texts("cacerts")));
            }
        }
        return rounds;
    }
}
