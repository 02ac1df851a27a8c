package io.sallyport.provisioner.order;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.http.uri.UriBuilder;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Customer;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.address.ProbeAddresses;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.preference.WaitPreference;
import io.sallyport.provisioner.problem.FieldErrors;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A customer's orders. */
@Controller("/v1/orders")
@ExecuteOn(TaskExecutors.BLOCKING)
class OrderController {
    private static final int PAGE_AT_MOST = 500;

    private final Orders orders;
    private final ProbeAddresses addresses;
    private final Configuration configuration;
    private final Clock clock;

    OrderController(
            Orders orders, ProbeAddresses addresses, Configuration configuration, Clock clock) {
        this.orders = orders;
        this.addresses = addresses;
        this.configuration = configuration;
        this.clock = clock;
    }

    /** Orders a branch tunnel. Sent again with the same key it is the same order. */
    @Operation(operationId = "placeOrder")
    @Post
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.ACCEPTED)
    @Parameter(
            name = "Idempotency-Key",
            in = ParameterIn.HEADER,
            required = true,
            description =
                    "1 to 255 visible ASCII characters, chosen by the sender: sent again with the"
                            + " same key it is the same order",
            schema = @Schema(implementation = String.class))
    HttpResponse<OrderView> place(
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) @Header("Idempotency-Key") @Nullable String idempotencyKey,
            @Body NewOrder typed) {
        Instant received = clock.instant();
        Customer customer = orders.customer(caller.requireCustomer().id());
        OrderRequest request =
                OrderRequest.parse(
                        idempotencyKey,
                        typed,
                        customer.name(),
                        configuration.domain(),
                        addresses.pool().network(),
                        configuration.branchProfile());
        OrderView order = orders.place(customer, request, received);
        return HttpResponse.<OrderView>accepted(
                        UriBuilder.of("/v1/orders").path(order.id().toString()).build())
                .body(order);
    }

    /**
     * A page of orders.
     *
     * @param next what to pass as {@code after} for the next page; null on the last one
     */
    record OrderList(List<OrderView> orders, @Nullable UUID next) {}

    /**
     * The customer's orders with their steps, the newest first.
     *
     * @param after id of the last one seen
     */
    @Operation(operationId = "listOrders")
    @Get
    @Allow(Role.CUSTOMER)
    OrderList list(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable UUID after,
            @QueryValue(defaultValue = "100") int limit) {
        if (limit < 1 || limit > PAGE_AT_MOST) {
            FieldErrors errors = new FieldErrors();
            errors.add("limit", "expected 1 to %d, got %d".formatted(PAGE_AT_MOST, limit));
            errors.throwIfAny();
        }
        List<OrderView> page =
                orders.page(caller.requireCustomer().id(), Optional.ofNullable(after), limit);
        return new OrderList(page, page.size() < limit ? null : page.getLast().id());
    }

    /**
     * An order with all its steps.
     *
     * @param prefer {@code wait=N} (RFC 7240 section 4.3): answer when the order is settled, or
     *     after N seconds, 30 at most
     */
    @Operation(operationId = "showOrder")
    @Get("/{id}")
    @Allow(Role.CUSTOMER)
    HttpResponse<OrderView> show(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Header("Prefer") @Nullable String prefer)
            throws InterruptedException {
        UUID customer = caller.requireCustomer().id();
        Optional<Duration> patience = Optional.ofNullable(prefer).flatMap(WaitPreference::parse);
        if (patience.isEmpty()) {
            return HttpResponse.ok(orders.find(customer, id));
        }
        MutableHttpResponse<OrderView> answer =
                HttpResponse.ok(orders.await(customer, id, patience.get()));
        return answer.header("Preference-Applied", "wait=" + patience.get().toSeconds());
    }
}
