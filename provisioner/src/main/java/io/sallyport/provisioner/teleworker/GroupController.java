package io.sallyport.provisioner.teleworker;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.problem.FieldErrors;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.net.URI;
import java.util.List;

/** What teleworkers must prove, and what they get. */
@Controller("/v1/teleworker-groups")
@ExecuteOn(TaskExecutors.BLOCKING)
class GroupController {
    private final Groups groups;

    GroupController(Groups groups) {
        this.groups = groups;
    }

    /** The groups in the order in which clients list them. */
    record GroupList(List<GroupView> groups) {}

    /** Adds a group. */
    @Operation(operationId = "createTeleworkerGroup")
    @Post
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.CREATED)
    HttpResponse<GroupView> create(@Parameter(hidden = true) Caller caller, @Body NewGroup typed) {
        GroupView created =
                GroupView.of(groups.create(caller.requireCustomer().id(), typed.checked()));
        return HttpResponse.created(created, URI.create("/v1/teleworker-groups/" + created.name()));
    }

    /** Lists all groups. */
    @Operation(operationId = "listTeleworkerGroups")
    @Get
    @Allow(Role.CUSTOMER)
    GroupList list(@Parameter(hidden = true) Caller caller) {
        return new GroupList(
                groups.all(caller.requireCustomer().id()).stream().map(GroupView::of).toList());
    }

    /** Shows one group. */
    @Operation(operationId = "showTeleworkerGroup")
    @Get("/{name}")
    @Allow(Role.CUSTOMER)
    GroupView show(@Parameter(hidden = true) Caller caller, @PathVariable String name) {
        return groups.find(caller.requireCustomer().id(), name)
                .map(GroupView::of)
                .orElseThrow(Groups::unknown);
    }

    /** Replaces a group: a field that is absent gets its usual value. The name stays. */
    @Operation(operationId = "replaceTeleworkerGroup")
    @Put("/{name}")
    @Allow(Role.CUSTOMER)
    GroupView replace(
            @Parameter(hidden = true) Caller caller,
            @PathVariable String name,
            @Body NewGroup typed) {
        NewGroup.Checked checked = typed.checked();
        if (!checked.policy().name().equals(name)) {
            FieldErrors errors = new FieldErrors();
            errors.add("name", "expected the name in the path: a group keeps its name");
            errors.throwIfAny();
        }
        return GroupView.of(groups.replace(caller.requireCustomer().id(), checked));
    }

    /** Deletes a group with its memberships; its sessions end. */
    @Operation(operationId = "deleteTeleworkerGroup")
    @Delete("/{name}")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.NO_CONTENT)
    void delete(@Parameter(hidden = true) Caller caller, @PathVariable String name) {
        groups.delete(caller.requireCustomer().id(), name);
    }
}
