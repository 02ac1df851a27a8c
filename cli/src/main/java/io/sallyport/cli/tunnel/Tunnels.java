package io.sallyport.cli.tunnel;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Pages;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;

import java.util.List;
import java.util.UUID;

/** The customer's tunnels. */
final class Tunnels {
    private final Api api;

    Tunnels(Api api) {
        this.api = api;
    }

    List<Tunnel> all() {
        return Pages.all(api, ApiPath.of("v1", "tunnels"), "tunnels").stream()
                .map(Tunnel::of)
                .toList();
    }

    Tunnel find(String id) {
        return Tunnel.of(api.get(path(id)));
    }

    /**
     * What was typed for a tunnel, as its id.
     *
     * @param typed an id, or the name of a branch
     * @throws CommandException if no tunnel that stands is that branch's
     */
    String id(String typed) {
        if (isId(typed)) {
            return typed;
        }
        List<Tunnel> standing =
                all().stream()
                        .filter(tunnel -> tunnel.branch().equals(typed) && !tunnel.ended())
                        .toList();
        if (standing.isEmpty()) {
            throw CommandException.of(
                    ExitCode.REFUSED,
                    "no tunnel that stands is for a branch '%s'".formatted(typed),
                    "See: sallyport tunnel list --all");
        }
        return standing.getLast().id();
    }

    static ApiPath path(String id, String... more) {
        String[] segments = new String[3 + more.length];
        segments[0] = "v1";
        segments[1] = "tunnels";
        segments[2] = id;
        System.arraycopy(more, 0, segments, 3, more.length);
        return ApiPath.of(segments);
    }

    private static boolean isId(String typed) {
        try {
            return UUID.fromString(typed).toString().equalsIgnoreCase(typed);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
