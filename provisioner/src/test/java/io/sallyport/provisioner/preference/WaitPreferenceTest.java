package io.sallyport.provisioner.preference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class WaitPreferenceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=10 | 10",
                "respond-async, wait=10 | 10",
                "wait = 5;foo=bar | 5",
                "wait=\"7\" | 7",
                "wait=0 | 0",
                "wait=31 | 30",
                "wait=999999999 | 30",
                "wait=9999999999 | ",
                "wait=-1 | ",
                "wait | ",
                "xwait=10 | ",
                "return=minimal | "
            })
    void readsHowLongTheCallerWouldWait(String header, Integer seconds) {
        assertThat(WaitPreference.parse(header).map(Duration::toSeconds).orElse(null))
                .isEqualTo(seconds == null ? null : Long.valueOf(seconds));
    }
}
