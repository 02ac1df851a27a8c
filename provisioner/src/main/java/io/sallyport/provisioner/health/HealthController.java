package io.sallyport.provisioner.health;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Open;
import io.swagger.v3.oas.annotations.Operation;

/** Answers load balancers and operators; needs no token and says nothing about customers. */
@Controller("/health")
@ExecuteOn(TaskExecutors.BLOCKING)
class HealthController {
    private final DatabaseQuestion database;

    HealthController(DatabaseQuestion database) {
        this.database = database;
    }

    /**
     * @param status {@code UP}
     */
    record Health(String status) {}

    /** Says that this process and its database answer; 503 if the database does not. */
    @Open
    @Operation(operationId = "showHealth")
    @Get
    Health health() {
        database.ask();
        return new Health("UP");
    }
}
