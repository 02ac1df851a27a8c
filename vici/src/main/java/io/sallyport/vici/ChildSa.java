package io.sallyport.vici;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A CHILD_SA as charon lists it (VICI README, {@code child-sas} of {@code list-sa}).
 *
 * @param name of the child in its connection
 * @param uniqueId changes when the CHILD_SA is rekeyed
 * @param reqid stays over rekeyings
 * @param state charon's word, such as {@code INSTALLED}
 * @param mode {@code TUNNEL}, {@code TRANSPORT} or {@code BEET}
 * @param protocol {@code ESP} or {@code AH}; absent until installed
 * @param encapsulated whether ESP goes in UDP; always so with kernel-libipsec
 * @param spiIn 8 hexadecimal digits; absent until installed
 * @param spiOut 8 hexadecimal digits; absent until installed
 * @param proposal absent until installed
 * @param in what came; zero until installed
 * @param out what went; zero until installed
 * @param rekeyIn time left; absent if none is scheduled
 * @param lifetime time left until it expires; absent if it does not
 * @param installed how long ago; absent until installed
 * @param localSelectors traffic selectors in charon's words, such as {@code 10.0.0.0/24}
 * @param remoteSelectors traffic selectors in charon's words
 */
public record ChildSa(
        String name,
        long uniqueId,
        long reqid,
        String state,
        Optional<String> mode,
        Optional<String> protocol,
        boolean encapsulated,
        Optional<String> spiIn,
        Optional<String> spiOut,
        Optional<NegotiatedProposal> proposal,
        Traffic in,
        Traffic out,
        Optional<Duration> rekeyIn,
        Optional<Duration> lifetime,
        Optional<Duration> installed,
        List<String> localSelectors,
        List<String> remoteSelectors) {

    /**
     * One direction since the CHILD_SA was installed; a rekeying begins at zero again.
     *
     * @param lastUsed how long ago a packet last passed; absent before the first
     */
    public record Traffic(long bytes, long packets, Optional<Duration> lastUsed) {}

    /** Copies the lists. */
    public ChildSa {
        localSelectors = List.copyOf(localSelectors);
        remoteSelectors = List.copyOf(remoteSelectors);
    }

    /** Whether it can carry traffic: installed, or being replaced and not yet so. */
    public boolean isInstalled() {
        return state.equals("INSTALLED") || state.equals("REKEYING");
    }

    /**
     * Reads the section; its name carries the unique id in some places, so the key {@code name}
     * goes first.
     */
    static ChildSa from(String sectionName, MessageReader in) throws ViciProtocolException {
        return new ChildSa(
                in.optionalText("name").orElse(sectionName),
                in.number("uniqueid"),
                in.number("reqid"),
                in.text("state"),
                in.optionalText("mode"),
                in.optionalText("protocol"),
                in.isYes("encap"),
                in.optionalText("spi-in"),
                in.optionalText("spi-out"),
                NegotiatedProposal.from(in),
                traffic("in", in),
                traffic("out", in),
                in.seconds("rekey-time"),
                in.seconds("life-time"),
                in.seconds("install-time"),
                in.texts("local-ts"),
                in.texts("remote-ts"));
    }

    private static Traffic traffic(String direction, MessageReader in)
            throws ViciProtocolException {
        return new Traffic(
                in.optionalNumber("bytes-" + direction, 0),
                in.optionalNumber("packets-" + direction, 0),
                in.seconds("use-" + direction));
    }
}
