package org.whosent.msa.auth.oauth;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.msa.auth.TokenCheck;
import org.whosent.msa.auth.User;

/**
 * Which tokens are good. Immutable.
 *
 * @param issuer that {@code iss} must name; null to take the introspection endpoint's word
 * @param audiences of which {@code aud} must name one; empty to take the endpoint's word
 * @param scope that must be among the token's; null for none
 * @param userClaim whose value is the login
 * @param algorithms of signatures (RFC 7518), none of which needs a shared secret
 * @param jwksFile the issuer's keys (RFC 7517) in a file; null when they are elsewhere
 * @param jwksUri where the issuer has its keys; null when they are elsewhere
 * @param introspection where the issuer is asked about tokens (RFC 7662); null when it is not
 * @param clientId as which we ask
 * @param clientSecretFile what shows that we are that; null for nothing
 */
public record TokenRules(
    String issuer,
    List<String> audiences,
    String scope,
    String userClaim,
    Set<String> algorithms,
    Path jwksFile,
    URI jwksUri,
    URI introspection,
    String clientId,
    Path clientSecretFile) {

  /**
   * Signatures that a public key checks. A secret key of ours would let everybody who checks tokens
   * make them, and {@code none} everybody at all.
   */
  public static final List<String> ALGORITHMS =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  public TokenRules {
    audiences = List.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
  }

  /**
   * The login that a good token's claims name.
   *
   * @throws TokenCheck.RefusedException when they name none that could be one
   */
  String login(Map<String, Object> claims) throws TokenCheck.RefusedException {
    if (userClaim.equals("email") && !Boolean.TRUE.equals(claims.get("email_verified"))) {
      // Some issuers let people write any address there.
      throw new TokenCheck.RefusedException("token-email-unverified");
    }
    if (!(claims.get(userClaim) instanceof String name) || User.nameProblem(name) != null) {
      throw new TokenCheck.RefusedException("token-names-nobody");
    }
    return name;
  }

  /** RFC 8693 section 4.2: a list with blanks; some issuers write an array. */
  void needScope(Map<String, Object> claims) throws TokenCheck.RefusedException {
    if (scope == null) {
      return;
    }
    Object has = claims.containsKey("scope") ? claims.get("scope") : claims.get("scp");
    boolean enough =
        switch (has) {
          case String text -> List.of(text.split(" ")).contains(scope);
          case List<?> list -> list.contains(scope);
          case null, default -> false;
        };
    if (!enough) {
      throw new TokenCheck.RefusedException("token-scope");
    }
  }
}
