package io.sallyport.provisioner.revocation;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.DATE;
import static io.netty.handler.codec.http.HttpHeaderNames.IF_NONE_MATCH;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.ScheduledFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One connection: a request, its answer, and again. A request has to be there whole, and an answer
 * to be taken whole, within a time. Runs on the listener's thread; requests are answered elsewhere.
 */
final class StatusConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(StatusConnection.class);

    /** Then whoever waits for a turn is told to come back later. */
    private static final Duration TURN = Duration.ofSeconds(2);

    private final Function<StatusRequest, StatusAnswer> requests;
    private final Semaphore turns;
    private final Executor workers;
    private final Clock clock;
    private final Duration patience;
    private ScheduledFuture<?> deadline;

    StatusConnection(
            Function<StatusRequest, StatusAnswer> requests,
            Semaphore turns,
            Executor workers,
            Clock clock,
            Duration patience) {
        super();
        this.requests = requests;
        this.turns = turns;
        this.workers = workers;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        await(context);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        cancel();
        // The next one waits, octets and all, until this one is answered.
        context.channel().config().setAutoRead(false);
        if (request.decoderResult().isFailure()) {
            refuse(context, refusal(request.decoderResult().cause()));
            return;
        }
        boolean head = request.method().equals(HttpMethod.HEAD);
        boolean last = !HttpUtil.isKeepAlive(request);
        var whole =
                new StatusRequest(
                        request.method().name(),
                        request.uri(),
                        Optional.ofNullable(request.headers().get(CONTENT_TYPE)),
                        Optional.ofNullable(request.headers().get(IF_NONE_MATCH)),
                        ByteBuffer.wrap(ByteBufUtil.getBytes(request.content())));
        try {
            workers.execute(
                    () -> {
                        StatusAnswer found = inTurn(whole);
                        context.executor().execute(() -> answer(context, found, last, head));
                    });
        } catch (RejectedExecutionException _) { // the listener is being closed
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A connection that broke, or a fault of the codec: there is nobody to tell.
        LOG.debug("a connection ended", cause);
        var _ = context.close();
    }

    private StatusAnswer inTurn(StatusRequest request) {
        try {
            if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                return StatusAnswer.empty(503).with("Retry-After", "1");
            }
            try {
                return requests.apply(request);
            } finally {
                turns.release();
            }
        } catch (InterruptedException _) {
            return StatusAnswer.empty(503);
        } catch (RuntimeException e) { // of the data layer, which has many
            LOG.warn("a request cannot be answered: {}", e.toString());
            return StatusAnswer.empty(503).with("Retry-After", "5");
        }
    }

    private static StatusAnswer refusal(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> StatusAnswer.empty(414);
            case TooLongHttpHeaderException _ -> StatusAnswer.empty(431);
            case null, default -> StatusAnswer.empty(400);
        };
    }

    /**
     * Says no, and passes over what still comes until the other side has read that: to close with
     * octets unread would take the answer back (RFC 9112 section 9.6).
     */
    private void refuse(ChannelHandlerContext context, StatusAnswer answer) {
        await(context);
        context.writeAndFlush(response(answer, true, false))
                .addListener(
                        _ -> {
                            context.channel().config().setAutoRead(true);
                            var _ = ((SocketChannel) context.channel()).shutdownOutput();
                        });
    }

    private void answer(
            ChannelHandlerContext context, StatusAnswer answer, boolean last, boolean head) {
        await(context);
        context.writeAndFlush(response(answer, last, head))
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    if (!written.isSuccess() || last) {
                                        var _ = context.close();
                                        return;
                                    }
                                    cancel();
                                    await(context);
                                    context.channel().config().setAutoRead(true);
                                });
    }

    private FullHttpResponse response(StatusAnswer answer, boolean last, boolean head) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(answer.status()),
                        head
                                ? Unpooled.EMPTY_BUFFER
                                : Unpooled.wrappedBuffer(answer.body().duplicate()));
        answer.headers().forEach(response.headers()::set);
        response.headers().set(DATE, StatusRequests.HTTP_DATE.format(clock.instant()));
        if (answer.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
            response.headers().set(CONTENT_LENGTH, answer.body().remaining());
        }
        if (last) {
            response.headers().set(CONNECTION, HttpHeaderValues.CLOSE);
        }
        return response;
    }

    /** Ends the connection unless something comes of it in time. */
    private void await(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(
                                () -> {
                                    var _ = context.close();
                                },
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
