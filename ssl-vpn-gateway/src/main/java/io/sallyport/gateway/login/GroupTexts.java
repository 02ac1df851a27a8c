package io.sallyport.gateway.login;

import io.sallyport.wire.GroupPolicy;

import java.util.List;

/**
 * What a client shows of groups to choose from. {@code openconnect --authgroup} looks for its
 * argument there, not in the values: for the whole text or for the only one that begins so, in any
 * case (main.c, match_choice_label). So each text begins with the name of its group, by which users
 * and scripts know it, and the name alone chooses it.
 */
final class GroupTexts {
    private GroupTexts() {}

    /**
     * The text of one group.
     *
     * @param all the groups to choose from
     */
    static String of(GroupPolicy group, List<GroupPolicy> all) {
        boolean ambiguous =
                all.stream()
                        .filter(other -> !other.name().equals(group.name()))
                        .anyMatch(other -> begins(text(other), group.name()));
        // A whole text is chosen even where others begin with it.
        return ambiguous ? group.name() : text(group);
    }

    private static String text(GroupPolicy group) {
        return begins(group.label(), group.name())
                ? group.label()
                : group.name() + " - " + group.label();
    }

    private static boolean begins(String text, String beginning) {
        return text.regionMatches(true, 0, beginning, 0, beginning.length());
    }
}
