package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.tun.Tun;
import io.sallyport.gateway.datapath.udp.UdpSender;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Gathers the counts of the data path's parts under names fit for metrics. */
final class DataPathStatistics {
    private DataPathStatistics() {}

    static Map<String, Long> of(
            DataPathCounts counts,
            Tun tun,
            Collection<Uplink> uplinks,
            Collection<UdpSender> senders) {
        Map<String, Long> all = new TreeMap<>();
        counts.snapshot().forEach((count, n) -> all.put(name(count), n));
        Tun.Written written = tun.written();
        all.put("tun_frames_written", written.written());
        all.put("tun_frames_lost_interface_down", written.interfaceDown());
        all.put("tun_frames_lost_full", written.full());
        all.put("tun_frames_refused", written.refused());
        all.put("tun_frames_lost_unread", tun.lostUnread());
        all.put("packets_joined", uplinks.stream().mapToLong(Uplink::joined).sum());
        all.put("datagrams_sent", senders.stream().mapToLong(UdpSender::sent).sum());
        all.put("datagrams_not_sent", senders.stream().mapToLong(UdpSender::lost).sum());
        return all;
    }

    private static String name(DataPathCounts.Count count) {
        return count.name().toLowerCase(Locale.ROOT);
    }
}
