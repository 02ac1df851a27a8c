package io.sallyport.cli.profile;

import io.sallyport.cli.api.ApiUrl;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.Token;
import io.sallyport.cli.api.TrustedRoots;

/** Where an API is, which certificates it is trusted by, and the token to show it. */
public record Profile(ApiUrl url, TrustedRoots roots, Token token) {
    static Profile of(Document document) {
        return new Profile(
                ApiUrl.parse(document.text("url")),
                TrustedRoots.parse(document.text("ca")),
                Token.parse(document.text("token")));
    }

    Document document() {
        return Document.empty()
                .put("url", url.toString())
                .put("ca", roots.pem())
                .put("token", token.reveal());
    }

    @Override
    public String toString() {
        return "Profile[%s]".formatted(url);
    }
}
