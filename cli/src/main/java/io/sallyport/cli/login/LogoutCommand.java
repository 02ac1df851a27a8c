package io.sallyport.cli.login;

import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;

import picocli.CommandLine.Command;

import java.io.IOException;

/** {@code sallyport logout}. */
@Command(
        name = "logout",
        description = "Removes a stored login. The token itself stays valid.",
        footerHeading = "%nExample:%n",
        footer = "  sallyport logout --profile operator")
public final class LogoutCommand implements Runnable {
    private final Invocation invocation;

    public LogoutCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        String name = invocation.profileName();
        try {
            boolean removed = invocation.profiles().forget(name);
            invocation.show(
                    Document.empty().put("profile", name).put("removed", removed),
                    sheet ->
                            sheet.line(
                                    removed
                                            ? "The login '%s' is removed.".formatted(name)
                                            : "There is no login '%s'.".formatted(name)));
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL, "the login cannot be removed: " + Invocation.reason(e));
        }
    }
}
