package org.whosent.msa.auth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.whosent.msa.FileStamp;
import org.whosent.msa.auth.SaslExchange;
import org.whosent.msa.auth.TokenCheck;

/**
 * Access tokens that are signed JWTs (RFC 7519, RFC 9068), checked against the issuer's key set.
 * Thread-safe.
 *
 * <p>Keys come from one place that the operator names, never from where a token says. A set from a
 * URL is kept for five minutes, fetched anew for a key that is not in it at most once in 30
 * seconds, and goes on for an hour when its source is down; one from a file is read again when it
 * has changed.
 */
public final class SignedTokens implements TokenCheck {
  private static final int MAX_SET_BYTES = 256 << 10;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(5);
  private static final Duration OUTAGE = Duration.ofHours(1);
  private static final int SKEW_SECONDS = 30;

  private final TokenRules rules;
  private final Consumer<String> log;
  private final JWKSource<SecurityContext> remoteKeys;
  private volatile FileStamp stamp;
  private volatile DefaultJWTProcessor<SecurityContext> processor;

  /**
   * With keys from a file or a URL.
   *
   * @throws IOException when the file cannot be used; a URL is fetched with the first token
   */
  public SignedTokens(TokenRules rules, Consumer<String> log) throws IOException {
    this.rules = rules;
    this.log = log;
    if (rules.jwksFile() != null) {
      remoteKeys = null;
      readFile();
      return;
    }
    remoteKeys =
        JWKSourceBuilder.create(
                rules.jwksUri().toURL(),
                new DefaultResourceRetriever(
                    (int) CONNECT.toMillis(), (int) READ.toMillis(), MAX_SET_BYTES))
            .retrying(true)
            .outageTolerant(OUTAGE.toMillis())
            .build();
    processor = processor(remoteKeys);
  }

  private synchronized void readFile() throws IOException {
    Path file = rules.jwksFile();
    FileStamp now = FileStamp.of(file);
    if (now.equals(stamp)) {
      return;
    }
    if (now.size() > MAX_SET_BYTES) {
      throw new IOException(file + ": larger than 256 KiB; this is no JWK set");
    }
    try {
      JWKSet keys = JWKSet.parse(Files.readString(file)).toPublicJWKSet();
      if (keys.isEmpty()) {
        throw new IOException(file + ": no public key in it");
      }
      processor = processor(new ImmutableJWKSet<>(keys));
    } catch (ParseException e) {
      throw new IOException(file + ": not a JWK set: " + e.getMessage(), e);
    }
    stamp = now;
  }

  private DefaultJWTProcessor<SecurityContext> processor(JWKSource<SecurityContext> keys) {
    DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
    Set<JWSAlgorithm> algorithms =
        rules.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
    made.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
    made.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT,
            new JOSEObjectType("at+jwt"),
            new JOSEObjectType("application/at+jwt"),
            null));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            new HashSet<>(rules.audiences()),
            new JWTClaimsSet.Builder().issuer(rules.issuer()).build(),
            Set.of("exp", rules.userClaim()),
            Set.of());
    claims.setMaxClockSkew(SKEW_SECONDS);
    made.setJWTClaimsSetVerifier(claims);
    return made;
  }

  @Override
  public String user(String token, InetAddress client, String login, SaslExchange.Gate gate)
      throws RefusedException, IOException {
    if (rules.jwksFile() != null && !FileStamp.of(rules.jwksFile()).equals(stamp)) {
      readFile();
      log.accept("oauth: " + rules.jwksFile() + " read again");
    }
    JWTClaimsSet claims;
    try {
      claims = processor.process(token, null);
    } catch (ParseException e) {
      throw new RefusedException("token-malformed");
    } catch (ExpiredJWTException e) {
      throw RefusedException.expired();
    } catch (BadJOSEException e) {
      log.accept("oauth: a token was refused: " + e.getMessage());
      throw new RefusedException("wrong-token");
    } catch (RateLimitReachedException e) {
      if (!hasKeys()) {
        throw new IOException("oauth: the issuer's keys could not be had a moment ago", e);
      }
      log.accept("oauth: a token was refused: the issuer had no such key a moment ago");
      throw new RefusedException("wrong-token");
    } catch (KeySourceException e) {
      throw new IOException("oauth: the issuer's keys cannot be had: " + e.getMessage(), e);
    } catch (JOSEException e) {
      throw new RefusedException("wrong-token");
    }
    rules.needScope(claims.getClaims());
    return rules.login(claims.getClaims());
  }

  /** True when there is a set to look in without fetching it. */
  private boolean hasKeys() {
    try {
      return !remoteKeys.get(new JWKSelector(new JWKMatcher.Builder().build()), null).isEmpty();
    } catch (KeySourceException e) {
      return false;
    }
  }
}
