package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whosent.msa.auth.UserFile;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.MailClient;
import org.whosent.msa.support.MailClient.Way;
import org.whosent.msa.support.Repository;
import org.whosent.msa.support.TestServer;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.SubmissionRecord;

/** Clients that others wrote, where they are installed: each in every way it knows. */
class InteroperabilityTest {
  private static final String MESSAGE =
      "Subject: hello\nFrom: Alice <alice@example.org>\nTo: b@b.example\n\nbody\n.\n..dots\n";

  /** Short and open to all: Postfix and Exim work there as users of their own. */
  private Path directory;

  private FakeHop hop;
  private TestServer server;
  private String settings;

  @BeforeEach
  void start() throws Exception {
    directory = Files.createTempDirectory("who");
    hop = new FakeHop();
    Files.writeString(directory.resolve("mail"), MESSAGE);
    Path home = Files.createDirectory(directory.resolve("msa"));
    new UserFile(home.resolve("users")).add("Alice@example.org", "secret".toCharArray());
    // gsasl looks at the name in the certificate.
    Path tls = Files.createDirectories(home.resolve("data/tls"));
    TlsMaterial.server(
        tls.resolve("certificate.pem"), tls.resolve("key.pem"), "localhost", _ -> {});
    settings = tokens(home);
    server = new TestServer(home, hop.uri(), settings);
    Path narrow = Files.createDirectory(directory.resolve("narrow"));
    Files.copy(home.resolve("users"), narrow.resolve("users"));
    Files.copy(home.resolve("keys.json"), narrow.resolve("keys.json"));
  }

  /** Writes a token, and an issuer's key; says what makes the server take it. */
  private String tokens(Path home) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    Files.writeString(home.resolve("keys.json"), new JWKSet(key).toPublicJWKSet().toString());
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
            new JWTClaimsSet.Builder()
                .issuer("https://id.example.org")
                .audience("mail")
                .claim("login", "alice@example.org")
                .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                .build());
    token.sign(new ECDSASigner(key));
    Files.writeString(directory.resolve("token"), token.serialize());
    return "oauth: {issuer: 'https://id.example.org', audience: mail, jwks: keys.json,"
        + " userClaim: login}\n";
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    hop.close();
    deleteAll(directory);
  }

  private static void deleteAll(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void submits(MailClient client) throws Exception {
    String missing = client.missing();
    assumeTrue(missing == null, "SKIPPED: " + missing);
    List<SubmissionRecord> records = new ArrayList<>();
    for (Way way : client.ways()) {
      if (client.prefersAnother(way)) {
        String only = settings + "mechanisms: [" + way.mechanism() + "]\n";
        try (TestServer narrow = new TestServer(directory.resolve("narrow"), hop.uri(), only)) {
          submit(client, way, narrow);
          records.addAll(narrow.submissionRecords());
        }
        deleteAll(directory.resolve("narrow/data"));
      } else {
        submit(client, way, server);
      }
    }
    int count = client.ways().size();
    // Postfix delivers when it likes.
    for (int i = 0; i < 1200 && hop.mails.size() < count; i++) {
      Thread.sleep(50);
    }
    assertEquals(count, hop.mails.size(), server::log);
    for (FakeHop.Mail mail : hop.mails) {
      assertTrue(mail.content().contains("body\r\n.\r\n..dots\r\n"), mail.content());
    }
    records.addAll(server.submissionRecords());
    assertEquals(count, records.size());
    assertTrue(records.stream().allMatch(r -> r.user().equals("Alice@example.org")));
    // Each mechanism was really used, and each kind of TLS.
    assertEquals(
        client.ways().stream().map(Way::toString).sorted().toList(),
        records.stream()
            .map(r -> (r.service().equals("submissions") ? "TLS " : "STARTTLS ") + r.mechanism())
            .sorted()
            .toList());
  }

  private void submit(MailClient client, Way way, TestServer to) throws Exception {
    String said = client.send(directory, way, to.port(way.implicitTls() ? 1 : 0));
    assertNull(said, () -> client + " " + way + ": " + said + to.log());
  }

  @Test
  void theMatrixInTheDocumentsIsThatOfTheTests() throws Exception {
    String page =
        Files.readString(
            Repository.root().resolve("docs/interoperability.md"), StandardCharsets.UTF_8);
    StringBuilder table = new StringBuilder("| client | ");
    table.append(String.join(" | ", Way.MECHANISMS)).append(" |\n|---|");
    table.append("---|".repeat(Way.MECHANISMS.size())).append('\n');
    for (MailClient client : MailClient.values()) {
      table.append("| ").append(client.title()).append(" |");
      for (String mechanism : Way.MECHANISMS) {
        List<String> kinds =
            Stream.of(new Way(false, mechanism), new Way(true, mechanism))
                .filter(client.ways()::contains)
                .map(way -> way.implicitTls() ? "TLS" : "STARTTLS")
                .toList();
        table.append(kinds.isEmpty() ? " – |" : " " + String.join(", ", kinds) + " |");
      }
      table.append('\n');
    }
    assertTrue(page.contains(table), "docs/interoperability.md should hold:\n" + table);
  }
}
