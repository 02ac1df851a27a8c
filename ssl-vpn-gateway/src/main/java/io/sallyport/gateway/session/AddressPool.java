package io.sallyport.gateway.session;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The inner addresses of one family. Never given: the first address of the network, the gateway's
 * own (the one after it), and in IPv4 the broadcast address (RFC 919). A user gets the address of
 * the last time where it is free; else the one that nobody had for longest, about. Not thread-safe.
 */
public final class AddressPool {
    /** The most addresses that are given, however large the network. */
    static final int MOST = 1 << 16;

    private static final int FIRST_CLIENT = 2;

    private final IpNetwork network;
    private final BigInteger first;
    private final int limit; // offsets from FIRST_CLIENT to below this are given
    private final BitSet taken = new BitSet();
    private final Map<UUID, Integer> lastOf;
    private int next = FIRST_CLIENT;

    /**
     * @throws IllegalArgumentException if the network has no room for a client
     */
    public AddressPool(IpNetwork network) {
        this.network = network;
        this.first = new BigInteger(1, network.address().address().getAddress());
        boolean ipv4 = network.address().isIpv4();
        int hostBits = (ipv4 ? 32 : 128) - network.prefixLength();
        long size = hostBits > 16 ? FIRST_CLIENT + (long) MOST : (1L << hostBits) - (ipv4 ? 1 : 0);
        if (size <= FIRST_CLIENT) {
            throw new IllegalArgumentException("no room for clients in " + network);
        }
        this.limit = (int) size;
        int remembered = limit;
        this.lastOf =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<UUID, Integer> eldest) {
                        return size() > remembered;
                    }
                };
    }

    public IpNetwork network() {
        return network;
    }

    /** The gateway's own address in the network. */
    public IpAddress own() {
        return address(1);
    }

    /** How many clients have room. */
    public int capacity() {
        return limit - FIRST_CLIENT;
    }

    /** How many addresses are in use. */
    public int used() {
        return taken.cardinality();
    }

    /** Takes an address for a session of this user; empty when all are in use. */
    public Optional<IpAddress> take(UUID user) {
        Integer last = lastOf.get(user);
        int offset = last != null && !taken.get(last) ? last : nextFree();
        if (offset < 0) {
            return Optional.empty();
        }
        taken.set(offset);
        lastOf.put(user, offset);
        return Optional.of(address(offset));
    }

    /** Takes this very address, of a session that is known again. @return false if it cannot be */
    boolean retake(UUID user, IpAddress address) {
        int offset = offset(address);
        if (offset < FIRST_CLIENT || offset >= limit || taken.get(offset)) {
            return false;
        }
        taken.set(offset);
        lastOf.put(user, offset);
        return true;
    }

    /** Gives an address back. */
    public void release(IpAddress address) {
        int offset = offset(address);
        if (offset >= FIRST_CLIENT) {
            taken.clear(offset);
        }
    }

    // Goes round, so that an address rests before another user gets it.
    private int nextFree() {
        int free = taken.nextClearBit(next);
        if (free >= limit) {
            free = taken.nextClearBit(FIRST_CLIENT);
        }
        if (free >= limit) {
            return -1;
        }
        next = free + 1;
        return free;
    }

    private int offset(IpAddress address) {
        if (!network.contains(address)) {
            return -1;
        }
        BigInteger offset = new BigInteger(1, address.address().getAddress()).subtract(first);
        return offset.bitLength() < 31 ? offset.intValue() : -1;
    }

    private IpAddress address(int offset) {
        byte[] octets = network.address().address().getAddress();
        byte[] sum = first.add(BigInteger.valueOf(offset)).toByteArray();
        int shared = Math.min(sum.length, octets.length);
        System.arraycopy(sum, sum.length - shared, octets, octets.length - shared, shared);
        try {
            return new IpAddress(InetAddress.getByAddress(octets));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }
}
