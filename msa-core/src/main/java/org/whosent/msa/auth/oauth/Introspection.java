package org.whosent.msa.auth.oauth;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.whosent.msa.auth.LoginTurns;
import org.whosent.msa.auth.SaslExchange;
import org.whosent.msa.auth.SaslExchange.BlockedException;
import org.whosent.msa.auth.TokenCheck;

/**
 * Access tokens that say nothing to us: their issuer is asked (RFC 7662). Thread-safe.
 *
 * <p>A good answer is held for a short time (section 4 weighs this), under a digest of the token; a
 * bad one is not. Not more than a few questions are open at one time, each has few seconds, and
 * those who wait have turns. Redirects are not followed: the token would go to whoever is named
 * there.
 */
public final class Introspection implements TokenCheck {
  private static final int MAX_ANSWER_BYTES = 64 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_OPEN = 32;

  /** How long a login waits for others. */
  private static final Duration WAIT = Duration.ofSeconds(30);

  private static final int MAX_HELD = 10_000;
  private static final long SKEW_SECONDS = 30;

  private final TokenRules rules;
  private final Duration hold;
  private final InstantSource clock;
  private final Duration patience;
  private final String authorization;
  private final LoginTurns open = new LoginTurns(MAX_OPEN, WAIT);
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private record Held(String user, long untilSeconds) {}

  private final Map<ByteBuffer, Held> held =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Held> eldest) {
          return size() > MAX_HELD;
        }
      };

  /**
   * Asks nothing yet.
   *
   * @param hold how long a good answer is held; never beyond the token's own end
   * @throws IOException when the client's secret cannot be read
   */
  public Introspection(TokenRules rules, Duration hold, InstantSource clock) throws IOException {
    this(rules, hold, clock, PATIENCE);
  }

  /** With another patience: for a test that has less. */
  Introspection(TokenRules rules, Duration hold, InstantSource clock, Duration patience)
      throws IOException {
    this.rules = rules;
    this.hold = hold;
    this.clock = clock;
    this.patience = patience;
    this.authorization = authorization(rules);
  }

  /** RFC 6749 section 2.3.1: both in the form of a form, then Basic. */
  private static String authorization(TokenRules rules) throws IOException {
    if (rules.clientSecretFile() == null) {
      return null;
    }
    String secret = Files.readString(rules.clientSecretFile()).strip();
    String pair = form(rules.clientId()) + ":" + form(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String form(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String user(String token, InetAddress client, String login, SaslExchange.Gate gate)
      throws RefusedException, BlockedException, IOException, InterruptedException {
    ByteBuffer digest = digest(token);
    synchronized (held) {
      Held known = held.get(digest);
      if (known != null) {
        if (clock.instant().getEpochSecond() < known.untilSeconds) {
          return known.user;
        }
        held.remove(digest);
      }
    }
    Map<String, Object> claims;
    open.take(client, login, gate);
    try {
      claims = ask(token);
    } finally {
      open.end();
    }
    if (!(claims.get("active") instanceof Boolean active)) {
      // Section 2.2 requires it: whoever answered is no introspection endpoint.
      throw new IOException("oauth: " + rules.introspection() + " does not say 'active'");
    }
    if (!active) {
      // Unknown, withdrawn or run out: the issuer does not say which, so it may be a guess.
      throw new RefusedException("wrong-token");
    }
    long ends = check(claims);
    String user = rules.login(claims);
    long until = Math.min(ends, clock.instant().plus(hold).getEpochSecond());
    synchronized (held) {
      held.put(digest, new Held(user, until));
    }
    return user;
  }

  /** What the answer may say of the token's bounds; gives its end. */
  private long check(Map<String, Object> claims) throws RefusedException {
    long now = clock.instant().getEpochSecond();
    long ends = claims.get("exp") instanceof Number n ? n.longValue() : Long.MAX_VALUE;
    if (now - SKEW_SECONDS >= ends) {
      throw RefusedException.expired();
    }
    if (claims.get("nbf") instanceof Number n && now + SKEW_SECONDS < n.longValue()) {
      throw new RefusedException("wrong-token");
    }
    if (rules.issuer() != null && !rules.issuer().equals(claims.get("iss"))) {
      throw new RefusedException("token-issuer");
    }
    if (!rules.audiences().isEmpty()) {
      List<?> audiences =
          switch (claims.get("aud")) {
            case List<?> list -> list;
            case null -> List.of();
            case Object one -> List.of(one);
          };
      if (audiences.stream().noneMatch(rules.audiences()::contains)) {
        throw new RefusedException("token-audience");
      }
    }
    rules.needScope(claims);
    return ends;
  }

  private Map<String, Object> ask(String token) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rules.introspection())
            .timeout(patience)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "token="
                        + form(token)
                        + "&token_type_hint=access_token"
                        + (authorization == null && rules.clientId() != null
                            ? "&client_id=" + form(rules.clientId())
                            : "")));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try {
      HttpResponse<byte[]> answer = answer(request.build());
      if (answer.statusCode() != 200) {
        throw new IOException(
            "oauth: %s answered %d".formatted(rules.introspection(), answer.statusCode()));
      }
      Map<String, Object> claims =
          JSONObjectUtils.parse(new String(answer.body(), StandardCharsets.UTF_8));
      return claims == null ? Map.of() : claims;
    } catch (ParseException e) {
      throw new IOException("oauth: " + rules.introspection() + " did not answer in JSON", e);
    }
  }

  /** The request's own time-out ends with the answer's header; one that stops after it is none. */
  private HttpResponse<byte[]> answer(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      return sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("oauth: " + rules.introspection() + " does not end its answer", e);
    } catch (ExecutionException e) {
      throw new IOException("oauth: " + rules.introspection() + ": " + e.getCause(), e);
    } finally {
      sent.cancel(true);
    }
  }

  private static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Who asks and who waits. */
  LoginTurns turns() {
    return open;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
