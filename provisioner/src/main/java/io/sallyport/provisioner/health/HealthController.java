package io.sallyport.provisioner.health;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Open;

/** Answers load balancers and operators; needs no token and says nothing about customers. */
@Controller("/health")
@ExecuteOn(TaskExecutors.BLOCKING)
class HealthController {
    /**
     * @param status {@code UP}
     */
    record Health(String status) {}

    @Open
    @Get
    Health health() {
        return new Health("UP");
    }
}
