package org.whosent.msa;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.msa.auth.oauth.TokenRules;
import org.whosent.record.Addresses;
import org.whosent.record.settings.Settings;

/**
 * The key {@code oauth} of the configuration, checked. Immutable.
 *
 * @param rules which tokens are good
 * @param listedOnly true when only users whom the user file names may come in so
 * @param configuration where a client finds the issuer; null when it is not told
 */
public record TokenSettings(TokenRules rules, boolean listedOnly, String configuration) {
  private enum Users {
    LISTED,
    ANY
  }

  /** RFC 6749 section 3.3. No quote or backslash, so that it may stand in JSON as it is. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,200}");

  static TokenSettings of(Settings oauth) {
    String issuer = oauth.text("issuer", "").strip();
    List<String> audiences = oauth.texts("audience");
    String scope = oauth.text("scope", "").strip();
    if (!scope.isEmpty() && !SCOPE.matcher(scope).matches()) {
      oauth.problem("scope", "expected one scope, without blanks");
    }
    String userClaim = oauth.requiredText("userClaim").strip();
    String jwks = oauth.text("jwks", "").strip();
    boolean remote = jwks.contains("://");
    String introspection = oauth.text("introspection", "").strip();
    if (jwks.isEmpty() == introspection.isEmpty()) {
      oauth.problem(
          "jwks", "needs either 'jwks' (a file or https URL) or 'introspection' (an https URL)");
    } else if (introspection.isEmpty() && (issuer.isEmpty() || audiences.isEmpty())) {
      oauth.problem(
          "issuer",
          "with 'jwks' both 'issuer' and 'audience' must be said, or tokens that were"
              + " made for others would do here");
    } else if (jwks.isEmpty() && audiences.isEmpty() && scope.isEmpty()) {
      oauth.problem(
          "introspection",
          "needs 'audience' or 'scope', or tokens that were made for others would" + " do here");
    }
    Path secret = oauth.path("clientSecretFile", null);
    String client = oauth.text("clientId", "").strip();
    if (secret != null && client.isEmpty()) {
      oauth.problem("clientSecretFile", "needs 'clientId'");
    }
    boolean listedOnly =
        MsaConfiguration.choice(oauth, "users", Users.LISTED, Users.class) == Users.LISTED;
    String configuration = oauth.text("configuration", "").strip();
    if (!configuration.isEmpty()) {
      uri(oauth, "configuration", configuration);
    }
    TokenSettings settings =
        new TokenSettings(
            new TokenRules(
                issuer.isEmpty() ? null : issuer,
                audiences,
                scope.isEmpty() ? null : scope,
                userClaim,
                algorithms(oauth),
                jwks.isEmpty() || remote ? null : oauth.path("jwks", null),
                remote ? uri(oauth, "jwks", jwks) : null,
                introspection.isEmpty() ? null : uri(oauth, "introspection", introspection),
                client.isEmpty() ? null : client,
                secret),
            listedOnly,
            configuration.isEmpty() ? null : configuration);
    oauth.finish();
    return settings;
  }

  private static Set<String> algorithms(Settings oauth) {
    if (!oauth.has("algorithms")) {
      return Set.of("RS256", "PS256", "ES256");
    }
    Set<String> algorithms = new HashSet<>();
    for (String name : oauth.texts("algorithms")) {
      if (TokenRules.ALGORITHMS.contains(name)) {
        algorithms.add(name);
      } else {
        oauth.problem(
            "algorithms",
            "expected some of "
                + String.join(", ", TokenRules.ALGORITHMS)
                + ", found '"
                + name
                + "'");
      }
    }
    return algorithms;
  }

  /** In clear only to this machine: who can change keys or answers on the way makes tokens. */
  private static URI uri(Settings oauth, String key, String text) {
    try {
      URI uri = new URI(text);
      boolean quoted = text.indexOf('"') >= 0 || text.indexOf('\\') >= 0;
      if (uri.getHost() != null && !quoted) {
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        boolean here = host.equals("localhost") || Addresses.isLoopback(host);
        if ("https".equalsIgnoreCase(uri.getScheme())
            || here && "http".equalsIgnoreCase(uri.getScheme())) {
          return uri;
        }
      }
    } catch (URISyntaxException e) {
      // said below
    }
    oauth.problem(key, "expected an https URL, found '" + text + "'");
    return URI.create("https://invalid.invalid/");
  }
}
