package io.sallyport.gateway.cstp;

import io.sallyport.gateway.http.RejectReason;
import io.sallyport.gateway.login.LoginClient;
import io.sallyport.gateway.login.LoginOutcome;
import io.sallyport.wire.IpAddress;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Remembers what it was told, in its order. */
final class RecordingListener implements ConnectionListener {
    final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void login(LoginClient client, String group, LoginOutcome outcome) {
        told.add(outcome);
    }

    @Override
    public void rejected(IpAddress source, RejectReason reason) {
        told.add(reason);
    }

    @Override
    public void connect(IpAddress source, ConnectOutcome outcome) {
        told.add(outcome);
    }

    @Override
    public void failed(IpAddress source, Exception cause) {
        told.add(cause);
    }
}
