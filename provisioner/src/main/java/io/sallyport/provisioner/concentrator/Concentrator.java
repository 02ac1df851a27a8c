package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.MappedProperty;
import io.micronaut.data.model.DataType;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A node where branches dial in.
 *
 * @param name one DNS label
 * @param identity IKE identity, also the dNSName of its certificates
 * @param ikeAddress address on which charon is reached
 * @param protectedNetworks what branches reach through it
 * @param probeSource inner address that probes are sent from, in a protected network
 * @param desiredVersion counts the changes of its desired state
 * @param enrolledAt null until it showed its one-time secret; so are both certificates
 * @param lastSeen when its last report came, null before the first; so is what the report said
 * @param appliedVersion of the desired state that charon was last made equal to
 */
@MappedEntity("concentrator")
public record Concentrator(
        @Id UUID id,
        String name,
        @MappedProperty(type = DataType.STRING, converter = WireTypeConverters.OfDnsName.class)
                DnsName identity,
        @MappedProperty(type = DataType.STRING, converter = WireTypeConverters.OfIpAddress.class)
                IpAddress ikeAddress,
        @MappedProperty(
                        type = DataType.STRING_ARRAY,
                        converter = WireTypeConverters.OfIpNetworks.class)
                List<IpNetwork> protectedNetworks,
        @MappedProperty(type = DataType.STRING, converter = WireTypeConverters.OfIpAddress.class)
                IpAddress probeSource,
        Instant createdAt,
        long desiredVersion,
        @Nullable Instant enrolledAt,
        @Nullable UUID clientCertificate,
        @Nullable UUID ikeCertificate,
        @Nullable Instant lastSeen,
        @Nullable Long appliedVersion,
        @Nullable CharonState charonState,
        @Nullable String charonVersion,
        @Nullable EspMode espMode,
        @Nullable Instant charonSince) {}
