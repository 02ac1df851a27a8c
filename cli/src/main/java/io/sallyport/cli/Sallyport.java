package io.sallyport.cli;

import io.sallyport.cli.authority.CaCommand;
import io.sallyport.cli.authority.InitAuthorities;
import io.sallyport.cli.authority.RollOver;
import io.sallyport.cli.authority.ShowAuthorities;
import io.sallyport.cli.certificate.CertCommand;
import io.sallyport.cli.certificate.ListCertificates;
import io.sallyport.cli.certificate.RenewCertificate;
import io.sallyport.cli.certificate.RevokeCertificate;
import io.sallyport.cli.certificate.ShowCertificate;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.GlobalOptions;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.command.Surroundings;
import io.sallyport.cli.login.LoginCommand;
import io.sallyport.cli.login.LogoutCommand;
import io.sallyport.cli.node.ConcentratorCommand;
import io.sallyport.cli.node.GatewayCommand;
import io.sallyport.cli.node.ListConcentrators;
import io.sallyport.cli.node.ListGateways;
import io.sallyport.cli.order.CreateOrder;
import io.sallyport.cli.order.ListOrders;
import io.sallyport.cli.order.OrderCommand;
import io.sallyport.cli.order.ShowOrder;
import io.sallyport.cli.rotation.AbortRotation;
import io.sallyport.cli.rotation.RotateCommand;
import io.sallyport.cli.rotation.ShowRotation;
import io.sallyport.cli.rotation.StartRotation;
import io.sallyport.cli.teleworker.ListTeleworkers;
import io.sallyport.cli.teleworker.MakeTeleworkerSecret;
import io.sallyport.cli.teleworker.TeleworkerCommand;
import io.sallyport.cli.terminal.Prompt;
import io.sallyport.cli.tunnel.EndTunnel;
import io.sallyport.cli.tunnel.FetchConfiguration;
import io.sallyport.cli.tunnel.ListTunnels;
import io.sallyport.cli.tunnel.MakeEnrolmentSecret;
import io.sallyport.cli.tunnel.ShowAvailability;
import io.sallyport.cli.tunnel.ShowTunnel;
import io.sallyport.cli.tunnel.TunnelCommand;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

import java.io.Console;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The program. */
public final class Sallyport {
    /** Set by the launcher, which can see it: whether standard error is a terminal. */
    private static final String WATCHED = "sallyport.watched";

    private Sallyport() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(ofProcess(), arguments));
    }

    /**
     * Runs one command.
     *
     * @return its exit code
     */
    static int run(Surroundings surroundings, String... arguments) {
        return commandLine(surroundings).execute(arguments);
    }

    private static CommandLine commandLine(Surroundings surroundings) {
        GlobalOptions options =
                new GlobalOptions(surroundings.environment(), surroundings.watched());
        Invocation invocation = new Invocation(options, surroundings);
        Failures failures = new Failures();
        CommandLine root = new CommandLine(new Root());
        root.getCommandSpec().addMixin("options", CommandSpec.forAnnotatedObject(options));
        root.addSubcommand(new LoginCommand(invocation))
                .addSubcommand(new LogoutCommand(invocation))
                .addSubcommand(
                        new CommandLine(new OrderCommand())
                                .addSubcommand(new CreateOrder(invocation))
                                .addSubcommand(new ListOrders(invocation))
                                .addSubcommand(new ShowOrder(invocation)))
                .addSubcommand(
                        new CommandLine(new TunnelCommand())
                                .addSubcommand(new ListTunnels(invocation))
                                .addSubcommand(new ShowTunnel(invocation))
                                .addSubcommand(new FetchConfiguration(invocation))
                                .addSubcommand(new MakeEnrolmentSecret(invocation))
                                .addSubcommand(new ShowAvailability(invocation))
                                .addSubcommand(new EndTunnel(invocation)))
                .addSubcommand(
                        new CommandLine(new TeleworkerCommand())
                                .addSubcommand(new ListTeleworkers(invocation))
                                .addSubcommand(new MakeTeleworkerSecret(invocation)))
                .addSubcommand(
                        new CommandLine(new ConcentratorCommand())
                                .addSubcommand(new ListConcentrators(invocation)))
                .addSubcommand(
                        new CommandLine(new GatewayCommand())
                                .addSubcommand(new ListGateways(invocation)))
                .addSubcommand(
                        new CommandLine(new CertCommand())
                                .addSubcommand(new ListCertificates(invocation))
                                .addSubcommand(new ShowCertificate(invocation))
                                .addSubcommand(new RevokeCertificate(invocation))
                                .addSubcommand(new RenewCertificate(invocation)))
                .addSubcommand(
                        new CommandLine(new RotateCommand())
                                .addSubcommand(new StartRotation(invocation))
                                .addSubcommand(new ShowRotation(invocation))
                                .addSubcommand(new AbortRotation(invocation)))
                .addSubcommand(
                        new CommandLine(new CaCommand())
                                .addSubcommand(
                                        // What follows the step is the ceremony's, not ours.
                                        new CommandLine(new InitAuthorities(invocation))
                                                .setStopAtPositional(true))
                                .addSubcommand(new ShowAuthorities(invocation))
                                .addSubcommand(new RollOver(invocation)))
                .addSubcommand(new CompletionCommand());
        // After the others were added: what stands here before, they inherit.
        root.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(exitCodes());
        return root.setOut(surroundings.out())
                .setErr(surroundings.err())
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode each : ExitCode.values()) {
            codes.put(Integer.toString(each.code()), each.words());
        }
        return codes;
    }

    private static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                System.in,
                writer(System.out),
                writer(System.err),
                Boolean.getBoolean(WATCHED),
                new ConsolePrompt(),
                Clock.systemUTC(),
                Thread::sleep,
                command -> new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
    }

    private static final class ConsolePrompt implements Prompt {
        @Override
        public Optional<String> line(String question) {
            return console().map(console -> console.readLine("%s", question));
        }

        @Override
        public Optional<String> secret(String question) {
            return console()
                    .map(console -> console.readPassword("%s", question))
                    .map(
                            typed -> {
                                String secret = new String(typed);
                                Arrays.fill(typed, ' ');
                                return secret;
                            });
        }

        private static Optional<Console> console() {
            return Optional.ofNullable(System.console()).filter(Console::isTerminal);
        }
    }
}
