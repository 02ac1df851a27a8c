package io.sallyport.lab.bench;

import io.sallyport.lab.AddressPlan;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.GatewayTraining;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;
import io.sallyport.lab.product.Teleworker;

import java.util.List;

/** Our gateway with the provisioner behind it, and one teleworker who logs in by password. */
final class OurGateway implements VpnServer {
    private final ProvisionerProcess provisioner;
    private final GatewayProcess gateway;
    private final Teleworker teleworker;
    private final String url;

    private OurGateway(
            ProvisionerProcess provisioner,
            GatewayProcess gateway,
            Teleworker teleworker,
            String url) {
        this.provisioner = provisioner;
        this.gateway = gateway;
        this.teleworker = teleworker;
        this.url = url;
    }

    static OurGateway start(Lab lab) {
        ProvisionerProcess provisioner = ProvisionerProcess.start(lab);
        try {
            ProvisionerApi customer = provisioner.customer();
            // Intervals as ocserv's: no more packets on an idle session than there.
            customer.group(
                    "bench",
                    """
                    {"name":"bench","factors":["PASSWORD"],"includeRoutes":["10.10.0.0/24"],
                     "dpdSeconds":90,"keepaliveSeconds":32400,"maximumSessionsPerUser":65535}
                    """);
            Teleworker teleworker = Teleworker.create(customer, "bench", false, "bench");
            GatewayTraining.await();
            GatewayProcess gateway = GatewayProcess.register(lab.gateway(), provisioner);
            gateway.start();
            gateway.awaitListening();
            return new OurGateway(provisioner, gateway, teleworker, gateway.url());
        } catch (RuntimeException e) {
            try (provisioner) {
                throw e;
            }
        }
    }

    /**
     * The same gateway for a teleworker of another group; who started the first closes both.
     *
     * @param policy members of the group's JSON object, but for its name and factors
     */
    VpnServer withGroup(String group, String policy) {
        ProvisionerApi customer = provisioner.customer();
        customer.group(
                group,
                """
                {"name":"%s","factors":["PASSWORD"],"dpdSeconds":90,"keepaliveSeconds":32400,%s}
                """
                        .formatted(group, policy));
        Teleworker member = Teleworker.create(customer, group, false, group);
        gateway.awaitApplied(customer);
        return new OurGateway(provisioner, gateway, member, gateway.url(group));
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String user() {
        return teleworker.username();
    }

    @Override
    public String password() {
        return teleworker.password();
    }

    @Override
    public String trustedPem() {
        return gateway.rootPem();
    }

    @Override
    public String pool() {
        return AddressPlan.TELEWORKERS_V4;
    }

    @Override
    public ServerProcesses processes() {
        return ServerProcesses.on(gateway.host(), gateway.process().pidFile());
    }

    @Override
    public List<ServerProcesses> processesBehind() {
        return List.of(ServerProcesses.of(provisioner));
    }

    @Override
    public void close() {
        provisioner.close();
    }
}
