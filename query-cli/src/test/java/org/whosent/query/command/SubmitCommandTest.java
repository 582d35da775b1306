package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;
import org.whosent.query.server.OwnMsa;
import org.whosent.query.server.ScriptedServer;

/** submit: the real program against our own server, and against servers that mean ill. */
class SubmitCommandTest {
  private static final String EHLO = "250-evil.example\n250-STARTTLS\n250 AUTH PLAIN LOGIN";

  @TempDir Path directory;
  private OwnMsa msa;
  private Path message;
  private Path password;

  @BeforeEach
  void start() throws Exception {
    msa = new OwnMsa(directory.resolve("msa"), "");
    message =
        Files.writeString(
            directory.resolve("mail.eml"), "From: alice@example.org\nSubject: x\n\n.\n..dot\nend");
    password = Files.writeString(directory.resolve("password"), "secret\nnot this\n");
  }

  @AfterEach
  void stop() {
    msa.close();
  }

  private List<Object> arguments(int submissions, int submission, int smtp, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of("submit", "--host", "127.0.0.1", "--tls-name", OwnMsa.NAME, "--ca"));
    all.addAll(List.of(msa.certificate(), "--timeout", "60"));
    all.addAll(List.of("--submissions-port", submissions, "--submission-port", submission));
    all.addAll(List.of("--smtp-port", smtp, "--to", "bob@example.net"));
    all.addAll(List.of(more));
    return all;
  }

  private Program.Result submit(int submissions, int submission, int smtp, Object... more)
      throws Exception {
    return Program.run(arguments(submissions, submission, smtp, more).toArray());
  }

  private Object[] alice(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("--user", "alice@example.org", "--password-file", password));
    all.addAll(List.of(more));
    return all.toArray();
  }

  private void oneLine(int status, String part, Program.Result result) {
    assertEquals(status, result.status(), result.out() + result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(part), result.err());
    assertEquals("", result.out());
  }

  private static int closedPort() throws IOException {
    return org.whosent.fixtures.peer.Peers.freePorts(1).getFirst();
  }

  @Test
  void theReplyAndTheIdUnderWhichItWasTaken() throws Exception {
    Program.Result result =
        submit(msa.submissions(), msa.submission(), msa.smtp(), alice("--output", "json", message));
    assertEquals(0, result.status(), result.err());
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertTrue(json.get("server").asText().endsWith(":" + msa.submissions()), result.out());
    assertTrue(json.get("tls").asText().startsWith("TLSv1."), result.out());
    String delivered = msa.delivered().getFirst().replace("\r\n", "\n");
    assertTrue(delivered.endsWith("\n\n.\n..dot\nend\n"), delivered);
    assertTrue(delivered.contains("id " + json.get("id").asText()), delivered + result.out());
    assertTrue(json.get("reply").asText().startsWith("250 2.0.0 "), result.out());
  }

  @Test
  void theNextPortWhenOneIsClosed() throws Exception {
    Program.Result result = submit(closedPort(), msa.submission(), msa.smtp(), alice("--probe"));
    assertEquals(0, result.status(), result.err());
    assertTrue(result.lines().getFirst().contains(":" + msa.submission() + " "), result.out());
    result = submit(closedPort(), closedPort(), msa.smtp(), alice("--probe"));
    assertTrue(result.lines().getFirst().contains(":" + msa.smtp() + " "), result.out());
    assertEquals(2, msa.delivered().size());
    oneLine(
        2,
        "Connection refused",
        submit(closedPort(), closedPort(), closedPort(), alice("--probe")));
  }

  @Test
  void nothingInClearWhateverTheServerSays() throws Exception {
    try (ScriptedServer clear =
            new ScriptedServer("220 x", Map.of("EHLO", "250-x\n250 AUTH PLAIN", "AUTH", "235 ok"));
        ScriptedServer broken =
            new ScriptedServer("220 x", Map.of("EHLO", EHLO, "STARTTLS", "454 not now"))) {
      oneLine(2, "nothing is sent in clear", submit(0, clear.port(), msa.smtp(), alice("--probe")));
      assertTrue(
          clear.heard().stream().allMatch(l -> l.matches("EHLO.*|QUIT")), "" + clear.heard());
      oneLine(2, "STARTTLS is refused", submit(0, broken.port(), msa.smtp(), alice("--probe")));
      assertTrue(broken.heard().stream().noneMatch(l -> l.matches("(?i)AUTH.*|MAIL.*")));
    }
    // Whoever breaks TLS on one port must not lead us to another.
    assertEquals(List.of(), msa.delivered());
  }

  @Test
  void aCertificateThatNobodyVouchesFor() throws Exception {
    List<Object> arguments = arguments(msa.submissions(), msa.submission(), 0, alice("--probe"));
    int ca = arguments.indexOf("--ca");
    arguments.subList(ca, ca + 2).clear();
    oneLine(2, "signed by nobody we trust", Program.run(arguments.toArray()));
    arguments = arguments(msa.submissions(), 0, 0, alice("--probe"));
    arguments.set(arguments.indexOf(OwnMsa.NAME), "other.example");
    oneLine(2, "other.example", Program.run(arguments.toArray()));
    assertEquals(List.of(), msa.delivered());
    arguments = arguments(msa.submissions(), 0, 0, alice("--probe", "--insecure"));
    arguments.subList(ca, ca + 2).clear();
    assertEquals(0, Program.run(arguments.toArray()).status());
    assertEquals(1, msa.delivered().size());
  }

  @Test
  void whatTheServerRefuses() throws Exception {
    Path wrong = Files.writeString(directory.resolve("wrong"), "wrong");
    oneLine(
        1,
        "535",
        submit(
            msa.submissions(),
            msa.submission(),
            0,
            "--user",
            "alice@example.org",
            "--password-file",
            wrong,
            "--probe"));
    oneLine(1, "530", submit(msa.submissions(), 0, 0, "--from", "alice@example.org", "--probe"));
    oneLine(
        1, "MAIL FROM:<alice@example.org> SIZE=", submit(msa.submissions(), 0, 0, alice(big())));
    assertEquals(List.of(), msa.delivered());
  }

  private Path big() throws IOException {
    return Files.writeString(directory.resolve("big"), "A: b\n\n" + "x\n".repeat(30 << 20));
  }

  @Test
  void passwordsComeFromAFileStandardInputOrTheEnvironmentOnly() throws Exception {
    List<Object> arguments = arguments(msa.submissions(), 0, 0, "--user", "alice@example.org");
    arguments.addAll(List.of("--password-file", "-", message));
    Program.Result result =
        Program.runWithInput("secret\n".getBytes(StandardCharsets.UTF_8), arguments.toArray());
    assertEquals(0, result.status(), result.err());

    arguments = arguments(msa.submissions(), 0, 0, "--user", "alice@example.org", "-v");
    ProcessBuilder builder = Program.command(arguments.toArray());
    builder.environment().put("WHOSENT_PASSWORD", "secret");
    Path err = directory.resolve("err");
    Process process = builder.redirectError(err.toFile()).redirectInput(message.toFile()).start();
    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor(), Files.readString(err));
    String dialogue = Files.readString(err);
    assertTrue(dialogue.contains("> AUTH ") && dialogue.contains("< 235 "), dialogue);
    assertFalse(dialogue.contains("secret\n") || dialogue.contains("AGFsaWNl"), dialogue);

    oneLine(2, "--password-file", submit(1, 0, 0, "--user", "alice@example.org", message));
    oneLine(2, "name a FILE", submit(1, 0, 0, "--user", "a@b.c", "--password-file", "-"));
  }

  /** How the sender of the last message had logged in, as the journal has it, and as whom. */
  private String lastLogin() throws Exception {
    String login = null;
    try (Stream<Path> files = Files.list(msa.data().resolve("journal"))) {
      for (Path file : files.sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode entry = new ObjectMapper().readTree(line);
          if (entry.get("type").asText().equals("submission")) {
            login = entry.get("mechanism").asText() + " " + entry.get("user").asText();
          }
        }
      }
    }
    return login;
  }

  @Test
  void theMechanismThatIsAskedForElseTheStrongest() throws Exception {
    for (String mechanism : List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS")) {
      Program.Result result =
          submit(msa.submissions(), 0, 0, alice("--probe", "--mechanism", mechanism));
      assertEquals(0, result.status(), result.err());
      assertEquals(mechanism + " alice@example.org", lastLogin());
      result = submit(0, msa.submission(), 0, alice("--probe", "--mechanism", mechanism));
      assertEquals(0, result.status(), "by STARTTLS: " + result.err());
      assertEquals(mechanism + " alice@example.org", lastLogin());
    }
    submit(msa.submissions(), 0, 0, alice("--probe", "--mechanism", "PLAIN"));
    Program.Result result = submit(0, msa.submission(), 0, alice("--probe"));
    assertEquals(0, result.status(), result.err());
    assertEquals("SCRAM-SHA-256-PLUS alice@example.org", lastLogin());
    Path wrong = Files.writeString(directory.resolve("wrong"), "wrong");
    oneLine(
        1,
        "535",
        submit(
            msa.submissions(),
            0,
            0,
            "--user",
            "alice@example.org",
            "--password-file",
            wrong,
            "--mechanism",
            "SCRAM-SHA-256-PLUS",
            "--probe"));
  }

  /** A signed token (RFC 7515, RS256), made without the library that the server reads it by. */
  private static String token(KeyPair keys, String user, Instant until) throws Exception {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String header = "{\"alg\":\"RS256\",\"kid\":\"k\"}";
    String claims =
        "{\"iss\":\"https://id.example.org\",\"aud\":\"mail\",\"login\":\"%s\",\"exp\":%d}"
            .formatted(user, until.getEpochSecond());
    String signed =
        base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64.encodeToString(signature.sign());
  }

  @Test
  void tokens() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    Path home = Files.createDirectories(directory.resolve("tokens"));
    Files.writeString(
        home.resolve("keys.json"),
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"%s\",\"e\":\"%s\"}]}"
            .formatted(number(key.getModulus()), number(key.getPublicExponent())));
    msa.close();
    msa =
        new OwnMsa(
            home,
            "oauth: {issuer: 'https://id.example.org', audience: mail, jwks: keys.json,"
                + " userClaim: login}\n");
    Instant later = Instant.now().plusSeconds(3600);
    KeyPair thief = generator.generateKeyPair();
    for (String mechanism : List.of("OAUTHBEARER", "XOAUTH2")) {
      Program.Result result = token(mechanism, token(keys, "alice@example.org", later));
      assertEquals(0, result.status(), result.err());
      assertEquals(mechanism + " alice@example.org", lastLogin());
      int before = msa.delivered().size();
      for (String bad :
          List.of(
              token(thief, "alice@example.org", later),
              token(keys, "alice@example.org", later.minusSeconds(7200)),
              token(keys, "bob@example.org", later))) {
        oneLine(1, "535", token(mechanism, bad));
      }
      assertEquals(before, msa.delivered().size());
    }
  }

  private static String number(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int sign = bytes[0] == 0 ? 1 : 0;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
  }

  private Program.Result token(String mechanism, String token) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), token);
    return submit(
        msa.submissions(),
        0,
        0,
        "--user",
        "alice@example.org",
        "--password-file",
        file,
        "--mechanism",
        mechanism,
        "--probe");
  }

  @Test
  void whatCannotBeMeant() throws Exception {
    Path bare = Files.writeString(directory.resolve("bare"), "A: b\n\nx\ry\n");
    Path nothing = Files.writeString(directory.resolve("nothing"), "");
    oneLine(2, "line 3: a CR without LF", submit(1, 0, 0, "--from", "a@b.example", bare));
    oneLine(2, "no message", submit(1, 0, 0, "--from", "a@b.example", nothing));
    oneLine(2, "--from", submit(1, 0, 0, message));
    oneLine(2, "--from", submit(1, 0, 0, "--from", "a@b>\r\nRCPT TO:<x@y.example", message));
    oneLine(2, "--to", submit(1, 0, 0, "--from", "a@b.example", "--to", "a> b", message));
    oneLine(2, "no port", submit(0, 0, 0, "--from", "a@b.example", message));
    oneLine(2, "is no port", submit(70000, 0, 0, "--from", "a@b.example", message));
    oneLine(2, "--mechanism", submit(1, 0, 0, alice("--mechanism", "NTLM", message)));
  }
}
