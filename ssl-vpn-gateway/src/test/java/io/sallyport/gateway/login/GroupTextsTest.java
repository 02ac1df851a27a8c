package io.sallyport.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.wire.Factor;
import io.sallyport.wire.GroupPolicy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

class GroupTextsTest {
    @Test
    void aLabelThatBeginsWithTheNameIsShownAsItIs() {
        assertThat(texts(group("staff", "Staff people"), group("vault", "Vault")))
                .containsExactly("Staff people", "Vault");
    }

    @Test
    void anyOtherLabelComesAfterTheName() {
        assertThat(texts(group("admins", "Administrators"), group("staff", "People")))
                .containsExactly("admins - Administrators", "staff - People");
    }

    @Test
    void theNameAloneIsShownWhereAnotherGroupBeginsWithIt() {
        assertThat(texts(group("staff", "Staff people"), group("staff-eu", "Europe")))
                .containsExactly("staff", "staff-eu - Europe");
    }

    @Test
    void eachGroupIsChosenByItsNameAndByItsText() {
        List<GroupPolicy> groups =
                List.of(
                        group("staff", "Staff people"),
                        group("staff-eu", "Europe"),
                        group("s", "Vault"),
                        group("admins", "staff too"),
                        group("vault", "VAULT"));
        List<String> texts = texts(groups.toArray(GroupPolicy[]::new));
        for (int i = 0; i < groups.size(); i++) {
            assertThat(chosen(groups.get(i).name(), texts)).isEqualTo(i);
            assertThat(chosen(texts.get(i).toUpperCase(Locale.ROOT), texts)).isEqualTo(i);
        }
    }

    /** As openconnect does it. @return -1 if there is none, or several */
    private static int chosen(String argument, List<String> texts) {
        int partial = -1;
        int matches = 0;
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).regionMatches(true, 0, argument, 0, argument.length())) {
                if (texts.get(i).length() == argument.length()) {
                    return i;
                }
                partial = i;
                matches++;
            }
        }
        return matches == 1 ? partial : -1;
    }

    private static List<String> texts(GroupPolicy... groups) {
        return Stream.of(groups).map(group -> GroupTexts.of(group, List.of(groups))).toList();
    }

    private static GroupPolicy group(String name, String label) {
        return Groups.of(name, label, Set.of(Factor.PASSWORD));
    }
}
