package io.sallyport.cli.teleworker;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.Pages;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;

import java.util.List;

/** The customer's teleworkers. */
final class Teleworkers {
    private final Api api;

    Teleworkers(Api api) {
        this.api = api;
    }

    /** As the API tells them. */
    List<Document> all() {
        return Pages.all(api, ApiPath.of("v1", "teleworkers"), "teleworkers");
    }

    /**
     * What was typed for a teleworker, as its id.
     *
     * @param typed an id or a user name; a user name may look like an id
     * @throws CommandException if nobody is called so
     */
    String id(String typed) {
        return all().stream()
                .filter(one -> one.text("username").equals(typed) || one.text("id").equals(typed))
                .map(one -> one.text("id"))
                .findFirst()
                .orElseThrow(
                        () ->
                                CommandException.of(
                                        ExitCode.REFUSED,
                                        "no teleworker is called '%s'".formatted(typed),
                                        "See: sallyport teleworker list"));
    }
}
