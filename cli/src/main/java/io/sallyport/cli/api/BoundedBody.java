package io.sallyport.cli.api;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Takes a body up to so many octets. The JDK's own {@code BodyHandlers.limiting} fails with a plain
 * {@link IOException}, which cannot be told from a connection that broke.
 */
final class BoundedBody implements BodySubscriber<byte[]> {
    private final BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
    private final int maxOctets;
    private Flow.Subscription subscription;
    private long received;

    BoundedBody(int maxOctets) {
        this.maxOctets = maxOctets;
    }

    /** The body is longer than that. */
    static final class TooLongException extends IOException {
        TooLongException(int maxOctets) {
            super("the answer is longer than %d octets".formatted(maxOctets));
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        whole.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> octets) {
        if (received > maxOctets) {
            return;
        }
        received += octets.stream().mapToLong(ByteBuffer::remaining).sum();
        if (received > maxOctets) {
            subscription.cancel();
            whole.onError(new TooLongException(maxOctets));
        } else {
            whole.onNext(octets);
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.onError(failure);
    }

    @Override
    public void onComplete() {
        whole.onComplete();
    }
}
