package io.sallyport.gateway.privilege;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Gives its privileges up and says what it still can do. */
final class DroppingProgram {
    private DroppingProgram() {}

    public static void main(String[] arguments) throws Exception {
        Thread virtual = Thread.ofVirtual().start(() -> {}); // so that there are carriers
        virtual.join();
        try {
            Privileges.drop(SystemUser.named("nobody"));
            say("dropped");
        } catch (IOException e) {
            say(e.getMessage());
        }
        try {
            new ProcessBuilder("true").start();
            say("exec possible");
        } catch (IOException _) {
            say("exec refused");
        }
        try (OutputStream _ = new FileOutputStream("/etc/sallyport-test")) {
            say("file possible");
        } catch (IOException _) {
            say("file refused");
        }
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
