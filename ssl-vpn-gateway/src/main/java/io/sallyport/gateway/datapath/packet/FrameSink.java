package io.sallyport.gateway.datapath.packet;

/** Where frames go to: a TUN device. */
@FunctionalInterface
public interface FrameSink {

    /**
     * Takes one frame, with its virtio header if the device has them. The array is the caller's
     * again afterwards. What cannot be written is lost, as on any link; the sink counts it.
     */
    void write(byte[] octets, int offset, int length);
}
