package io.sallyport.gateway.login;

/** Is told what becomes of logins. Called on the connection's thread; must not block. */
@FunctionalInterface
public interface LoginListener {

    /**
     * A filled-in form was answered.
     *
     * @param group that was logged in to
     */
    void login(LoginClient client, String group, LoginOutcome outcome);
}
