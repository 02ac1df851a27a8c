package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code sallyport tunnel configuration}. */
@Command(
        name = "configuration",
        description =
                "Fetches what the branch's device needs, and writes each file with its mode below a"
                        + " directory.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport tunnel configuration lyon --directory lyon",
            "  tar -C lyon -c etc | ssh root@lyon 'tar -C / -xp --no-overwrite-dir &&",
            "      /etc/sallyport/setup.sh'",
            "",
            "A key that the provisioner made is handed out by the first call and never again. If"
                    + " it",
            "is lost, end the tunnel and order it anew."
        })
public final class FetchConfiguration implements Runnable {
    // What the API grants at most.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TUNNEL", description = "Id, or name of the branch.")
    private String typed;

    @Option(
            names = {"-d", "--directory"},
            required = true,
            paramLabel = "DIR",
            description =
                    "Is made if it is not there; DIR/etc/... stands for the device's /etc/...")
    private Path directory;

    @Option(
            names = "--overwrite",
            description = "Writes into a directory that is not empty, over files of these names.")
    private boolean overwrite;

    @Option(
            names = "--early",
            description =
                    "Does not wait until the concentrator has loaded the connection: the device can"
                        + " be prepared meanwhile (setup.sh prepare), and dial when the order is"
                        + " READY (setup.sh dial).")
    private boolean early;

    public FetchConfiguration(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Api api = invocation.api();
        String id = new Tunnels(api).id(typed);
        DeviceDirectory target = prepare();
        ApiPath path = Tunnels.path(id, "device-configuration");
        Document answer = api.get(early ? path.with("early", "true") : path, PATIENCE);
        List<DeviceFile> files = write(answer, target);
        String setup = answer.optionalText("setupScript").orElse("");
        boolean key = answer.has("pkcs12");
        invocation.show(
                Document.empty()
                        .put("tunnel", id)
                        .put("directory", target.root().toString())
                        .put("setupScript", setup)
                        .put("withKey", key)
                        .putList(
                                "files",
                                files.stream()
                                        .map(
                                                file ->
                                                        Document.empty()
                                                                .put("path", file.path())
                                                                .put("mode", file.modeText()))
                                        .toList()),
                sheet -> fill(sheet, target, files, setup, key));
    }

    private DeviceDirectory prepare() {
        try {
            return DeviceDirectory.prepare(directory, overwrite);
        } catch (DirectoryNotEmptyException e) {
            throw CommandException.of(
                    ExitCode.LOCAL,
                    "%s is not empty".formatted(directory),
                    "Name another directory, or add --overwrite.");
        } catch (NotDirectoryException e) {
            throw CommandException.of(ExitCode.LOCAL, "%s is no directory".formatted(directory));
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL,
                    "%s cannot be written to: %s".formatted(directory, Invocation.reason(e)));
        }
    }

    private List<DeviceFile> write(Document answer, DeviceDirectory target) {
        try {
            List<DeviceFile> files = answer.list("files").stream().map(DeviceFile::of).toList();
            for (DeviceFile file : files) {
                target.write(file);
            }
            return files;
        } catch (IllegalArgumentException e) {
            throw CommandException.of(
                    ExitCode.UNREACHABLE, "the answer makes no sense: " + e.getMessage());
        } catch (IOException e) {
            String what =
                    "not every file could be written below %s: %s"
                            .formatted(target.root(), Invocation.reason(e));
            throw answer.has("pkcs12")
                    ? CommandException.of(
                            ExitCode.LOCAL,
                            what,
                            "The key was in this answer and is not handed out again: end the"
                                    + " tunnel and order it anew.")
                    : CommandException.of(
                            ExitCode.LOCAL, what, "Repeat the command with --overwrite.");
        }
    }

    private static void fill(
            Sheet sheet,
            DeviceDirectory target,
            List<DeviceFile> files,
            String setup,
            boolean key) {
        sheet.field("Directory", target.root().toString())
                .field(
                        "Private key",
                        key
                                ? "among these files; it is handed out this once"
                                : "not among these files: it is the branch's own, or was handed"
                                        + " out before")
                .field("To be run", setup + " on the device, as root")
                .gap()
                .table(
                        List.of("MODE", "FILE"),
                        files.stream().map(file -> List.of(file.modeText(), file.path())).toList());
    }
}
