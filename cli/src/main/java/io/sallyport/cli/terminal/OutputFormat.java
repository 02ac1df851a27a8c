package io.sallyport.cli.terminal;

/** How results are written. */
public enum OutputFormat {
    /** For people; may change with any release. */
    TABLE,
    /** For programs: the API's own documents. */
    JSON;

    /** As it is typed. */
    @Override
    public String toString() {
        return switch (this) {
            case TABLE -> "table";
            case JSON -> "json";
        };
    }
}
