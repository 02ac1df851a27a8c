package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    private static final int WITHOUT_TUNNEL = 1024;

    @Test
    void sessionsHaveWhatNothingElseNeeds() throws Exception {
        assertThat(OpenFiles.sessions(limits("20000"), WITHOUT_TUNNEL)).isEqualTo(18_720);
        assertThat(OpenFiles.sessions(limits("unlimited"), WITHOUT_TUNNEL))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void tooFewAreSaidAtTheStart() {
        assertThatThrownBy(() -> OpenFiles.sessions(limits("1024"), WITHOUT_TUNNEL))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "expected more than 1280 descriptors (LimitNOFILE), the process may have"
                                + " 1024");
    }

    @Test
    void thisProcessHasALimit() throws Exception {
        assertThat(OpenFiles.sessions(WITHOUT_TUNNEL)).isPositive();
    }

    private static String limits(String soft) {
        return """
        Limit                     Soft Limit           Hard Limit           Units
        Max core file size        0                    unlimited            bytes
        Max open files            %-20s 1048576              files
        Max locked memory         8388608              8388608              bytes
        """
                .formatted(soft);
    }
}
