package io.sallyport.provisioner.rotation;

import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.Rotation.Wave;

import java.util.ArrayList;
import java.util.List;

/** Waves: the canary first, alone; then so many at a time. Pure. */
final class RotationPlan {
    private final int canary;
    private final int waveSize;
    private final List<Wave> waves = new ArrayList<>();

    RotationPlan(int canary, int waveSize) {
        this.canary = canary;
        this.waveSize = waveSize;
    }

    /** One node by itself: what follows depends on it. */
    RotationPlan alone(Target target) {
        waves.add(wave(List.of(target)));
        return this;
    }

    /** These at once; nothing if there are none. */
    RotationPlan together(List<Target> targets) {
        if (!targets.isEmpty()) {
            waves.add(wave(targets));
        }
        return this;
    }

    /** These, of which the first few are the canary. */
    RotationPlan inWaves(List<Target> targets) {
        int from = 0;
        while (from < targets.size()) {
            int size = from == 0 ? canary : waveSize;
            int to = Math.min(targets.size(), from + size);
            waves.add(wave(targets.subList(from, to)));
            from = to;
        }
        return this;
    }

    List<Wave> waves() {
        return List.copyOf(waves);
    }

    private Wave wave(List<Target> targets) {
        return new Wave(waves.size() + 1, null, null, targets);
    }

    /** In words, for people who decide whether to do it. */
    static List<String> words(List<Wave> waves) {
        return waves.stream().map(RotationPlan::words).toList();
    }

    private static String words(Wave wave) {
        Step step = wave.targets().getFirst().step();
        String names = String.join(", ", wave.targets().stream().map(Target::name).toList());
        String what =
                switch (step) {
                    case CONCENTRATOR -> "new IKE key and client key at concentrator %s";
                    case GATEWAY -> "new TLS key and client key at gateway %s";
                    case REAUTHENTICATE -> "authenticate anew, old SA kept until then: %s";
                    case SITE -> "the branch renews its key and authenticates with it: %s";
                    case AUTHORITY -> "a next authority for %s, which issues nothing yet";
                    case DISTRIBUTE -> "it is loaded with its CRL, and said to be so, by %s";
                    case TRUST -> "it is trusted, and said to be so, by %s";
                    case ISSUE -> "it issues for %s from now on, and the former one no more";
                    case LISTENERS -> "new TLS keys and certificates of the listeners of %s";
                    case RETIRE -> "it is decided until when the former one for %s is accepted";
                };
        return "wave %d: ".formatted(wave.number()) + what.formatted(names);
    }
}
