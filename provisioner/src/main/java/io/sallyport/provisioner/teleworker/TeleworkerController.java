package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.teleworker.TeleworkerViews.CreatedTeleworkerView;
import io.sallyport.provisioner.teleworker.TeleworkerViews.TeleworkerList;
import io.sallyport.provisioner.teleworker.TeleworkerViews.TeleworkerView;
import io.sallyport.provisioner.teleworker.TeleworkerViews.TotpView;
import io.sallyport.provisioner.totp.Totp;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A customer's teleworkers; their credentials are a controller of their own. */
@Controller("/v1/teleworkers")
@ExecuteOn(TaskExecutors.BLOCKING)
class TeleworkerController {
    private static final int PAGE_AT_MOST = 500;
    private static final int GROUPS_AT_MOST = 100;

    private final Teleworkers teleworkers;
    private final Passwords passwords;
    private final SecureRandom random;

    TeleworkerController(Teleworkers teleworkers, Passwords passwords, SecureRandom random) {
        this.teleworkers = teleworkers;
        this.passwords = passwords;
        this.random = random;
    }

    /**
     * The groups of a teleworker.
     *
     * @param groups their names
     */
    record Memberships(@Nullable List<String> groups) {}

    /** Adds a teleworker. What is made here is shown this once. */
    @Operation(operationId = "createTeleworker")
    @Post
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.CREATED)
    HttpResponse<CreatedTeleworkerView> create(
            @Parameter(hidden = true) Caller caller, @Body NewTeleworker typed) {
        UUID customer = caller.requireCustomer().id();
        Username username = typed.checked();
        List<String> groups =
                typed.groups() == null ? List.of() : groups(new Memberships(typed.groups()));
        Optional<Passwords.Chosen> password =
                typed.password() != null || Boolean.TRUE.equals(typed.generatePassword())
                        ? Optional.of(passwords.choose(typed.password()))
                        : Optional.empty();
        Optional<Totp> totp =
                Boolean.TRUE.equals(typed.totp())
                        ? Optional.of(Totp.random(random))
                        : Optional.empty();
        Teleworker created =
                teleworkers.create(
                        customer, username, groups, password.map(Passwords.Chosen::hash), totp);
        return HttpResponse.created(
                        new CreatedTeleworkerView(
                                created.id(),
                                created.username().text(),
                                created.state(),
                                created.groups(),
                                created.createdAt(),
                                password.flatMap(Passwords.Chosen::generated).orElse(null),
                                totp.map(secret -> TotpView.of(secret, username)).orElse(null)),
                        URI.create("/v1/teleworkers/" + created.id()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** The customer's teleworkers in the order of their ids. */
    @Operation(operationId = "listTeleworkers")
    @Get
    @Allow(Role.CUSTOMER)
    TeleworkerList list(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable UUID after,
            @QueryValue(defaultValue = "100") int limit) {
        if (limit < 1 || limit > PAGE_AT_MOST) {
            FieldErrors errors = new FieldErrors();
            errors.add("limit", "expected 1 to %d, got %d".formatted(PAGE_AT_MOST, limit));
            errors.throwIfAny();
        }
        List<Teleworker> page = teleworkers.page(caller.requireCustomer().id(), after, limit);
        return new TeleworkerList(
                page.stream().map(TeleworkerView::of).toList(),
                page.size() < limit ? null : page.getLast().id());
    }

    /** Shows one teleworker. */
    @Operation(operationId = "showTeleworker")
    @Get("/{id}")
    @Allow(Role.CUSTOMER)
    TeleworkerView show(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return TeleworkerView.of(teleworkers.find(caller.requireCustomer().id(), id));
    }

    /** Puts a teleworker into these groups and no others; sessions in others end. */
    @Operation(operationId = "regroupTeleworker")
    @Put("/{id}/groups")
    @Allow(Role.CUSTOMER)
    TeleworkerView regroup(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Body Memberships typed) {
        return TeleworkerView.of(
                teleworkers.regroup(caller.requireCustomer().id(), id, groups(typed)));
    }

    /** Blocks a teleworker: no logins, and its sessions end within seconds. */
    @Operation(operationId = "blockTeleworker")
    @Post("/{id}/block")
    @Allow(Role.CUSTOMER)
    TeleworkerView block(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return TeleworkerView.of(teleworkers.block(caller.requireCustomer().id(), id));
    }

    /** Lets a teleworker log in again. */
    @Operation(operationId = "unblockTeleworker")
    @Post("/{id}/unblock")
    @Allow(Role.CUSTOMER)
    TeleworkerView unblock(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return TeleworkerView.of(teleworkers.unblock(caller.requireCustomer().id(), id));
    }

    /** Deletes a teleworker: its certificates are revoked, its sessions end. */
    @Operation(operationId = "deleteTeleworker")
    @Delete("/{id}")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.NO_CONTENT)
    void delete(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        teleworkers.delete(caller.requireCustomer().id(), id);
    }

    private static List<String> groups(Memberships typed) {
        var errors = new FieldErrors();
        if (typed.groups() == null) {
            errors.add("groups", "expected a list of names");
        } else if (typed.groups().size() > GROUPS_AT_MOST) {
            errors.add("groups", "expected at most %d names".formatted(GROUPS_AT_MOST));
        }
        errors.throwIfAny();
        if (typed.groups().isEmpty()) {
            return List.of();
        }
        List<String> names = errors.requiredList("groups", typed.groups(), NewGroup::label);
        errors.throwIfAny();
        return names.stream().distinct().toList();
    }
}
