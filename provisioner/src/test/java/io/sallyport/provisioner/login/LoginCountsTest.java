package io.sallyport.provisioner.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.Test;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

class LoginCountsTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();

    @Test
    void metricsCountLoginsByOutcome() {
        CustomerClient customer = new CustomerClient(provisioner);
        TestGateway gateway = TestGateway.enrolled(provisioner);
        String group = customer.group("\"PASSWORD\"");
        String name =
                customer.teleworker(group, ", \"password\": \"correct horse battery\"")
                        .get("username")
                        .textValue();
        LoginTyped typed = new LoginTyped(group).username(name);
        long accepted = counted("accepted");
        long refused = counted("credentials");

        gateway.login(typed.password("correct horse battery").build());
        gateway.login(typed.password("x").build());

        assertThat(counted("accepted")).isGreaterThan(accepted);
        assertThat(counted("credentials")).isGreaterThan(refused);
        assertThat(counted("fault")).as("also what never happened is there").isNotNegative();
    }

    private long counted(String outcome) {
        String metrics = provisioner.get("/metrics", provisioner.operatorToken()).body();
        Matcher line =
                Pattern.compile(
                                "^sallyport_teleworker_logins_total\\{outcome=\"%s\"} ([0-9]+)"
                                        .formatted(outcome),
                                Pattern.MULTILINE)
                        .matcher(metrics);
        assertThat(line.find()).as(metrics).isTrue();
        return Long.parseLong(line.group(1));
    }
}
