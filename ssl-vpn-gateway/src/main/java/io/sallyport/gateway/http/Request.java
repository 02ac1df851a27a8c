package io.sallyport.gateway.http;

import io.sallyport.wire.Octets;

import java.util.Map;
import java.util.Optional;

/** One request, complete and of a kind that exists. What it says is still to be checked. */
public sealed interface Request {

    /** Which of the requests that exist it is. */
    RequestKind kind();

    /** The header fields that are read; values are printable ASCII within their limits. */
    Map<RequestHeader, String> headers();

    /** The value of a header field. */
    default Optional<String> header(RequestHeader header) {
        return Optional.ofNullable(headers().get(header));
    }

    /** A request of the login form. */
    record FormPage(LoginPath path, Map<RequestHeader, String> headers) implements Request {
        public FormPage {
            headers = Map.copyOf(headers);
        }

        @Override
        public RequestKind kind() {
            return RequestKind.FORM_PAGE;
        }
    }

    /** A document of the XML exchange; holds passwords. */
    record XmlPost(LoginPath path, Map<RequestHeader, String> headers, Octets body)
            implements Request {
        public XmlPost {
            headers = Map.copyOf(headers);
        }

        @Override
        public RequestKind kind() {
            return RequestKind.XML_POST;
        }

        @Override
        public String toString() {
            return "XmlPost[%s]".formatted(path);
        }
    }

    /** A filled-in form; holds passwords. */
    record FormPost(LoginPath path, Map<RequestHeader, String> headers, Octets body)
            implements Request {
        public FormPost {
            headers = Map.copyOf(headers);
        }

        @Override
        public RequestKind kind() {
            return RequestKind.FORM_POST;
        }

        @Override
        public String toString() {
            return "FormPost[%s]".formatted(path);
        }
    }

    /** A request of the tunnel; holds the session's cookie. */
    record Connect(Map<RequestHeader, String> headers) implements Request {
        public Connect {
            headers = Map.copyOf(headers);
        }

        @Override
        public RequestKind kind() {
            return RequestKind.CONNECT;
        }

        @Override
        public String toString() {
            return "Connect[]";
        }
    }
}
