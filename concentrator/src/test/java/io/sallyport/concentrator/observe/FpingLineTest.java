package io.sallyport.concentrator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.IpAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

class FpingLineTest {
    @ParameterizedTest(name = "{2}")
    @CsvFileSource(resources = "/observe/fping-lines.csv")
    void readsWhatFpingPrints(String address, Long micros, String line) throws IOException {
        IpAddress of = IpAddress.parse(address);
        assertThat(FpingLine.parse(line))
                .isEqualTo(
                        micros == null
                                ? new FpingLine.Silence(of)
                                : new FpingLine.Reply(of, Duration.of(micros, ChronoUnit.MICROS)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/observe/fping-garbage.csv")
    void refusesEverythingElse(String why, String line) {
        assertThatThrownBy(() -> FpingLine.parse(line)).as(why).isInstanceOf(IOException.class);
    }
}
