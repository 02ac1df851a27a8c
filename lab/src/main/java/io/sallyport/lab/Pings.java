package io.sallyport.lab;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many echo requests were sent and answered.
 *
 * @param received echo replies, of {@code sent} requests
 * @param lostInARow the most requests one after the other that were not answered
 */
public record Pings(int sent, int received, int lostInARow) {
    private static final int MOST_IN_A_ROW = 2;

    /** Of the pings of a test, in which SAs are authenticated anew some ten times. */
    private static final int MOST_LOST = 8;

    private static final Pattern REPLY = Pattern.compile("icmp_seq=(\\d+) ttl=");

    /**
     * @param printed by {@code ping}: a line for each reply
     * @param sent so many requests, the first ones; what was printed of later ones is not counted
     */
    static Pings of(String printed, int sent) {
        BitSet answered = new BitSet(sent);
        Matcher reply = REPLY.matcher(printed);
        while (reply.find()) {
            int sequence = Integer.parseInt(reply.group(1)); // from 1 on
            if (sequence <= sent) {
                answered.set(sequence - 1);
            }
        }
        int longest = 0;
        int lost = answered.nextClearBit(0);
        while (lost < sent) {
            int next = answered.nextSetBit(lost);
            int end = next < 0 ? sent : next;
            longest = Math.max(longest, end - lost);
            lost = answered.nextClearBit(end);
        }
        return new Pings(sent, answered.cardinality(), longest);
    }

    /** The highest sequence number of a reply; 0 when there is none. */
    static int newest(String printed) {
        return REPLY.matcher(printed)
                .results()
                .mapToInt(reply -> Integer.parseInt(reply.group(1)))
                .max()
                .orElse(0);
    }

    /** Of several that have nothing to do with each other. */
    public static Pings sum(List<Pings> all) {
        return new Pings(
                all.stream().mapToInt(Pings::sent).sum(),
                all.stream().mapToInt(Pings::received).sum(),
                all.stream().mapToInt(Pings::lostInARow).max().orElse(0));
    }

    /**
     * Whether three in a row were lost, or more than eight in all. An authentication anew takes
     * some milliseconds, and tens of them on a busy machine, in which what is on its way may be
     * lost (ADR 100).
     */
    public boolean showOutage() {
        return lostInARow > MOST_IN_A_ROW || sent - received > MOST_LOST;
    }

    public boolean allReceived() {
        return received == sent;
    }
}
