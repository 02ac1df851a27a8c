package io.sallyport.gateway.privilege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

class PrivilegesTest {
    private static final List<String> PASSWD =
            List.of(
                    "root:x:0:0:root:/root:/bin/bash",
                    "sallyport:x:997:996::/var/lib/sallyport:/usr/sbin/nologin",
                    "wheel:x:998:0::/:/bin/sh",
                    "odd:x:many:1::/:");

    @Test
    void findsALocalUser() throws IOException {
        assertThat(SystemUser.named("sallyport", PASSWD))
                .isEqualTo(new SystemUser("sallyport", 997, 996));
    }

    @Test
    void takesNobodyWithPrivileges() {
        for (String name : List.of("root", "wheel", "odd", "nobody-here", "sally")) {
            assertThatThrownBy(() -> SystemUser.named(name, PASSWD))
                    .as(name)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aThreadThatKeepsSomethingIsFound() {
        SystemUser user = new SystemUser("sallyport", 997, 996);
        List<String> clean =
                List.of(
                        "Name:\tjava",
                        "Uid:\t997\t997\t997\t997",
                        "Gid:\t996\t996\t996\t996",
                        "Groups:\t ",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        "CapAmb:\t0000000000000000",
                        "NoNewPrivs:\t1");
        assertThat(ThreadStatus.parse(clean).excess(user, true)).isEmpty();
        for (String kept :
                List.of(
                        "Uid:\t997\t997\t0\t997",
                        "Gid:\t996\t996\t996\t0",
                        "Groups:\t0 4",
                        "CapEff:\t0000000000001000",
                        "NoNewPrivs:\t0")) {
            List<String> lines = new ArrayList<>(clean);
            String field = kept.substring(0, kept.indexOf(':') + 1);
            lines.replaceAll(line -> line.startsWith(field) ? kept : line);
            assertThat(ThreadStatus.parse(lines).excess(user, true)).as(kept).hasSize(1);
        }
    }

    /** In a process of its own, because there is no way back. Needs root, as the gateway does. */
    @Test
    void allThreadsLoseEverything() throws Exception {
        if (!Privileges.areRoots()) {
            // The same program then has to refuse: there is nothing to give up.
            assertThat(drop()).contains("setgroups");
            return;
        }
        assertThat(drop()).contains("dropped", "exec refused", "file refused");
    }

    private static String drop() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DroppingProgram.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
