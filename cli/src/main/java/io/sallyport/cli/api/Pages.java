package io.sallyport.cli.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists that the API gives page by page. */
public final class Pages {
    private static final int PER_PAGE = 500;
    private static final int MAX_ELEMENTS = 1_000_000;

    private Pages() {}

    /**
     * Gets every page.
     *
     * @param member of the answer, which is the list
     * @throws ApiException if a page is refused, or they do not end
     */
    public static List<Document> all(Api api, ApiPath path, String member) {
        List<Document> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Optional<String> after = Optional.empty();
        do {
            ApiPath page = path.with("limit", Integer.toString(PER_PAGE));
            Document answer = api.get(after.map(last -> page.with("after", last)).orElse(page));
            all.addAll(answer.list(member));
            after = answer.optionalText("next");
            if (all.size() > MAX_ELEMENTS || !after.map(seen::add).orElse(true)) {
                throw new MalformedAnswerException("the pages of the list do not end", null);
            }
        } while (after.isPresent());
        return all;
    }
}
