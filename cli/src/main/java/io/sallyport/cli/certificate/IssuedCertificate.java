package io.sallyport.cli.certificate;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.terminal.Sheet;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate, as the API tells it.
 *
 * @param serial hexadecimal
 * @param state a word of the API's; a newer server may have others
 * @param document all of it
 */
record IssuedCertificate(
        String serial,
        String purpose,
        String identity,
        Optional<String> issuer,
        Instant notBefore,
        Instant notAfter,
        String state,
        Optional<Instant> revokedAt,
        Optional<String> reason,
        Document document) {
    static IssuedCertificate of(Document document) {
        return new IssuedCertificate(
                document.text("serial"),
                document.text("purpose"),
                document.text("identity"),
                document.optionalText("issuer"),
                document.instant("notBefore"),
                document.instant("notAfter"),
                document.text("state"),
                document.optionalInstant("revokedAt"),
                document.optionalText("reason"),
                document);
    }

    static IssuedCertificate find(Api api, String serial) {
        return of(api.get(ApiPath.of("v1", "certificates", serial)));
    }

    /**
     * A serial number as the API writes it.
     *
     * @param typed as other programs write it too: upper case, colons, leading zeros
     * @throws CommandException if it is none
     */
    static String serial(String typed) {
        String digits = typed.replace(":", "").toLowerCase(Locale.ROOT);
        // RFC 5280 section 4.1.2.2: at most 20 octets.
        if (!digits.matches("[0-9a-f]{1,42}")) {
            throw CommandException.of(
                    ExitCode.USAGE, "expected a serial number in hexadecimal digits");
        }
        return digits.replaceFirst("^0+(?=.)", "");
    }

    void fill(Sheet sheet) {
        sheet.field("Serial", serial)
                .field("Purpose", purpose)
                .field("Identity", identity)
                .field("Issuer", issuer)
                .field("State", state)
                .field("Valid from", Sheet.time(notBefore))
                .field("Valid until", Sheet.time(notAfter))
                .field("Revoked", revokedAt.map(Sheet::time))
                .field("Reason", reason);
    }
}
