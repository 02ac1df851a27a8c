package io.sallyport.cli.api;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server answered that it will not, or cannot, do it. */
public final class RefusedException extends ApiException {
    private static final Pattern COLLECTION = Pattern.compile("/v1/([a-z-]+)");

    private final transient Problem problem;
    private final transient String collection;

    RefusedException(Problem problem, URI asked) {
        super(problem.sentence(), null);
        this.problem = problem;
        Matcher matcher = COLLECTION.matcher(asked.getPath());
        this.collection = matcher.find() ? matcher.group(1) : "";
    }

    /** What it was about, in the API's word, such as {@code tunnels}. */
    public String collection() {
        return collection;
    }

    public Problem problem() {
        return problem;
    }

    @Override
    public boolean isPassing() {
        return problem.status() == 503 || problem.status() == 429;
    }
}
