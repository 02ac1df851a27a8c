package io.sallyport.cli.api;

/** The server answered that it will not, or cannot, do it. */
public final class RefusedException extends ApiException {
    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.sentence(), null);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    @Override
    public boolean isPassing() {
        return problem.status() == 503 || problem.status() == 429;
    }
}
