package io.sallyport.provisioner.login;

import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginDecision.Accepted;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginDecision.Reason;
import io.sallyport.wire.LoginDecision.Refused;

import jakarta.inject.Singleton;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts logins by what became of them, since this process began. Thread-safe. */
@Singleton
public class LoginCounts {
    private static final String FAULT = "fault";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    LoginCounts() {
        add("accepted", 0);
        add("challenge", 0);
        add(FAULT, 0);
        for (Reason reason : Reason.values()) {
            add(label(reason), 0);
        }
    }

    void decided(LoginDecision decision) {
        add(
                switch (decision) {
                    case Accepted _ -> "accepted";
                    case Challenge _ -> "challenge";
                    case Refused(var reason, _, _) -> label(reason);
                },
                1);
    }

    /** Nothing was decided. */
    void failed() {
        add(FAULT, 1);
    }

    /** How many there were, by outcome: also those of which there was none. */
    public Map<String, Long> byOutcome() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((outcome, count) -> all.put(outcome, count.sum()));
        return all;
    }

    private void add(String outcome, long more) {
        counts.computeIfAbsent(outcome, _ -> new LongAdder()).add(more);
    }

    private static String label(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }
}
