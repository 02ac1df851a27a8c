package io.sallyport.gateway.datapath;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Values by address and port, hashed with open addressing. Lookups take no lock and allocate
 * nothing; one that runs beside a change sees the table as it was before or as it is after.
 */
final class AddressTable<V> {
    private static final int LEAST_SLOTS = 64;

    private volatile AtomicReferenceArray<Entry<V>> slots = new AtomicReferenceArray<>(LEAST_SLOTS);
    private int used; // also by entries without a value; guarded by this
    private int size; // guarded by this

    /** An entry whose value is null was removed; lookups for others go on behind it. */
    private record Entry<V>(long high, long low, int port, V value) {
        boolean is(long otherHigh, long otherLow, int otherPort) {
            return low == otherLow && high == otherHigh && port == otherPort;
        }
    }

    /** The value, or null. */
    V find(long high, long low, int port) {
        AtomicReferenceArray<Entry<V>> current = slots;
        Entry<V> entry = current.getAcquire(slot(current, high, low, port));
        return entry == null ? null : entry.value;
    }

    /** Sets the value, in place of one that may be there. */
    synchronized void put(long high, long low, int port, V value) {
        if (2 * (used + 1) > slots.length()) {
            rebuild();
        }
        int slot = slot(slots, high, low, port);
        Entry<V> before = slots.getPlain(slot);
        if (before == null) {
            used++;
        }
        if (before == null || before.value == null) {
            size++;
        }
        slots.setRelease(slot, new Entry<>(high, low, port, value));
    }

    /** Removes the entry, if it still has this very value: a newer one stays. */
    @SuppressWarnings("ReferenceEquality") // this object, not one that is equal to it
    synchronized boolean remove(long high, long low, int port, V value) {
        int slot = slot(slots, high, low, port);
        Entry<V> before = slots.getPlain(slot);
        if (before == null || before.value != value) {
            return false;
        }
        slots.setRelease(slot, new Entry<>(high, low, port, null));
        size--;
        return true;
    }

    synchronized int size() {
        return size;
    }

    /** All values now in the table. */
    synchronized List<V> values() {
        List<V> values = new ArrayList<>(size);
        for (int i = 0; i < slots.length(); i++) {
            Entry<V> entry = slots.getPlain(i);
            if (entry != null && entry.value != null) {
                values.add(entry.value);
            }
        }
        return values;
    }

    private void rebuild() {
        AtomicReferenceArray<Entry<V>> old = slots;
        int length = LEAST_SLOTS;
        while (length < 4 * (size + 1)) {
            length *= 2;
        }
        AtomicReferenceArray<Entry<V>> fresh = new AtomicReferenceArray<>(length);
        for (int i = 0; i < old.length(); i++) {
            Entry<V> entry = old.getPlain(i);
            if (entry != null && entry.value != null) {
                fresh.setPlain(slot(fresh, entry.high, entry.low, entry.port), entry);
            }
        }
        used = size;
        slots = fresh;
    }

    /** The slot of the entry for this key, or the free one where it would be. */
    private static <V> int slot(
            AtomicReferenceArray<Entry<V>> slots, long high, long low, int port) {
        int mask = slots.length() - 1;
        int slot = hash(high, low, port) & mask;
        for (; ; slot = (slot + 1) & mask) {
            Entry<V> entry = slots.getAcquire(slot);
            if (entry == null || entry.is(high, low, port)) {
                return slot;
            }
        }
    }

    private static int hash(long high, long low, int port) {
        long mixed = (high * 31 + low) * 31 + port;
        mixed *= 0x9e3779b97f4a7c15L; // 2^64 / golden ratio: spreads neighbours
        return (int) (mixed >>> 32);
    }
}
