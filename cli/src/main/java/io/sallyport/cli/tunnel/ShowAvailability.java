package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;

/** {@code sallyport tunnel availability}. */
@Command(
        name = "availability",
        description =
                "Shows how long a tunnel carried traffic, of the time in which it was watched.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sallyport tunnel availability lyon",
            "  sallyport tunnel availability lyon --from 2026-01-01 --to 2026-02-01"
        })
public final class ShowAvailability implements Runnable {
    private static final Duration USUAL = Duration.ofDays(30);

    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "TUNNEL", description = "Id, or name of the branch.")
    private String typed;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "A day (UTC) or a time such as 2026-01-31T12:00:00Z; 30 days before the"
                            + " end if absent.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "As --from; now if absent.")
    private String to;

    public ShowAvailability(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Instant end = to == null ? invocation.clock().instant() : time("--to", to);
        Instant begin = from == null ? end.minus(USUAL) : time("--from", from);
        Api api = invocation.api();
        String id = new Tunnels(api).id(typed);
        Document answer =
                api.get(
                        Tunnels.path(id, "availability")
                                .with("from", begin.toString())
                                .with("to", end.toString()));
        invocation.show(answer, sheet -> fill(answer, sheet));
    }

    private static Instant time(String option, String typed) {
        try {
            return typed.contains("T")
                    ? OffsetDateTime.parse(typed).toInstant()
                    : LocalDate.parse(typed).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandException.of(
                    ExitCode.USAGE,
                    "%s: expected a day such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z"
                            .formatted(option));
        }
    }

    private static void fill(Document answer, Sheet sheet) {
        sheet.field("From", Sheet.time(answer.instant("from")))
                .field("To", Sheet.time(answer.instant("to")))
                .field(
                        "Availability",
                        answer.optionalText("availability").orElse("unknown: nobody watched"))
                .field("Up", answer.text("upSeconds") + " s")
                .field("Down", answer.text("downSeconds") + " s")
                .field("Not watched", answer.text("unobservedSeconds") + " s");
        List<Document> outages = answer.list("outages");
        if (!outages.isEmpty()) {
            sheet.gap()
                    .table(
                            List.of("DOWN FROM", "TO", "CAUSE"),
                            outages.stream()
                                    .map(
                                            outage ->
                                                    List.of(
                                                            Sheet.time(outage.instant("from")),
                                                            Sheet.time(
                                                                    outage.optionalInstant("to")),
                                                            outage.optionalText("cause")
                                                                    .orElse("")))
                                    .toList());
        }
    }
}
