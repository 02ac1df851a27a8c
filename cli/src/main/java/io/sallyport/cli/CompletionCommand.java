package io.sallyport.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;

/** {@code sallyport completion}. */
@Command(
        name = "completion",
        description = "Writes a script for bash and zsh that completes this command.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(sallyport completion)",
            "  sallyport completion > ~/.local/share/bash-completion/completions/sallyport"
        })
final class CompletionCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec root = spec.root();
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash(root.name(), root.commandLine()));
        out.flush();
    }
}
