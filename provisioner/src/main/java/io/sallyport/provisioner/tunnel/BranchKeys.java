package io.sallyport.provisioner.tunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.Pkcs12;
import io.sallyport.provisioner.database.Sql;
import io.sallyport.provisioner.deviceconfig.BranchKey;

import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** The keys that were made here and not handed out yet. Runs in the caller's transaction. */
@Singleton
class BranchKeys {
    private final Sql sql;
    private final KeySeal seal;

    BranchKeys(Sql sql, KeySeal seal) {
        this.sql = sql;
        this.seal = seal;
    }

    /** Keeps a key, sealed, until it is handed out. Closes its passphrase. */
    void keep(UUID tunnel, UUID customer, Pkcs12 pkcs12) {
        char[] characters = pkcs12.passphrase().characters();
        ByteBuffer octets = pkcs12.octets();
        ByteBuffer buffer = ByteBuffer.allocate(1 + characters.length + octets.remaining());
        buffer.put((byte) characters.length);
        for (char character : characters) {
            buffer.put((byte) character);
        }
        byte[] clear = buffer.put(octets).array();
        sql.update(
                "INSERT INTO branch_key (tunnel, customer, sealed) VALUES (?, ?, ?)",
                tunnel,
                customer,
                seal.seal(tunnel, clear));
        Arrays.fill(characters, '\0');
        Arrays.fill(clear, (byte) 0);
        pkcs12.passphrase().close();
    }

    /** Gives the key away: from the commit on it is not here any more. Empty if it is gone. */
    Optional<BranchKey.HandedOutNow> handOut(UUID tunnel) {
        return sql.first(
                        "DELETE FROM branch_key WHERE tunnel = ? RETURNING sealed",
                        row -> row.getBytes("sealed"),
                        tunnel)
                .map(octets -> seal.open(tunnel, octets))
                .map(ByteBuffer::wrap)
                .map(
                        clear -> {
                            byte[] password = new byte[Byte.toUnsignedInt(clear.get())];
                            clear.get(password);
                            return new BranchKey.HandedOutNow(
                                    clear.slice(), new String(password, US_ASCII));
                        });
    }
}
