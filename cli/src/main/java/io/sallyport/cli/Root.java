package io.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command itself, above all others. */
@Command(
        name = "sallyport",
        description = "Orders branch tunnels, watches and ends them; renews and rotates keys.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Root.Version.class,
        usageHelpWidth = 100,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:The server refused it.",
            "2:The command line is wrong, or the question was answered with no.",
            "3:The server was not reached, is not trusted, or gave no useful answer in time.",
            "4:Waited in vain: it had not happened when the time was over, and may still.",
            "5:It failed: the order, or the rotation, that was waited for.",
            "6:Something on this machine: a file, the stored login.",
            "70:An error in this program."
        })
final class Root {
    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Root.class.getPackage().getImplementationVersion();
            return new String[] {"sallyport " + (version == null ? "(not packaged)" : version)};
        }
    }
}
