package io.sallyport.provisioner.metrics;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Role;
import io.swagger.v3.oas.annotations.Operation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The metrics, for Prometheus. */
@Controller("/metrics")
@ExecuteOn(TaskExecutors.BLOCKING)
class MetricsController {
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Metrics metrics;
    // Neither creation times nor exemplars: every value is read anew from the database.
    private final OpenMetricsTextFormatWriter writer =
            new OpenMetricsTextFormatWriter(false, false);

    MetricsController(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Every tunnel that is not ended, also those that are down, in OpenMetrics text. */
    @Operation(operationId = "scrapeMetrics")
    @Get
    @Allow(Role.OPERATOR)
    @Produces(OPEN_METRICS)
    HttpResponse<byte[]> scrape() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, metrics.snapshot());
        return HttpResponse.ok(text.toByteArray());
    }
}
