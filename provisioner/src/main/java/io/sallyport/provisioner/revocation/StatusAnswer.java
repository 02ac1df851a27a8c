package io.sallyport.provisioner.revocation;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back over HTTP.
 *
 * @param status of HTTP
 * @param headers beside Date, Content-Length and Connection
 * @param body read-only; may be empty
 */
record StatusAnswer(int status, Map<String, String> headers, ByteBuffer body) {

    StatusAnswer {
        headers = Map.copyOf(headers);
        body = body.asReadOnlyBuffer();
    }

    /** An answer without content. */
    static StatusAnswer empty(int status) {
        return new StatusAnswer(status, Map.of(), ByteBuffer.allocate(0));
    }

    /** The same, with this header. */
    StatusAnswer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new StatusAnswer(status, more, body);
    }
}
