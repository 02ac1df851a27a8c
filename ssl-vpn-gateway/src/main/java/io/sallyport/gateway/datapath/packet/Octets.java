package io.sallyport.gateway.datapath.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in octet arrays: network byte order, except where the name says native. */
public final class Octets {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle NATIVE_SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle NATIVE_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle NATIVE_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Octets() {}

    public static int u8(byte[] octets, int at) {
        return octets[at] & 0xff;
    }

    public static int u16(byte[] octets, int at) {
        return (short) SHORT.get(octets, at) & 0xffff;
    }

    public static int i32(byte[] octets, int at) {
        return (int) INT.get(octets, at);
    }

    public static long u32(byte[] octets, int at) {
        return (int) INT.get(octets, at) & 0xffffffffL;
    }

    public static long i64(byte[] octets, int at) {
        return (long) LONG.get(octets, at);
    }

    public static void put16(byte[] octets, int at, int value) {
        SHORT.set(octets, at, (short) value);
    }

    public static void put32(byte[] octets, int at, int value) {
        INT.set(octets, at, value);
    }

    static int nativeU16(byte[] octets, int at) {
        return (short) NATIVE_SHORT.get(octets, at) & 0xffff;
    }

    static long nativeU32(byte[] octets, int at) {
        return (int) NATIVE_INT.get(octets, at) & 0xffffffffL;
    }

    static long nativeI64(byte[] octets, int at) {
        return (long) NATIVE_LONG.get(octets, at);
    }

    static void nativePut16(byte[] octets, int at, int value) {
        NATIVE_SHORT.set(octets, at, (short) value);
    }

    static void nativePut64(byte[] octets, int at, long value) {
        NATIVE_LONG.set(octets, at, value);
    }
}
