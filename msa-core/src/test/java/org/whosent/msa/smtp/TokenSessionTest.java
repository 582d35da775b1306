package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.JournalEntry;
import org.whosent.record.settings.SettingsException;

/** OAUTHBEARER and XOAUTH2 with tokens good, bad and forged. */
class TokenSessionTest {
  private static final String ISSUER = "https://id.example.org";
  private static RSAKey rsa;
  private static RSAKey thief;
  private static ECKey ec;

  @TempDir Path directory;
  private FakeHop hop;
  private HttpServer http;
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile String answer;
  private volatile int status = 200;
  private volatile String question;

  @BeforeAll
  static void keys() throws Exception {
    rsa = new RSAKeyGenerator(2048).keyID("r").generate();
    thief = new RSAKeyGenerator(2048).keyID("r").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
  }

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    answer = new JWKSet(List.of(rsa, ec)).toPublicJWKSet().toString();
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          fetches.incrementAndGet();
          question =
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    Files.writeString(
        directory.resolve("users"),
        "Alice@example.org:*\ncarol@example.org:*:suspended=true\nbob@example.org:*\n");
  }

  @AfterEach
  void stop() throws IOException {
    http.stop(0);
    hop.close();
  }

  private String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/x";
  }

  private TestServer server(String oauth) throws IOException {
    return new TestServer(
        directory,
        hop.uri(),
        "maxLoginFailuresPerAccount: 1000;maxLoginFailuresPerNetwork: 1000;"
            + "maxLoginFailures: 100;maxErrors: 1000;oauth: {"
            + oauth
            + "}\n");
  }

  private TestServer jwksServer(String more) throws IOException {
    return server(
        "issuer: '%s', audience: [mail, other], jwks: '%s', userClaim: login%s"
            .formatted(ISSUER, url(), more));
  }

  private static JWTClaimsSet.Builder good() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("mail")
        .claim("login", "alice@example.org")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
  }

  private static String sign(JWTClaimsSet claims, JWSHeader header, JWSSigner signer)
      throws Exception {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static String token(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
    return sign(
        change.apply(good()).build(),
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").build(),
        new RSASSASigner(rsa));
  }

  private static String bearer(String header, String token) {
    return Dialogue.base64(
        header + "\u0001host=h\u0001port=587\u0001auth=Bearer " + token + "\u0001\u0001");
  }

  private static String xoauth2(String user, String token) {
    return Dialogue.base64("user=" + user + "\u0001auth=Bearer " + token + "\u0001\u0001");
  }

  private static Dialogue connect(TestServer server) throws IOException {
    return server.submissions().handshake().expect("220").send("EHLO c.example").expect("250");
  }

  private static void passes(TestServer server, String command) throws IOException {
    try (Dialogue client = connect(server)) {
      client.send("AUTH " + command).expect("235 2.7.0");
      client.send("MAIL FROM:<alice@example.org>").expect("250").send("RSET").expect("250");
    }
  }

  private static void refused(Dialogue client, String command) throws IOException {
    String reply = client.send("AUTH " + command).reply();
    assertTrue(reply.startsWith("334 "), reply);
    String json =
        new String(Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.UTF_8);
    assertTrue(json.startsWith("{\"status\":"), json);
    client.send(Dialogue.base64("\u0001")).expect("535 5.7.8 authentication failed");
  }

  private static List<String> reasons(TestServer server) throws IOException {
    return server.journal().stream()
        .filter(JournalEntry.LoginFailure.class::isInstance)
        .map(e -> ((JournalEntry.LoginFailure) e).reason())
        .toList();
  }

  @Test
  void goodTokens() throws Exception {
    try (TestServer server = jwksServer("")) {
      String token = token(c -> c);
      try (Dialogue client = connect(server)) {
        assertTrue(
            client.transcript().contains("AUTH OAUTHBEARER XOAUTH2 PLAIN LOGIN"),
            client.transcript());
        client.send("AUTH OAUTHBEARER").expect("334");
        client.send(bearer("n,a=ALICE@example.org,", token)).expect("235");
        client.send("MAIL FROM:<alice@example.org>").expect("250");
        client.send("RCPT TO:<a@b.example>").expect("250");
        client.send("DATA").expect("354").send("a: b", "", ".").expect("250");
      }
      passes(server, "OAUTHBEARER " + bearer("n,,", token));
      passes(server, "OAUTHBEARER " + bearer("y,,", token(c -> c.audience(List.of("x", "mail")))));
      passes(server, "XOAUTH2 " + xoauth2("alice@example.org", token));
      passes(
          server,
          "XOAUTH2 "
              + xoauth2(
                  "alice@example.org",
                  sign(
                      good().build(),
                      new JWSHeader.Builder(JWSAlgorithm.ES256)
                          .type(new JOSEObjectType("at+jwt"))
                          .keyID("e")
                          .build(),
                      new ECDSASigner(ec))));
      assertEquals(1, fetches.get(), "the key set is kept");
      assertEquals("Alice@example.org", server.submissionRecords().getFirst().user());
      assertEquals("OAUTHBEARER", server.submissionRecords().getFirst().mechanism());
      assertFalse(server.log().contains(token.substring(token.lastIndexOf('.'))));
    }
  }

  @Test
  void badTokens() throws Exception {
    try (TestServer server =
            jwksServer(", scope: smtp, configuration: 'https://id.example.org/c'");
        Dialogue client = connect(server)) {
      UnaryOperator<JWTClaimsSet.Builder> scoped = c -> c.claim("scope", "imap smtp");
      JWTClaimsSet claims = scoped.apply(good()).build();
      List<String> tokens =
          List.of(
              token(c -> scoped.apply(c).issuer("https://evil.example")),
              token(c -> scoped.apply(c).audience("web")),
              token(c -> scoped.apply(c).audience((String) null)),
              token(c -> scoped.apply(c).expirationTime(null)),
              token(c -> scoped.apply(c).notBeforeTime(Date.from(Instant.now().plusSeconds(300)))),
              new PlainJWT(claims).serialize(),
              // Signed by somebody else under the same key ID.
              sign(
                  claims,
                  new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r").build(),
                  new RSASSASigner(thief)),
              // The key in the token itself.
              sign(
                  claims,
                  new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(thief.toPublicJWK()).build(),
                  new RSASSASigner(thief)),
              // The public key, which everybody has, as a shared secret.
              sign(
                  claims,
                  new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r").build(),
                  new MACSigner(rsa.toRSAPublicKey().getEncoded())),
              // Sound, but not on the list.
              sign(
                  claims,
                  new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("r").build(),
                  new RSASSASigner(rsa)),
              // Some other kind of JWT of the same issuer.
              sign(
                  claims,
                  new JWSHeader.Builder(JWSAlgorithm.RS256)
                      .type(new JOSEObjectType("logout+jwt"))
                      .keyID("r")
                      .build(),
                  new RSASSASigner(rsa)));
      for (String token : tokens) {
        refused(client, "OAUTHBEARER " + bearer("n,,", token));
      }
      refused(client, "OAUTHBEARER " + bearer("n,,", "not-a.jwt"));
      String good = token(scoped);
      refused(
          client,
          "OAUTHBEARER " + bearer("n,,", good.substring(0, good.length() - 8) + "AAAAAAAA"));
      refused(client, "OAUTHBEARER " + bearer("n,,", token(c -> c.claim("scope", "imap smtps"))));
      refused(
          client, "OAUTHBEARER " + bearer("n,,", token(c -> scoped.apply(c).claim("login", 7))));
      refused(
          client,
          "OAUTHBEARER " + bearer("n,,", token(c -> scoped.apply(c).claim("login", "a:b"))));
      refused(
          client,
          "OAUTHBEARER " + bearer("n,,", token(c -> scoped.apply(c).claim("login", "dave@x.org"))));
      refused(
          client,
          "OAUTHBEARER "
              + bearer("n,,", token(c -> scoped.apply(c).claim("login", "carol@example.org"))));
      // One user's token with another's name.
      refused(client, "OAUTHBEARER " + bearer("n,a=bob@example.org,", good));
      refused(client, "XOAUTH2 " + xoauth2("bob@example.org", good));
      refused(
          client,
          "OAUTHBEARER "
              + bearer(
                  "n,,",
                  token(
                      c ->
                          scoped
                              .apply(c)
                              .expirationTime(Date.from(Instant.now().minusSeconds(60))))));
      client.send("AUTH OAUTHBEARER " + bearer("n,,", good)).expect("235");
      List<String> reasons = reasons(server);
      assertEquals(
          List.of("alice@example.org", "alice@example.org"),
          server.journal().stream()
              .filter(JournalEntry.LoginFailure.class::isInstance)
              .map(JournalEntry.LoginFailure.class::cast)
              .filter(f -> f.reason().equals("foreign-authorization-id"))
              .map(JournalEntry.LoginFailure::login)
              .toList(),
          "whose token it was, not bob, who did nothing");
      assertEquals(tokens.size() + 10, reasons.size());
      assertTrue(reasons.subList(0, tokens.size()).stream().allMatch("wrong-token"::equals));
      assertEquals(
          List.of(
              "token-malformed",
              "wrong-token",
              "token-scope",
              "token-names-nobody",
              "token-names-nobody",
              "unknown-user",
              "suspended",
              "foreign-authorization-id",
              "foreign-authorization-id",
              "expired-token"),
          reasons.subList(tokens.size(), reasons.size()));
      String said = client.transcript();
      assertTrue(
          said.contains(
              Dialogue.base64(
                  "{\"status\":\"invalid_token\",\"scope\":\"smtp\","
                      + "\"openid-configuration\":\"https://id.example.org/c\"}")),
          said);
      assertTrue(
          said.contains(
              Dialogue.base64("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"smtp\"}")));
    }
  }

  @Test
  void malformedMessages() throws Exception {
    try (TestServer server = jwksServer("");
        Dialogue client = connect(server)) {
      String token = token(c -> c);
      for (String message :
          List.of(
              "",
              "n,,",
              "p=tls-exporter,,\u0001auth=Bearer " + token + "\u0001\u0001",
              "n,alice,\u0001auth=Bearer " + token + "\u0001\u0001",
              "n,,auth=Bearer " + token + "\u0001\u0001",
              "n,,\u0001auth=Bearer " + token + "\u0001",
              "n,,\u0001auth=Bearer " + token + "\u0001auth=Bearer x\u0001\u0001",
              "n,,\u0001auth=Basic " + token + "\u0001\u0001",
              "n,,\u0001auth=Bearer a b\u0001\u0001",
              "n,,\u0001auth=\u0001\u0001",
              "n,,\u0001\u0001",
              "n,,\u0001=x\u0001\u0001")) {
        String response = message.isEmpty() ? "=" : Dialogue.base64(message);
        client.send("AUTH OAUTHBEARER " + response).expect("535");
      }
      for (String message :
          List.of(
              "auth=Bearer " + token + "\u0001\u0001",
              "user=\u0001auth=Bearer " + token + "\u0001\u0001",
              "\u0001user=alice@example.org\u0001auth=Bearer " + token + "\u0001\u0001",
              "user=bob@example.org\u0001user=alice@example.org\u0001auth=Bearer "
                  + token
                  + "\u0001\u0001")) {
        client.send("AUTH XOAUTH2 " + Dialogue.base64(message)).expect("535");
      }
      client.send("AUTH XOAUTH2 " + xoauth2("alice@example.org", token)).expect("235");
    }
  }

  @Test
  void keysThatCannotBeHadAreATemporaryFailure() throws Exception {
    status = 500;
    try (TestServer server = jwksServer("");
        Dialogue client = connect(server)) {
      String token = token(c -> c);
      // Also when they are not asked for any more for a while.
      for (int i = 0; i < 8; i++) {
        client.send("AUTH OAUTHBEARER " + bearer("n,,", token)).expect("454 4.7.0");
      }
      answer = "x".repeat(400 << 10);
      status = 200;
      client.send("AUTH OAUTHBEARER " + bearer("n,,", token)).expect("454 4.7.0");
      assertEquals(List.of(), reasons(server));
    }
  }

  /** Nobody but the issuer makes keys; the set is not fetched again for each that is made up. */
  @Test
  void aKeyThatTheIssuerDoesNotHaveIsAFailedLoginEachTime() throws Exception {
    try (TestServer server = jwksServer("");
        Dialogue client = connect(server)) {
      for (int i = 0; i < 8; i++) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("made up " + i).build();
        String token = sign(good().build(), header, new RSASSASigner(thief));
        refused(client, "OAUTHBEARER " + bearer("n,a=bob@example.org,", token));
      }
      assertTrue(fetches.get() < 8);
      client.send("AUTH OAUTHBEARER " + bearer("n,,", token(c -> c))).expect("235");
      assertEquals(Collections.nCopies(8, "wrong-token"), reasons(server));
    }
  }

  @Test
  void keysFromAFileThatChanges() throws Exception {
    Path keys = directory.resolve("keys.json");
    Files.writeString(keys, new JWKSet(thief).toString());
    try (TestServer server =
        server(
            "issuer: '%s', audience: mail, jwks: keys.json, userClaim: login".formatted(ISSUER))) {
      try (Dialogue client = connect(server)) {
        refused(client, "OAUTHBEARER " + bearer("n,,", token(c -> c)));
      }
      Files.writeString(keys, new JWKSet(rsa).toString());
      passes(server, "OAUTHBEARER " + bearer("n,,", token(c -> c)));
    }
  }

  @Test
  void anAddressCountsWhenTheIssuerHasVerifiedIt() throws Exception {
    try (TestServer server =
        server(
            "issuer: '%s', audience: mail, jwks: '%s', userClaim: email, users: any"
                .formatted(ISSUER, url()))) {
      UnaryOperator<JWTClaimsSet.Builder> dave = c -> c.claim("email", "dave@example.org");
      try (Dialogue client = connect(server)) {
        refused(client, "OAUTHBEARER " + bearer("n,,", token(dave)));
        refused(
            client,
            "OAUTHBEARER "
                + bearer("n,,", token(c -> dave.apply(c).claim("email_verified", "false"))));
        refused(
            client,
            "OAUTHBEARER "
                + bearer(
                    "n,,",
                    token(
                        c -> c.claim("email", "carol@example.org").claim("email_verified", true))));
      }
      // users: any takes those whom the file does not name, too; they end when it says so.
      try (Dialogue client = connect(server)) {
        client
            .send(
                "AUTH OAUTHBEARER "
                    + bearer("n,,", token(c -> dave.apply(c).claim("email_verified", true))))
            .expect("235");
        client.send("NOOP").expect("250");
        Files.writeString(directory.resolve("users"), "dave@example.org:*:suspended=true\n");
        client.send("MAIL FROM:<dave@example.org>").expect("421");
      }
    }
  }

  @Test
  void aRefusedTokenCountsThoughTheClientHangsUpOnTheChallengeOrCancels() throws Exception {
    try (TestServer server =
        new TestServer(
            directory,
            hop.uri(),
            "maxLoginFailuresPerAccount: 2;oauth: {issuer: '%s', audience: mail, jwks: '%s',"
                    .formatted(ISSUER, url())
                + " userClaim: login}\n")) {
      String guess = "AUTH XOAUTH2 " + xoauth2("alice@example.org", "no.to.ken");
      try (Dialogue client = connect(server)) {
        assertTrue(client.send(guess).reply().startsWith("334 "));
      }
      try (Dialogue client = connect(server)) {
        assertTrue(client.send(guess).reply().startsWith("334 "));
        client.send("*").expect("501 5.7.0");
        client.send(guess).expect("454 4.7.0 too many failed logins");
      }
      assertEquals(List.of("token-malformed", "token-malformed", "blocked"), reasons(server));
    }
  }

  private static Set<Thread> httpClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }

  @Test
  @Timeout(600)
  void whatAsksTheIssuerIsClosedByAReloadAndAtTheEnd() throws Exception {
    String oauth = "oauth: {introspection: '%s', audience: mail, userClaim: sub}".formatted(url());
    Set<Thread> before = httpClients();
    try (TestServer server =
        new TestServer(directory, hop.uri(), "sessionTimeout: 1s;" + oauth + "\n")) {
      Set<Thread> first = httpClients();
      first.removeAll(before);
      assertEquals(1, first.size());
      server
          .server()
          .reload(
              MsaConfiguration.parse(
                  directory.resolve("msa.yaml"),
                  TestServer.configuration(hop.uri()) + oauth + "\n"));
      Set<Thread> second = httpClients();
      second.removeAll(before);
      second.removeAll(first);
      assertEquals(1, second.size());
      first.iterator().next().join(); // when the sessions of then are over
      assertTrue(second.iterator().next().isAlive());
      server.server().close();
      second.iterator().next().join();
    }
  }

  @Test
  void introspection() throws Exception {
    Files.writeString(directory.resolve("secret"), "s3:cret\n");
    try (TestServer server =
        server(
            "introspection: '%s', audience: mail, userClaim: username, clientId: msa, clientSecretFile: secret"
                .formatted(url()))) {
      long now = Instant.now().getEpochSecond();
      String good =
          "{\"active\":true,\"username\":\"alice@example.org\",\"aud\":[\"mail\"],\"exp\":";
      answer = good + (now + 100) + "}";
      passes(server, "OAUTHBEARER " + bearer("n,,", "opaque+1"));
      assertEquals(
          "Basic bXNhOnMzJTNBY3JldA== token=opaque+1&token_type_hint=access_token",
          URLDecoder.decode(question.replace("+", " "), StandardCharsets.UTF_8));
      passes(server, "XOAUTH2 " + xoauth2("Alice@example.org", "opaque+1"));
      assertEquals(1, fetches.get(), "held for a short time");
      try (Dialogue client = connect(server)) {
        int i = 0;
        for (String bad :
            List.of(
                "{\"active\":false}",
                good + (now - 100) + "}",
                good + (now + 100) + ",\"nbf\":" + (now + 500) + "}",
                "{\"active\":true,\"username\":\"alice@example.org\",\"aud\":\"web\"}",
                "{\"active\":true,\"username\":\"alice@example.org\"}",
                "{\"active\":true,\"username\":\"nobody@example.org\",\"aud\":\"mail\"}",
                "{\"active\":true,\"aud\":\"mail\"}")) {
          answer = bad;
          refused(client, "OAUTHBEARER " + bearer("n,,", "other" + i++));
        }
        for (String broken :
            List.of(
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"active\":\"true\",\"username\":\"alice@example.org\",\"aud\":\"mail\"}",
                "x".repeat(100_000))) {
          answer = broken;
          client.send("AUTH OAUTHBEARER " + bearer("n,,", "other" + i++)).expect("454 4.7.0");
        }
        status = 401;
        answer = good + (now + 100) + "}";
        client.send("AUTH OAUTHBEARER " + bearer("n,,", "another")).expect("454 4.7.0");
        status = 302;
        client.send("AUTH OAUTHBEARER " + bearer("n,,", "another")).expect("454 4.7.0");
      }
    }
  }

  @Test
  void settingsThatWouldLetOthersInAreRefused() {
    for (String oauth :
        List.of(
            "{userClaim: sub}",
            "{issuer: 'https://i', audience: a, jwks: 'https://i/k'}",
            "{issuer: 'https://i', jwks: 'https://i/k', userClaim: sub}",
            "{audience: a, jwks: 'https://i/k', userClaim: sub}",
            "{issuer: 'https://i', audience: a, jwks: 'http://i/k', userClaim: sub}",
            "{introspection: 'https://i/k', userClaim: sub}",
            "{introspection: 'https://i/k', jwks: k, audience: a, userClaim: sub}",
            "{introspection: 'https://i/k', scope: 'a\"b', userClaim: sub}",
            "{issuer: i, audience: a, jwks: k, userClaim: sub, algorithms: [none]}",
            "{issuer: i, audience: a, jwks: k, userClaim: sub, algorithms: [HS256]}",
            "{issuer: i, audience: a, jwks: k, userClaim: sub, clientSecretFile: x}",
            "{issuer: i, audience: a, jwks: k, userClaim: sub, useClaim: sub}")) {
      assertThrows(
          SettingsException.class,
          () ->
              MsaConfiguration.parse(
                  directory.resolve("msa.yaml"),
                  TestServer.configuration("maildir:x") + "oauth: " + oauth + "\n"),
          oauth);
    }
  }

  private String run(String... command) throws Exception {
    Path out = directory.resolve("out");
    Files.writeString(directory.resolve("in"), "Subject: x\n\nbody\n");
    try {
      int exit =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .redirectInput(directory.resolve("in").toFile())
              .start()
              .waitFor();
      return exit + "\n" + Files.readString(out);
    } catch (IOException e) {
      return "absent";
    }
  }

  @Test
  void msmtpAndCurl() throws Exception {
    try (TestServer server = jwksServer("")) {
      String token = token(c -> c);
      Path file = Files.writeString(directory.resolve("token"), token + "\n");
      int clients = 0;
      if (run("msmtp", "--version").contains("oauthbearer")) {
        for (String mechanism : List.of("oauthbearer", "xoauth2")) {
          clients++;
          String out =
              run(
                  "msmtp",
                  "--host=127.0.0.1",
                  "--port=" + server.port(0),
                  "--tls=on",
                  "--tls-certcheck=off",
                  "--auth=" + mechanism,
                  "--user=alice@example.org",
                  "--passwordeval=cat " + file,
                  "--from=alice@example.org",
                  "a@b.example");
          assertTrue(out.startsWith("0\n"), out + server.log());
        }
      }
      if (run("curl", "--version").startsWith("0")) {
        for (String mechanism : List.of("OAUTHBEARER", "XOAUTH2")) {
          clients++;
          String out =
              run(
                  "curl",
                  "-sS",
                  "-k",
                  "--ssl-reqd",
                  "--crlf",
                  "--url",
                  "smtp://127.0.0.1:" + server.port(0),
                  "--user",
                  "alice@example.org",
                  "--oauth2-bearer",
                  token,
                  "--login-options",
                  "AUTH=" + mechanism,
                  "--mail-from",
                  "alice@example.org",
                  "--mail-rcpt",
                  "a@b.example",
                  "-T",
                  "-");
          assertTrue(out.startsWith("0\n"), out + server.log());
        }
      }
      assumeTrue(clients > 0, "SKIPPED: neither msmtp nor curl is installed");
      assertEquals(clients, server.submissionRecords().size());
    }
  }
}
