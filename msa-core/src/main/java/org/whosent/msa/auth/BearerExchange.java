package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * OAUTHBEARER (RFC 7628) and XOAUTH2 (its forerunner, which Google and Microsoft describe): the
 * client brings an access token of somebody whom the operator trusts. Used by one thread.
 *
 * <p>A token that is not good is answered with a challenge that says so, as RFC 7628 section 3.2.2
 * wants; the client answers that with next to nothing, and then the exchange has failed.
 */
final class BearerExchange implements SaslExchange {
  /** RFC 6750 section 2.1. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final String BEARER = "bearer ";
  private static final String SEPARATOR = "\u0001";

  private final boolean google;
  private final TokenLogins tokens;
  private final UserStore users;
  private final LoginOrigin origin;
  private final Gate gate;
  private String login;

  /**
   * At its beginning.
   *
   * @param google true for XOAUTH2
   */
  BearerExchange(
      boolean google, TokenLogins tokens, UserStore users, LoginOrigin origin, Gate gate) {
    this.google = google;
    this.tokens = tokens;
    this.users = users;
    this.origin = origin;
    this.gate = gate;
  }

  @Override
  public String login() {
    return login;
  }

  @Override
  public SaslStep next(byte[] response)
      throws MalformedException, BlockedException, IOException, InterruptedException {
    String message = SaslExchange.text(response);
    String claimed = google ? "" : claimed(message);
    login = claimed.isEmpty() ? null : claimed;
    Map<String, String> pairs = pairs(google ? message : message.substring(afterHeader(message)));
    if (google) {
      claimed = SaslExchange.name(pairs.getOrDefault("user", ""));
      login = claimed;
    }
    String token = token(pairs.getOrDefault("auth", ""));
    gate.pass(claimed);
    LoginResult result;
    try {
      String user = tokens.check().user(token, origin.client(), claimed, gate);
      // Whose the token is, also when it came with somebody else's name.
      login = user;
      gate.pass(login);
      // The claim is not looked at before the token holds, or it would tell who is a user.
      result =
          SaslExchange.actsAsItself(claimed, user)
              ? users.vouchedFor(user, tokens.listedOnly())
              : new LoginResult.Refused(LoginResult.Refused.FOREIGN);
    } catch (TokenCheck.RefusedException e) {
      result = new LoginResult.Refused(e.reason());
    }
    SaslStep.Done done = new SaslStep.Done(login, result);
    if (result instanceof LoginResult.Authenticated) {
      return done;
    }
    return new SaslStep.Failed(error().getBytes(StandardCharsets.UTF_8), done);
  }

  /** {@code gs2-header = ("n" | "y") "," ["a=" name] ","}; there is nothing to bind to. */
  private static String claimed(String message) throws MalformedException {
    String[] parts = message.split(",", 3);
    if (parts.length < 3 || !parts[0].equals("n") && !parts[0].equals("y")) {
      throw new MalformedException();
    }
    if (parts[1].isEmpty() || parts[1].equals("a=")) {
      return "";
    }
    if (!parts[1].startsWith("a=")) {
      throw new MalformedException();
    }
    String name = parts[1].substring(2).replace("=2C", ",").replace("=3D", "=");
    return SaslExchange.name(name);
  }

  private static int afterHeader(String message) {
    return message.indexOf(',', message.indexOf(',') + 1) + 1;
  }

  /**
   * Pairs of {@code key=value}, each ended by %x01, and one more at the end; OAUTHBEARER has one
   * before them too.
   */
  private Map<String, String> pairs(String text) throws MalformedException {
    int start = google ? 0 : SEPARATOR.length();
    boolean framed =
        text.length() >= start + 2 * SEPARATOR.length()
            && text.endsWith(SEPARATOR + SEPARATOR)
            && text.startsWith(SEPARATOR) != google;
    if (!framed) {
      throw new MalformedException();
    }
    Map<String, String> pairs = new HashMap<>();
    String inner = text.substring(start, text.length() - 2);
    for (String pair : inner.split(SEPARATOR, -1)) {
      int equals = pair.indexOf('=');
      // A key that comes twice could be read one way here and another way elsewhere.
      if (equals < 1
          || pairs.put(
                  pair.substring(0, equals).toLowerCase(Locale.ROOT), pair.substring(equals + 1))
              != null) {
        throw new MalformedException();
      }
    }
    return pairs;
  }

  private static String token(String authorization) throws MalformedException {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new MalformedException();
    }
    String token = authorization.substring(BEARER.length()).strip();
    if (!TOKEN.matcher(token).matches()) {
      throw new MalformedException();
    }
    return token;
  }

  /** What the operator wrote is checked to need no escapes. */
  private String error() {
    StringBuilder json = new StringBuilder("{\"status\":");
    json.append(google ? "\"401\",\"schemes\":\"bearer\"" : "\"invalid_token\"");
    if (tokens.scope() != null) {
      json.append(",\"scope\":\"").append(tokens.scope()).append('"');
    }
    if (!google && tokens.configuration() != null) {
      json.append(",\"openid-configuration\":\"").append(tokens.configuration()).append('"');
    }
    return json.append('}').toString();
  }
}
