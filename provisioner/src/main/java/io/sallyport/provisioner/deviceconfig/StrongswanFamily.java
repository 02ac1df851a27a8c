package io.sallyport.provisioner.deviceconfig;

import com.samskivert.mustache.Template;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.deviceconfig.TemplateValues.Word;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The device family "strongswan": which file of it goes where on the device. */
final class StrongswanFamily {
    private static final Template CONNECTION = template("swanctl.conf.mustache");
    private static final Template SECRETS = template("secrets.conf.mustache");
    private static final Template DAEMON = template("strongswan.conf.mustache");
    private static final Template SETUP = template("setup.sh.mustache");
    private static final Template ROUTES = template("routes.sh.mustache");
    private static final Template ROUTES_SERVICE = template("routes.service.mustache");
    private static final Template RENEW = template("renew.sh.mustache");
    private static final Template RENEW_SERVICE = template("renew.service.mustache");
    private static final Template RENEW_TIMER = template("renew.timer.mustache");
    private static final Template DIAL = template("dial.sh.mustache");
    private static final Template DIAL_SERVICE = template("dial.service.mustache");
    private static final Template DIAL_TIMER = template("dial.timer.mustache");
    // RFC 5280 appendix A.1; a certificate for a longer name has an empty subject, and so has the
    // request for its renewal.
    static final int COMMON_NAME_AT_MOST = 64;
    private static final String SETUP_SCRIPT = "/etc/sallyport/setup.sh";

    private StrongswanFamily() {}

    static DeviceConfiguration render(BranchEnd branch) {
        Model model = Model.of(branch);
        List<DeviceFile> files = new ArrayList<>();
        files.add(text("/etc/swanctl/conf.d/sallyport.conf", "0600", CONNECTION.execute(model)));
        files.add(
                text("/etc/swanctl/x509/sallyport.pem", "0644", Pem.encode(branch.certificate())));
        for (BranchEnd.Authority authority : branch.authorities()) {
            files.add(
                    text(
                            "/etc/swanctl/x509ca/" + authorityFile(authority),
                            "0644",
                            Pem.encode(authority.certificate())));
        }
        files.add(text("/etc/strongswan.d/sallyport.conf", "0644", DAEMON.execute(model)));
        files.add(text(SETUP_SCRIPT, "0700", SETUP.execute(model)));
        files.add(text("/etc/sallyport/routes.sh", "0700", ROUTES.execute(model)));
        files.add(unit("sallyport-routes.service", ROUTES_SERVICE, model));
        files.add(text("/etc/sallyport/renew.sh", "0700", RENEW.execute(model)));
        files.add(unit("sallyport-renew.service", RENEW_SERVICE, model));
        files.add(unit("sallyport-renew.timer", RENEW_TIMER, model));
        files.add(text("/etc/sallyport/dial.sh", "0700", DIAL.execute(model)));
        files.add(unit("sallyport-dial.service", DIAL_SERVICE, model));
        files.add(unit("sallyport-dial.timer", DIAL_TIMER, model));
        switch (branch.key()) {
            case BranchKey.HandedOutNow(var pkcs12, var password) -> {
                files.add(
                        new DeviceFile.Binary("/etc/swanctl/pkcs12/sallyport.p12", "0600", pkcs12));
                files.add(
                        text(
                                "/etc/swanctl/conf.d/sallyport-secrets.conf",
                                "0600",
                                SECRETS.execute(
                                        new SecretModel(
                                                branch.tunnel().remoteIdentity(),
                                                new Word(password)))));
            }
            case BranchKey.HandedOut _, BranchKey.Customers _ -> {}
        }
        return new DeviceConfiguration(DeviceFamily.STRONGSWAN, files, SETUP_SCRIPT);
    }

    /** In DER and hexadecimal digits: nothing in it is syntax anywhere. */
    private static String rootName(BranchEnd.Authority root) {
        return HexFormat.of().formatHex(root.certificate().getSubjectX500Principal().getEncoded());
    }

    private static String authorityFile(BranchEnd.Authority authority) {
        return "sallyport-" + authority.name() + ".pem";
    }

    private static DeviceFile unit(String name, Template template, Model model) {
        return text("/etc/systemd/system/" + name, "0644", template.execute(model));
    }

    private static DeviceFile text(String path, String mode, String content) {
        return new DeviceFile.Text(path, mode, content);
    }

    private static Template template(String name) {
        return TemplateFiles.template("strongswan/" + name);
    }

    /** The names that the templates may use. */
    private record Model(
            Word connection,
            Word child,
            DnsName identity,
            DnsName concentratorIdentity,
            IpAddress concentratorAddress,
            Word rootName,
            URI enrolmentUrl,
            boolean commonName,
            List<FamilyNetwork> concentratorNetworks,
            List<IpNetwork> protectedNetworks,
            List<IpNetwork> branchNetworks,
            IpNetwork probeNetwork,
            boolean ownKey,
            List<Word> ikeProposals,
            Duration ikeRekeyTime,
            List<Word> espProposals,
            Duration espRekeyTime,
            Duration dpdDelay) {
        static Model of(BranchEnd branch) {
            DesiredTunnel tunnel = branch.tunnel();
            return new Model(
                    new Word(tunnel.connectionName()),
                    new Word(DesiredTunnel.CHILD_NAME),
                    tunnel.remoteIdentity(),
                    branch.concentratorIdentity(),
                    branch.concentratorAddress(),
                    new Word(StrongswanFamily.rootName(branch.authorities().getFirst())),
                    branch.enrolmentUrl(),
                    tunnel.remoteIdentity().value().length() <= COMMON_NAME_AT_MOST,
                    tunnel.localNetworks().stream().map(FamilyNetwork::of).toList(),
                    branch.protectedNetworks(),
                    tunnel.remoteNetworks(),
                    branch.probeNetwork(),
                    branch.key() instanceof BranchKey.Customers,
                    tunnel.crypto().ikeProposals().stream().map(Word::new).toList(),
                    tunnel.crypto().ikeRekeyTime(),
                    tunnel.crypto().espProposals().stream().map(Word::new).toList(),
                    tunnel.crypto().espRekeyTime(),
                    tunnel.crypto().dpdDelay());
        }
    }

    private record SecretModel(DnsName identity, Word pkcs12Password) {}

    /** A network and iproute2's option for its address family. */
    private record FamilyNetwork(Word family, IpNetwork network) {
        static FamilyNetwork of(IpNetwork network) {
            return new FamilyNetwork(new Word(network.address().isIpv4() ? "-4" : "-6"), network);
        }
    }
}
