package io.sallyport.gateway.http;

/** The status lines of replies. */
public enum Status {
    OK("200 OK"),
    /** Of a tunnel; clients look at the number only. */
    CONNECTED("200 CONNECTED"),
    COOKIE_NOT_ACCEPTABLE("401 Cookie is not acceptable"),
    NOT_FOUND("404 Not Found"),
    SERVICE_UNAVAILABLE("503 Service Unavailable");

    private final String text;

    Status(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
