package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), with {@code
 * tls-exporter} (RFC 9266) as channel binding. Used by one thread.
 *
 * <p>A name that is nobody's, or has no verifier, goes through the same steps with a verifier made
 * up from the name, and fails at the end like a wrong password. A failure has no {@code e=} text:
 * RFC 5802 section 7 leaves that to the server, and SMTP has a reply of its own.
 */
final class ScramExchange implements SaslExchange {
  private static final String BINDING_TYPE = "tls-exporter";
  private static final int MAX_MESSAGE = 4096;
  private static final int MAX_NONCE = 512;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final boolean plus;
  private final byte[] channelBinding;
  private final UserStore users;
  private final Gate gate;
  private final String serverNonce;

  private enum State {
    FIRST,
    PROOF,
    ACKNOWLEDGEMENT,
    OVER
  }

  private State state = State.FIRST;
  private String login;
  private String authorizationId;
  private String refusal;
  private String gs2Header;
  private String firstBare;
  private String serverFirst;
  private ScramAccount account;
  private LoginResult result;

  /**
   * At its beginning.
   *
   * @param plus true for SCRAM-SHA-256-PLUS
   * @param channelBinding the connection's; null when it has none, so that PLUS is not offered
   */
  ScramExchange(boolean plus, byte[] channelBinding, UserStore users, Gate gate) {
    this(plus, channelBinding, users, gate, nonce());
  }

  /** With a nonce that is known: for the RFC's example. */
  ScramExchange(
      boolean plus, byte[] channelBinding, UserStore users, Gate gate, String serverNonce) {
    this.plus = plus;
    this.channelBinding = channelBinding;
    this.users = users;
    this.gate = gate;
    this.serverNonce = serverNonce;
  }

  private static String nonce() {
    byte[] random = new byte[18];
    RANDOM.nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }

  @Override
  public String login() {
    return login;
  }

  @Override
  public SaslStep next(byte[] response) throws MalformedException, BlockedException, IOException {
    State now = state;
    state = State.OVER;
    if (response.length > MAX_MESSAGE) {
      throw new MalformedException();
    }
    String text = SaslExchange.text(response);
    return switch (now) {
      case FIRST -> first(text);
      case PROOF -> proof(text);
      case ACKNOWLEDGEMENT -> {
        // The client has found our signature right, and has no more to say.
        if (!text.isEmpty()) {
          throw new MalformedException();
        }
        gate.pass(login);
        yield new SaslStep.Done(login, result);
      }
      case OVER -> throw new IllegalStateException("the exchange is over");
    };
  }

  /**
   * {@code client-first-message = gs2-cbind-flag "," [authzid] "," [mext ","] n= "," r= [exts]}.
   */
  private SaslStep first(String message) throws MalformedException, BlockedException, IOException {
    String[] parts = message.split(",", -1);
    if (parts.length < 4) {
      throw new MalformedException();
    }
    refusal = bindingProblem(parts[0]);
    // "a=" with nothing behind it is not by the grammar, but GNU SASL's, and means nobody else.
    boolean itself = parts[1].isEmpty() || parts[1].equals("a=");
    authorizationId = itself ? "" : saslName(parts[1], "a=");
    gs2Header = parts[0] + "," + parts[1] + ",";
    firstBare = message.substring(gs2Header.length());
    // "m=" in the name's place is an extension that must be understood (section 5.1): we have none.
    login = saslName(parts[2], "n=");
    String clientNonce = attribute(parts[3], "r=");
    boolean printable = clientNonce.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (clientNonce.isEmpty() || clientNonce.length() > MAX_NONCE || !printable) {
      throw new MalformedException();
    }
    gate.pass(login);
    account = users.scram(login);
    ScramVerifier verifier = account.verifier();
    serverFirst =
        "r="
            + clientNonce
            + serverNonce
            + ",s="
            + Base64.getEncoder().encodeToString(verifier.salt())
            + ",i="
            + verifier.iterations();
    state = State.PROOF;
    return challenge(serverFirst);
  }

  /**
   * What is wrong with the channel binding flag. It is said at the end, after the steps of any
   * login; a client that was lied to about what we offer has nothing to hide from us.
   *
   * @return null when it fits; otherwise the reason to refuse for
   */
  private String bindingProblem(String flag) throws MalformedException {
    if (flag.startsWith("p=")) {
      // Section 6: it must have chosen the mechanism with -PLUS, and a type that we have.
      return plus && flag.substring(2).equals(BINDING_TYPE) ? null : "channel-binding";
    }
    if (flag.equals("n")) {
      return plus ? "channel-binding" : null;
    }
    if (flag.equals("y")) {
      // It would have bound, and believes that we do not: somebody took -PLUS out of our offer.
      return plus || channelBinding != null ? "channel-binding-downgrade" : null;
    }
    throw new MalformedException();
  }

  /** {@code client-final-message = c= "," r= ["," exts] "," p=}. */
  private SaslStep proof(String message) throws MalformedException, BlockedException {
    int last = message.lastIndexOf(",p=");
    if (last < 0) {
      throw new MalformedException();
    }
    String withoutProof = message.substring(0, last);
    String[] parts = withoutProof.split(",", -1);
    if (parts.length < 2) {
      throw new MalformedException();
    }
    byte[] binding = base64(attribute(parts[0], "c="));
    String nonce = attribute(parts[1], "r=");
    byte[] proof = base64(message.substring(last + 3));
    gate.pass(login);
    String authMessage = firstBare + "," + serverFirst + "," + withoutProof;
    boolean proven = account.verifier().proves(proof, authMessage);
    boolean bound = MessageDigest.isEqual(binding, expectedBinding());
    boolean fresh =
        MessageDigest.isEqual(
            ("r=" + nonce).getBytes(StandardCharsets.UTF_8),
            serverFirst.substring(0, serverFirst.indexOf(',')).getBytes(StandardCharsets.UTF_8));
    result = verdict(proven, bound, fresh);
    if (result instanceof LoginResult.Refused) {
      return new SaslStep.Done(login, result);
    }
    state = State.ACKNOWLEDGEMENT;
    return challenge(
        "v=" + Base64.getEncoder().encodeToString(account.verifier().serverSignature(authMessage)));
  }

  private LoginResult verdict(boolean proven, boolean bound, boolean fresh) {
    if (account.user() == null) {
      return new LoginResult.Refused(account.reason());
    }
    if (refusal != null) {
      return new LoginResult.Refused(refusal);
    }
    if (!bound) {
      // The other end of this TLS connection is not the one that the client believes it is at.
      return new LoginResult.Refused("channel-binding");
    }
    if (!proven || !fresh) {
      return new LoginResult.Refused("wrong-secret");
    }
    if (!SaslExchange.actsAsItself(authorizationId, login)) {
      return new LoginResult.Refused(LoginResult.Refused.FOREIGN);
    }
    return account.user().suspended()
        ? new LoginResult.Refused("suspended")
        : new LoginResult.Authenticated(account.user());
  }

  /** What {@code c=} holds: the first message's header and, for PLUS, the binding behind it. */
  private byte[] expectedBinding() {
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    if (!plus || channelBinding == null) {
      return header;
    }
    byte[] all = java.util.Arrays.copyOf(header, header.length + channelBinding.length);
    System.arraycopy(channelBinding, 0, all, header.length, channelBinding.length);
    return all;
  }

  private static SaslStep challenge(String text) {
    return new SaslStep.Challenge(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String attribute(String part, String name) throws MalformedException {
    if (!part.startsWith(name)) {
      throw new MalformedException();
    }
    return part.substring(name.length());
  }

  /** {@code saslname}: "," is written =2C and "=" is =3D, and nothing else is escaped. */
  private static String saslName(String part, String attribute) throws MalformedException {
    String escaped = attribute(part, attribute);
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '=') {
        name.append(c);
      } else if (escaped.startsWith("=2C", i)) {
        name.append(',');
        i += 2;
      } else if (escaped.startsWith("=3D", i)) {
        name.append('=');
        i += 2;
      } else {
        throw new MalformedException();
      }
    }
    return SaslExchange.name(name.toString());
  }

  private static byte[] base64(String text) throws MalformedException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedException();
    }
  }
}
