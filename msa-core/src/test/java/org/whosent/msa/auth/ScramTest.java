package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.SaslExchange.BlockedException;
import org.whosent.msa.auth.SaslExchange.MalformedException;

/**
 * SCRAM, message by message, with the RFC's example, an honest client that is not ours, and liars.
 */
class ScramTest {
  private static final String RFC_VERIFIER =
      ScramVerifier.of("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)
          .text();
  private static final byte[] BINDING = "thirty-two octets of one session".getBytes();

  @TempDir Path directory;
  private Path file;
  private byte[] secret;
  private UserDirectory users;

  @BeforeEach
  void users() throws Exception {
    file = directory.resolve("users");
    secret = LoginSecret.random();
    Files.writeString(file, "user:*:scram-sha-256=" + RFC_VERIFIER + "\n");
    users = new UserDirectory(file, Duration.ZERO, secret, _ -> {});
  }

  private ScramExchange exchange(boolean plus, byte[] binding) {
    return new ScramExchange(plus, binding, users, _ -> {});
  }

  private static SaslStep next(SaslExchange exchange, String message) throws Exception {
    return exchange.next(message.getBytes(StandardCharsets.UTF_8));
  }

  private static String challenge(SaslStep step) {
    return new String(
        assertInstanceOf(SaslStep.Challenge.class, step, "" + step).octets(),
        StandardCharsets.UTF_8);
  }

  private static void refused(String reason, SaslStep step) {
    assertEquals(
        new LoginResult.Refused(reason),
        assertInstanceOf(SaslStep.Done.class, step, "not refused").result());
  }

  /** RFC 7677 section 3. */
  @Test
  void exampleOfTheRfc() throws Exception {
    ScramExchange exchange =
        new ScramExchange(false, null, users, _ -> {}, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    assertEquals(
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        challenge(next(exchange, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
    assertEquals(
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        challenge(
            next(
                exchange,
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
    SaslStep.Done done = assertInstanceOf(SaslStep.Done.class, next(exchange, ""));
    assertEquals("user", done.login());
    assertInstanceOf(LoginResult.Authenticated.class, done.result());
  }

  /** A whole login by a client of another make; the last step. */
  private SaslStep login(String name, String password, boolean plus, byte[] clientSees)
      throws Exception {
    ScramClient.FinalBuildStage build =
        ScramClient.builder()
            .advertisedMechanisms(
                plus ? List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256") : List.of("SCRAM-SHA-256"))
            .username(name)
            .password(password.toCharArray())
            .stringPreparation(StringPreparation.SASL_PREPARATION);
    ScramClient client =
        plus ? build.channelBinding("tls-exporter", clientSees).build() : build.build();
    ScramExchange exchange = exchange(plus, plus ? BINDING : null);
    client.serverFirstMessage(challenge(next(exchange, client.clientFirstMessage().toString())));
    SaslStep step = next(exchange, client.clientFinalMessage().toString());
    if (step instanceof SaslStep.Challenge) {
      // Throws when the server's signature does not hold.
      client.serverFinalMessage(challenge(step));
      step = next(exchange, "");
    }
    return step;
  }

  private static void passed(String user, SaslStep step) {
    LoginResult result = assertInstanceOf(SaslStep.Done.class, step).result();
    assertEquals(
        user, assertInstanceOf(LoginResult.Authenticated.class, result, "" + result).user().name());
  }

  @Test
  void anotherClientLogsInWithWhatTheCommandStored() throws Exception {
    UserFile commands = new UserFile(file);
    commands.add("Straße, =Müller", "p\u00e4ss\u00a0w\u00f6rd".toCharArray());
    commands.add("bob@example.org", "x".toCharArray());
    for (boolean plus : new boolean[] {false, true}) {
      // SASLprep: a no-break space is a space, and a letter with its mark apart is one letter.
      passed("Straße, =Müller", login("Straße, =Müller", "pa\u0308ss wörd", plus, BINDING));
      passed("bob@example.org", login("BOB@example.org", "x", plus, BINDING));
      refused("wrong-secret", login("bob@example.org", "X", plus, BINDING));
      refused("unknown-user", login("carol@example.org", "x", plus, BINDING));
    }
    refused("channel-binding", login("bob@example.org", "x", true, "another session".getBytes()));
    commands.suspend("bob@example.org");
    refused("suspended", login("bob@example.org", "x", false, null));
    refused("wrong-secret", login("bob@example.org", "y", false, null));
    commands.resume("bob@example.org");
    commands.setPassword("bob@example.org", "new".toCharArray());
    refused("wrong-secret", login("bob@example.org", "x", false, null));
    passed("bob@example.org", login("bob@example.org", "new", false, null));
  }

  @Test
  void aPasswordThatScramCannotCarryLeavesNoVerifierBehind() throws Exception {
    UserFile commands = new UserFile(file);
    commands.add("dave", "old".toCharArray());
    commands.setPassword("dave", "bell \u0007 bell".toCharArray());
    assertFalse(Files.readString(file).lines().toList().get(1).contains("scram"));
    refused("no-verifier", login("dave", "old", false, null));
    assertInstanceOf(
        LoginResult.Authenticated.class,
        users.authenticate(
            "dave",
            "bell \u0007 bell".getBytes(StandardCharsets.UTF_8),
            LoginOrigins.HERE,
            _ -> {}));
  }

  /** The client's whole second message for a password, with whatever flag and binding. */
  private String proof(String password, String first, String serverFirst, String c) {
    String[] parts = serverFirst.split(",");
    ScramVerifier verifier =
        ScramVerifier.of(
            password,
            Base64.getDecoder().decode(parts[1].substring(2)),
            Integer.parseInt(parts[2].substring(2)));
    String withoutProof = "c=" + Base64.getEncoder().encodeToString(c.getBytes()) + "," + parts[0];
    // What a client computes from the password; it knows ClientKey where we hold its hash.
    byte[] clientKey = clientKey(password, verifier);
    byte[] signature =
        ScramVerifier.hmac(verifier.storedKey(), first + "," + serverFirst + "," + withoutProof);
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= signature[i];
    }
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
  }

  private static byte[] clientKey(String password, ScramVerifier verifier) {
    try {
      javax.crypto.spec.PBEKeySpec spec =
          new javax.crypto.spec.PBEKeySpec(
              password.toCharArray(), verifier.salt(), verifier.iterations(), 256);
      return ScramVerifier.hmac(
          javax.crypto.SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(spec)
              .getEncoded(),
          "Client Key");
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private SaslStep withFlag(boolean plus, byte[] binding, String header, String c)
      throws Exception {
    ScramExchange exchange = exchange(plus, binding);
    String serverFirst = challenge(next(exchange, header + "n=user,r=abc"));
    return next(exchange, proof("pencil", "n=user,r=abc", serverFirst, c));
  }

  @Test
  void channelBindingFlags() throws Exception {
    String binding = new String(BINDING);
    assertInstanceOf(SaslStep.Challenge.class, withFlag(false, null, "n,,", "n,,"));
    assertInstanceOf(SaslStep.Challenge.class, withFlag(false, BINDING, "n,,", "n,,"));
    assertInstanceOf(SaslStep.Challenge.class, withFlag(false, null, "y,,", "y,,"));
    String p = "p=tls-exporter,,";
    assertInstanceOf(SaslStep.Challenge.class, withFlag(true, BINDING, p, p + binding));
    // We offered PLUS, and the client believes that we did not: somebody is in between.
    refused("channel-binding-downgrade", withFlag(false, BINDING, "y,,", "y,,"));
    refused("channel-binding-downgrade", withFlag(true, BINDING, "y,,", "y,,"));
    refused("channel-binding", withFlag(true, BINDING, "n,,", "n,,"));
    refused("channel-binding", withFlag(false, BINDING, p, p + binding));
    refused("channel-binding", withFlag(true, BINDING, p, p));
    refused("channel-binding", withFlag(true, BINDING, p, "n,,"));
    refused("channel-binding", withFlag(false, null, "n,,", "y,,"));
    String unique = "p=tls-unique,,";
    refused("channel-binding", withFlag(true, BINDING, unique, unique + binding));
  }

  @Test
  void actingForOthersIsRefused() throws Exception {
    refused("foreign-authorization-id", withFlag(false, null, "n,a=root,", "n,a=root,"));
    assertInstanceOf(SaslStep.Challenge.class, withFlag(false, null, "n,a=USER,", "n,a=USER,"));
  }

  @Test
  void aReplayIsOfNoUse() throws Exception {
    ScramExchange first = exchange(false, null);
    String serverFirst = challenge(next(first, "n,,n=user,r=abc"));
    String proof = proof("pencil", "n=user,r=abc", serverFirst, "n,,");
    ScramExchange second = exchange(false, null);
    assertNotEquals(serverFirst, challenge(next(second, "n,,n=user,r=abc")));
    refused("wrong-secret", next(second, proof));
    challenge(next(first, proof));
    assertThrows(MalformedException.class, () -> next(first, "more"));
    assertThrows(IllegalStateException.class, () -> next(first, ""));
  }

  @Test
  void strangersCannotBeToldFromUsers() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines
          .append("u" + i + ":*:scram-sha-256=")
          .append(
              new ScramVerifier(i % 3 == 0 ? 5000 : 4096, new byte[16], new byte[32], new byte[32])
                  .text())
          .append('\n');
    }
    Files.writeString(file, lines);
    Set<String> salts = new HashSet<>();
    int fives = 0;
    UserDirectory again = new UserDirectory(file, Duration.ZERO, secret, _ -> {});
    for (int i = 0; i < 300; i++) {
      String told = challenge(next(exchange(false, null), "n,,n=nobody" + i + ",r=x"));
      String rest = told.substring(told.indexOf(','));
      salts.add(rest);
      fives += rest.endsWith(",i=5000") ? 1 : 0;
      // Stable: asked again, in another case, after a restart.
      String second =
          challenge(
              next(new ScramExchange(false, null, again, _ -> {}), "n,,n=NoBody" + i + ",r=x"));
      assertEquals(rest, second.substring(second.indexOf(',')));
      assertEquals(24, rest.substring(3, rest.indexOf(",i=")).length());
    }
    assertEquals(300, salts.size());
    assertTrue(fives > 50 && fives < 150, "a third is expected: " + fives);
  }

  private static String verifiers(int from, int to, int iterations) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines
          .append("u" + i + ":*:scram-sha-256=")
          .append(
              new ScramVerifier(iterations, new byte[16], new byte[32], new byte[32]).text()
                  + "\n");
    }
    return lines.toString();
  }

  /** Users have another salt when they have other iterations, since both are of a new password. */
  @Test
  void aStrangersSaltDoesNotOutliveItsIterations() throws Exception {
    Files.writeString(file, verifiers(0, 50, 4096) + verifiers(50, 60, 65_536));
    List<ScramVerifier> before = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      before.add(users.scram("nobody" + i).verifier());
    }
    Files.writeString(file, verifiers(0, 20, 4096) + verifiers(20, 61, 65_536));
    int others = 0;
    for (int i = 0; i < 200; i++) {
      ScramVerifier now = users.scram("nobody" + i).verifier();
      boolean sameIterations = now.iterations() == before.get(i).iterations();
      others += sameIterations ? 0 : 1;
      assertEquals(sameIterations, Arrays.equals(now.salt(), before.get(i).salt()), "nobody" + i);
      // As users do, strangers go from few to many only.
      assertTrue(now.iterations() >= before.get(i).iterations());
    }
    assertTrue(others > 50, "half was expected: " + others);
  }

  @Test
  void madeUpVerifiersAreNotToBeProven() throws Exception {
    // Whoever knows nothing but what was told cannot pass, whatever the password is said to be.
    for (String password : List.of("", "x", "nobody")) {
      ScramExchange exchange = exchange(false, null);
      String serverFirst = challenge(next(exchange, "n,,n=nobody,r=x"));
      refused("unknown-user", next(exchange, proof(password, "n=nobody,r=x", serverFirst, "n,,")));
    }
  }

  @Test
  void malformedFirstMessages() {
    for (String message :
        List.of(
            "",
            "n",
            "n,,",
            ",,n=user,r=x",
            "q,,n=user,r=x",
            "n,user,n=user,r=x",
            "n,,m=1,n=user,r=x",
            "n,,n=,r=x",
            "n,,n=user,r=",
            "n,,n=us=er,r=x",
            "n,,n=us=2cer,r=x",
            "n,,r=x,n=user",
            "n,,n=user,r=a b",
            "n,,n=user,r=\u00e4",
            "n,,n=a\0b,r=x",
            "n,,n=user,r=" + "x".repeat(600),
            "n,,n=" + "x".repeat(5000) + ",r=x",
            "n,,n=" + "x".repeat(400) + ",r=x")) {
      assertThrows(MalformedException.class, () -> next(exchange(false, null), message), message);
    }
    assertThrows(
        MalformedException.class,
        () -> exchange(false, null).next(new byte[] {'n', ',', ',', 'n', '=', (byte) 0xff}));
  }

  @Test
  void whateverComesEndsInAnAnswer() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String alphabet = "n,y=pr=c=abi0+/\0\u00e4 ,,,===";
    for (int round = 0; round < 20_000; round++) {
      ScramExchange exchange =
          exchange(random.nextBoolean(), random.nextBoolean() ? BINDING : null);
      List<String> said = new ArrayList<>();
      try {
        SaslStep step = null;
        for (int i = 0; i < 3 && !(step instanceof SaslStep.Done); i++) {
          StringBuilder message = new StringBuilder();
          if (i == 0 && random.nextInt(4) > 0) {
            message.append("n,,n=user,r=x");
          } else if (i == 1 && random.nextBoolean()) {
            message.append("c=biws,r=x,p=");
          }
          for (int c = random.nextInt(20); c > 0; c--) {
            message.insert(
                random.nextInt(message.length() + 1),
                alphabet.charAt(random.nextInt(alphabet.length())));
          }
          said.add(message.toString());
          step = next(exchange, message.toString());
          if (step instanceof SaslStep.Done(String _, LoginResult result)) {
            assertInstanceOf(LoginResult.Refused.class, result, "seed " + seed + " " + said);
          }
        }
      } catch (MalformedException e) {
        // as it should
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " " + said, e);
      }
    }
  }

  @Test
  void theBlockedAreToldNothing() {
    ScramExchange exchange =
        new ScramExchange(
            false,
            null,
            users,
            login -> {
              throw new BlockedException(login);
            });
    BlockedException blocked =
        assertThrows(BlockedException.class, () -> next(exchange, "n,,n=user,r=x"));
    assertEquals("user", blocked.login());
  }

  @Test
  void verifiersOutOfBoundsAreRefused() {
    String keys = "," + "A".repeat(43) + "=," + "A".repeat(43) + "=";
    for (String text :
        List.of(
            "",
            "4095,c2FsdHNhbHQ=" + keys,
            "99999999,c2FsdHNhbHQ=" + keys,
            "4096,c2FsdHNhbHQ=,AAAAAAAAAAA=,AAAAAAAAAAA=",
            "4096,c2F,sdHNhbHQ=" + keys,
            "4096,c2FsdHNhbHQ=" + keys + ",x")) {
      assertThrows(IllegalArgumentException.class, () -> ScramVerifier.parse(text), text);
    }
    String good = "4096,c2FsdHNhbHQ=" + keys;
    assertEquals(good, ScramVerifier.parse(good).text());
  }
}
