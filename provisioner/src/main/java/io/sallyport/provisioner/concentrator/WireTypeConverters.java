package io.sallyport.provisioner.concentrator;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.data.model.runtime.convert.AttributeConverter;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import jakarta.inject.Singleton;

import java.sql.Array;
import java.sql.SQLException;
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

    /** Written as an array of Java, read as one of JDBC. */
    @Singleton
    static final class OfIpNetworks implements AttributeConverter<List<IpNetwork>, Object> {
        @Override
        public Object convertToPersistedValue(List<IpNetwork> value, ConversionContext context) {
            return value.stream().map(IpNetwork::toString).toArray(String[]::new);
        }

        @Override
        public List<IpNetwork> convertToEntityValue(Object value, ConversionContext context) {
            try {
                Object texts = value instanceof Array array ? array.getArray() : value;
                return Arrays.stream((String[]) texts).map(IpNetwork::parse).toList();
            } catch (SQLException e) {
                throw new IllegalStateException("the networks cannot be read", e);
            }
        }
    }
}
