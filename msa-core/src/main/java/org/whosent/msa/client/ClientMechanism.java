package org.whosent.msa.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The SASL mechanisms that the client knows. To add one: a row here, and where it takes more than
 * one step a {@link Exchange}.
 */
public enum ClientMechanism {
  SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS", true, (c, client) -> ScramExchange.bound(c, client)),
  SCRAM_SHA_256("SCRAM-SHA-256", true, (c, client) -> ScramExchange.unbound(c)),
  PLAIN("PLAIN", true, (c, _) -> once("\0" + c.user() + "\0" + c.secret())),
  LOGIN("LOGIN", true, (c, _) -> new LoginExchange(c)),
  /** RFC 7628; the secret is a token, so it is used only when asked for. */
  OAUTHBEARER(
      "OAUTHBEARER",
      false,
      (c, _) -> once("n,a=" + saslName(c.user()) + ",\1auth=Bearer " + c.secret() + "\1\1")),
  /** As Google and Microsoft describe it. */
  XOAUTH2(
      "XOAUTH2",
      false,
      (c, _) -> once("user=" + c.user() + "\1auth=Bearer " + c.secret() + "\1\1"));

  /** One run of a mechanism. Not thread-safe. */
  interface Exchange {
    /** The initial response, or null when the server speaks first. */
    byte[] initial();

    /**
     * The answer to a challenge.
     *
     * @throws LoginException when the server does not follow the mechanism, or is not the one that
     *     knows the password
     */
    byte[] answer(byte[] challenge) throws LoginException;

    /** Called before a 235 is believed; true when the server has shown all that it must. */
    default boolean isComplete() {
      return true;
    }
  }

  private final String saslName;
  private final boolean takesPassword;
  private final BiFunction<Credentials, SmtpClient, Exchange> start;

  ClientMechanism(
      String saslName, boolean takesPassword, BiFunction<Credentials, SmtpClient, Exchange> start) {
    this.saslName = saslName;
    this.takesPassword = takesPassword;
    this.start = start;
  }

  /** The name that stands in AUTH. */
  public String saslName() {
    return saslName;
  }

  Exchange start(Credentials credentials, SmtpClient client) {
    return start.apply(credentials, client);
  }

  /** By its SASL name, in whatever case. */
  public static Optional<ClientMechanism> named(String name) {
    return List.of(values()).stream().filter(m -> m.saslName.equalsIgnoreCase(name)).findFirst();
  }

  /** The best one for a password among those that the server offers now. */
  static Optional<ClientMechanism> best(SmtpClient client) {
    List<String> offered = offered(client.extensions());
    return List.of(values()).stream()
        .filter(m -> m.takesPassword && offered.contains(m.saslName))
        .filter(m -> m != SCRAM_SHA_256_PLUS || ScramExchange.canBind(client))
        .findFirst();
  }

  /** The names behind AUTH, the old form {@code AUTH=} included, in upper case. */
  public static List<String> offered(Map<String, String> extensions) {
    StringBuilder names = new StringBuilder();
    extensions.forEach(
        (keyword, rest) -> {
          if (keyword.equals("AUTH")) {
            names.append(' ').append(rest);
          } else if (keyword.startsWith("AUTH=")) {
            names.append(' ').append(keyword.substring(5)).append(' ').append(rest);
          }
        });
    return List.of(names.toString().strip().toUpperCase(Locale.ROOT).split("\\s+")).stream()
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  private static Exchange once(String text) {
    return new Exchange() {
      @Override
      public byte[] initial() {
        return text.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public byte[] answer(byte[] challenge) {
        // RFC 7628 section 3.2.3: an error comes as a challenge and wants one octet back.
        return new byte[] {1};
      }
    };
  }

  /** RFC 5802 section 5.1. */
  static String saslName(String user) {
    return user.replace("=", "=3D").replace(",", "=2C");
  }

  /** Two prompts, whose text clients ignore since servers differ in it. */
  private static final class LoginExchange implements Exchange {
    private final Credentials credentials;
    private int step;

    LoginExchange(Credentials credentials) {
      this.credentials = credentials;
    }

    @Override
    public byte[] initial() {
      return null;
    }

    @Override
    public byte[] answer(byte[] challenge) throws LoginException {
      return switch (step++) {
        case 0 -> credentials.userBytes();
        case 1 -> credentials.secretBytes();
        default -> throw new LoginException("LOGIN: the server asks a third time");
      };
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
