package io.sallyport.provisioner.concentrator;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.data.model.runtime.convert.AttributeConverter;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import jakarta.inject.Singleton;

import java.util.Arrays;
import java.util.List;

/** How names, addresses and networks stand in the tables. */
final class WireTypeConverters {
    private WireTypeConverters() {}

    @Singleton
    static final class OfDnsName implements AttributeConverter<DnsName, String> {
        @Override
        public String convertToPersistedValue(DnsName value, ConversionContext context) {
            return value.value();
        }

        @Override
        public DnsName convertToEntityValue(String value, ConversionContext context) {
            return new DnsName(value);
        }
    }

    @Singleton
    static final class OfIpAddress implements AttributeConverter<IpAddress, String> {
        @Override
        public String convertToPersistedValue(IpAddress value, ConversionContext context) {
            return value.toString();
        }

        @Override
        public IpAddress convertToEntityValue(String value, ConversionContext context) {
            return IpAddress.parse(value);
        }
    }

    @Singleton
    static final class OfIpNetworks implements AttributeConverter<List<IpNetwork>, String[]> {
        @Override
        public String[] convertToPersistedValue(List<IpNetwork> value, ConversionContext context) {
            return value.stream().map(IpNetwork::toString).toArray(String[]::new);
        }

        @Override
        public List<IpNetwork> convertToEntityValue(String[] value, ConversionContext context) {
            return Arrays.stream(value).map(IpNetwork::parse).toList();
        }
    }
}
