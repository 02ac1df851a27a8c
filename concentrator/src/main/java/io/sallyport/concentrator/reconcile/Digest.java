package io.sallyport.concentrator.reconcile;

import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciMessage.Element;
import io.sallyport.vici.ViciMessage.ItemList;
import io.sallyport.vici.ViciMessage.KeyValue;
import io.sallyport.vici.ViciMessage.Section;
import io.sallyport.vici.ViciValue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what is loaded into charon, in hexadecimal. */
final class Digest {
    private Digest() {}

    static String of(byte[] octets) {
        return HexFormat.of().formatHex(sha256().digest(octets));
    }

    static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Equal messages have equal digests, others do not: each part is told by kind and length. */
    static String of(ViciMessage message) {
        MessageDigest digest = sha256();
        update(digest, message);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, ViciMessage message) {
        digest.update(count(message.elements().size()));
        for (Element element : message.elements()) {
            byte[] name = element.name().getBytes(StandardCharsets.US_ASCII);
            digest.update(count(name.length));
            digest.update(name);
            switch (element) {
                case KeyValue keyValue -> {
                    digest.update((byte) 'v');
                    update(digest, keyValue.value());
                }
                case ItemList list -> {
                    digest.update((byte) 'l');
                    digest.update(count(list.items().size()));
                    list.items().forEach(item -> update(digest, item));
                }
                case Section section -> {
                    digest.update((byte) 's');
                    update(digest, section.content());
                }
            }
        }
    }

    private static void update(MessageDigest digest, ViciValue value) {
        digest.update(count(value.length()));
        digest.update(value.octets());
    }

    private static ByteBuffer count(int count) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(count).flip();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
