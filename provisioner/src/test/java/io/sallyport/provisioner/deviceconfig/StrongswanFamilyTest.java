package io.sallyport.provisioner.deviceconfig;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;

class StrongswanFamilyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/swanctl/conf.d/sallyport.conf",
                "/etc/swanctl/conf.d/sallyport-secrets.conf",
                "/etc/swanctl/x509/sallyport.pem",
                "/etc/swanctl/x509ca/sallyport-root.pem",
                "/etc/swanctl/x509ca/sallyport-sites.pem",
                "/etc/strongswan.d/sallyport.conf",
                "/etc/sallyport/setup.sh",
                "/etc/sallyport/routes.sh",
                "/etc/systemd/system/sallyport-routes.service",
                "/etc/sallyport/renew.sh",
                "/etc/systemd/system/sallyport-renew.service",
                "/etc/systemd/system/sallyport-renew.timer",
                "/etc/sallyport/dial.sh",
                "/etc/systemd/system/sallyport-dial.service",
                "/etc/systemd/system/sallyport-dial.timer"
            })
    void rendersTheSampleAsTheGoldenFile(String path) throws IOException {
        DeviceConfiguration configuration = render(SampleBranch.handedOutNow());

        assertThat(text(configuration, path)).isEqualTo(SampleBranch.golden(path));
    }

    @Test
    void secretFilesAreReadableByTheirOwnerAlone() throws IOException {
        assertThat(render(SampleBranch.handedOutNow()).files())
                .filteredOn(file -> file.path().matches(".*(conf[.]d|pkcs12).*"))
                .hasSize(3)
                .allSatisfy(file -> assertThat(file.mode()).isEqualTo("0600"));
    }

    @Test
    void keyIsInTheConfigurationOnlyWhenItIsHandedOut() throws IOException {
        assertThat(paths(render(SampleBranch.handedOutNow())))
                .contains(
                        "/etc/swanctl/pkcs12/sallyport.p12",
                        "/etc/swanctl/conf.d/sallyport-secrets.conf");
        for (BranchKey key : List.of(new BranchKey.HandedOut(), new BranchKey.Customers())) {
            assertThat(paths(render(key)))
                    .noneMatch(path -> path.contains("pkcs12") || path.contains("secrets"));
        }
    }

    @Test
    void customerWhoMadeTheKeyIsToldWhereItBelongs() throws IOException {
        assertThat(text(render(new BranchKey.Customers()), "/etc/swanctl/conf.d/sallyport.conf"))
                .contains("/etc/swanctl/private/")
                .doesNotContain("pkcs12");
    }

    @Test
    void setupScriptIsOneOfTheFiles() throws IOException {
        DeviceConfiguration configuration = render(new BranchKey.HandedOut());

        assertThat(paths(configuration)).contains(configuration.setupScript());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "strongswan/swanctl.conf.mustache",
                "strongswan/secrets.conf.mustache",
                "strongswan/strongswan.conf.mustache",
                "strongswan/setup.sh.mustache",
                "strongswan/routes.sh.mustache",
                "strongswan/routes.service.mustache",
                "strongswan/renew.sh.mustache",
                "strongswan/renew.service.mustache",
                "strongswan/renew.timer.mustache",
                "strongswan/dial.sh.mustache",
                "strongswan/dial.service.mustache",
                "strongswan/dial.timer.mustache",
                "teleworker/sallyport-connect.mustache",
                "common/certificates.sh"
            })
    void noTemplatePassesByTheEscaper(String template) throws IOException {
        assertThat(new String(SampleBranch.octets("/site-templates/" + template), UTF_8))
                .doesNotContain("{{{", "{{&", "{{=", "{{>");
    }

    private static DeviceConfiguration render(BranchKey key) throws IOException {
        return DeviceConfiguration.render(DeviceFamily.STRONGSWAN, SampleBranch.read(key));
    }

    private static List<String> paths(DeviceConfiguration configuration) {
        return configuration.files().stream().map(DeviceFile::path).toList();
    }

    private static String text(DeviceConfiguration configuration, String path) {
        return configuration.files().stream()
                .filter(file -> file.path().equals(path))
                .map(DeviceFile.Text.class::cast)
                .findFirst()
                .orElseThrow()
                .content();
    }
}
