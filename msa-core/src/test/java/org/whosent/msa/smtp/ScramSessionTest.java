package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ongres.scram.client.ScramClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.UserFile;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/** SCRAM in a whole session, over real TLS, and with clients that others wrote. */
class ScramSessionTest {
  private static final String USER = "alice@example.org";
  private static final String MECHANISMS = "AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN";

  @TempDir Path directory;
  private FakeHop hop;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    new UserFile(directory.resolve("users")).add(USER, "secret".toCharArray());
  }

  @AfterEach
  void stop() throws IOException {
    hop.close();
  }

  private TestServer server(String more) throws IOException {
    return new TestServer(directory, hop.uri(), more);
  }

  private static String base64(Object message) {
    return Base64.getEncoder().encodeToString(message.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String challenge(Dialogue client) throws IOException {
    String reply = client.reply();
    assertTrue(reply.startsWith("334 "), reply);
    return new String(Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.UTF_8);
  }

  private static byte[] exporter(Dialogue client) throws IOException {
    ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) client.socket()).getSession();
    return session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
  }

  private static ScramClient client(String password, byte[] binding) {
    ScramClient.FinalBuildStage build =
        ScramClient.builder()
            .advertisedMechanisms(
                binding == null ? List.of("SCRAM-SHA-256") : List.of("SCRAM-SHA-256-PLUS"))
            .username(USER)
            .password(password.toCharArray());
    return (binding == null ? build : build.channelBinding("tls-exporter", binding)).build();
  }

  /** Up to the reply to the client's proof. */
  private static String prove(Dialogue connection, ScramClient client) throws Exception {
    connection.send(
        "AUTH " + client.getScramMechanism().getName() + " " + base64(client.clientFirstMessage()));
    client.serverFirstMessage(challenge(connection));
    return connection.send(base64(client.clientFinalMessage())).reply();
  }

  private static void pass(Dialogue connection, ScramClient client) throws Exception {
    String reply = prove(connection, client);
    assertTrue(reply.startsWith("334 "), reply);
    client.serverFinalMessage(
        new String(Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.UTF_8));
    connection.send("").expect("235 2.7.0");
  }

  @Test
  void boundToTheConnectionUnderEitherTls() throws Exception {
    try (TestServer server = server("")) {
      for (String version : List.of("TLSv1.3", "TLSv1.2")) {
        for (boolean plus : new boolean[] {true, false}) {
          try (Dialogue connection = server.submission()) {
            connection.expect("220").send("EHLO c.example").expect("250");
            assertFalse(connection.transcript().contains("AUTH"), connection.transcript());
            connection.send("STARTTLS").expect("220").handshake(version);
            connection.send("EHLO c.example").expect("250");
            assertTrue(connection.transcript().contains(MECHANISMS), connection.transcript());
            pass(connection, client("secret", plus ? exporter(connection) : null));
            connection.send("MAIL FROM:<" + USER + ">").expect("250");
            connection.send("RCPT TO:<a@b.example>").expect("250");
            connection.send("DATA").expect("354").send("a: b", "", ".").expect("250");
          }
        }
      }
      List<SubmissionRecord> records = server.submissionRecords();
      assertEquals(
          List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"),
          records.stream().map(SubmissionRecord::mechanism).toList());
      assertTrue(records.stream().allMatch(r -> r.user().equals(USER)));
    }
  }

  @Test
  void aManInTheMiddleGainsNothing() throws Exception {
    try (TestServer server = server("maxLoginFailuresPerAccount: 100")) {
      try (Dialogue his = server.submissions().handshake();
          Dialogue victim = server.submissions().handshake()) {
        for (Dialogue d : List.of(his, victim)) {
          d.expect("220").send("EHLO c.example").expect("250");
        }
        // He hands the victim's messages on over a TLS connection of his own.
        assertEquals(
            "535 5.7.8 authentication failed", prove(his, client("secret", exporter(victim))));
        // He took PLUS out of the list: the client says so.
        ScramClient unaware = client("secret", null);
        String honest = unaware.clientFirstMessage().toString();
        assertTrue(honest.startsWith("n,,"), honest);
        his.send("AUTH SCRAM-SHA-256 " + base64("y" + honest.substring(1)));
        unaware.serverFirstMessage(challenge(his));
        String last = unaware.clientFinalMessage().toString().replace("c=biws", "c=eSws");
        his.send(base64(last)).expect("535");
        pass(victim, client("secret", exporter(victim)));
      }
      assertEquals(
          List.of("channel-binding", "channel-binding-downgrade"),
          server.journal().stream()
              .filter(JournalEntry.LoginFailure.class::isInstance)
              .map(e -> ((JournalEntry.LoginFailure) e).reason())
              .toList());
    }
  }

  @Test
  void wrongPasswordAndStrangersHearTheSame() throws Exception {
    try (TestServer server = server("");
        Dialogue connection = server.submissions().handshake().expect("220")) {
      connection.send("EHLO c.example").expect("250");
      assertEquals(
          "535 5.7.8 authentication failed",
          prove(connection, client("wrong", exporter(connection))));
      connection.send("AUTH SCRAM-SHA-256 " + base64("n,,n=nobody,r=x"));
      String first = challenge(connection);
      assertTrue(first.matches("r=x[^,]{24},s=[^,]{24},i=65536"), first);
      connection
          .send(base64("c=biws," + first.substring(0, first.indexOf(',')) + ",p=" + base64("x")))
          .expect("535 5.7.8 authentication failed");
      pass(connection, client("secret", exporter(connection)));
      assertTrue(server.log().contains("mechanism=SCRAM-SHA-256 reason=unknown-user"));
    }
  }

  private static List<String> failures(TestServer server) throws IOException {
    return server.journal().stream()
        .filter(JournalEntry.LoginFailure.class::isInstance)
        .map(JournalEntry.LoginFailure.class::cast)
        .map(f -> f.mechanism() + " " + f.login() + " " + f.reason())
        .toList();
  }

  /** The operator is to know whose account it was, and the client no more than before. */
  @Test
  void whoBreaksOffIsNamed() throws Exception {
    try (TestServer server = server("maxLoginFailures: 50")) {
      try (Dialogue connection = server.submissions().handshake().expect("220")) {
        connection.send("EHLO c.example").expect("250");
        for (String name : List.of(USER, "nobody")) {
          connection.send("AUTH SCRAM-SHA-256 " + base64("n,,n=" + name + ",r=x"));
          challenge(connection);
          connection.send("*").expect("501 5.7.0 authentication cancelled");
          connection.send("AUTH SCRAM-SHA-256 " + base64("n,,n=" + name + ",r=x"));
          challenge(connection);
          connection.send(base64("p=x")).expect("535 5.7.8 authentication failed");
        }
        // With our signature it has learnt that its password is right.
        String reply = prove(connection, client("secret", null));
        assertTrue(reply.startsWith("334 "), reply);
        connection.send("*").expect("501 5.7.0 authentication cancelled");
        connection.send("MAIL FROM:<>").expect("530");
        connection.send("AUTH LOGIN " + base64("carol")).expect("334");
        connection.send("*").expect("501 5.7.0");
        connection.send("AUTH PLAIN " + base64("\0dora\0")).expect("535");
        connection.send("AUTH LOGIN").expect("334").send("*").expect("501 5.7.0");
        prove(connection, client("secret", null));
      }
      String last = "mechanism=SCRAM-SHA-256 reason=aborted user=\"" + USER + "\"";
      while (server.log().split(last, -1).length < 4) {
        Thread.sleep(1);
      }
      assertEquals(
          List.of(
              "SCRAM-SHA-256 " + USER + " aborted",
              "SCRAM-SHA-256 " + USER + " malformed",
              "SCRAM-SHA-256 nobody aborted",
              "SCRAM-SHA-256 nobody malformed",
              "SCRAM-SHA-256 " + USER + " aborted",
              "LOGIN carol aborted",
              "PLAIN dora malformed",
              "LOGIN null aborted",
              "SCRAM-SHA-256 " + USER + " aborted"),
          failures(server));
    }
  }

  @Test
  void offeredByTheUserStoreAndTheConfiguration() throws Exception {
    try (TestServer server = server("");
        Dialogue connection = server.submissions().handshake().expect("220")) {
      assertOffered(connection, MECHANISMS);
      // One user without a verifier, whose client would take the strongest and fail.
      Files.writeString(
          directory.resolve("users"),
          "bob:" + TestServer.hash("x") + "\n",
          java.nio.file.StandardOpenOption.APPEND);
      assertOffered(connection, "AUTH PLAIN LOGIN");
      connection.send("AUTH SCRAM-SHA-256 " + base64("n,,n=bob,r=x")).expect("504 5.5.4");
      assertTrue(server.log().contains("1 of 2 users with a password have no SCRAM verifier"));
    }
    try (TestServer server = server("mechanisms: [scram-sha-256, PLAIN]");
        Dialogue connection = server.submissions().handshake().expect("220")) {
      assertOffered(connection, "AUTH SCRAM-SHA-256 PLAIN");
      connection.send("AUTH LOGIN").expect("504");
    }
  }

  private static void assertOffered(Dialogue connection, String line) throws IOException {
    String reply = connection.send("EHLO c.example").reply();
    assertTrue(reply.lines().anyMatch(l -> l.substring(4).equals(line)), reply);
  }

  private String run(String... command) throws Exception {
    Path out = directory.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    Files.writeString(directory.resolve("in"), "Subject: x\n\nbody\n");
    builder.redirectInput(directory.resolve("in").toFile());
    try {
      int exit = builder.start().waitFor();
      return exit + "\n" + Files.readString(out);
    } catch (IOException e) {
      return "absent";
    }
  }

  @Test
  void gnuSasl() throws Exception {
    assumeTrue(run("gsasl", "--version").startsWith("0"), "SKIPPED: gsasl is not installed");
    // It looks at the name in the certificate.
    Path tls = Files.createDirectories(directory.resolve("data/tls"));
    TlsMaterial.server(
        tls.resolve("certificate.pem"), tls.resolve("key.pem"), "localhost", _ -> {});
    try (TestServer server = server("")) {
      for (String mechanism : List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")) {
        String out =
            run(
                "gsasl",
                "--smtp",
                "--connect=localhost:" + server.port(0),
                "--mechanism=" + mechanism,
                mechanism.endsWith("PLUS") ? "--verbose" : "--no-cb",
                "--authentication-id=" + USER,
                "--authorization-id=",
                "--password=secret",
                "--x509-ca-file=" + directory.resolve("data/tls/certificate.pem"));
        assertTrue(out.contains("235 2.7.0"), out + server.log());
      }
      String wrong =
          run(
              "gsasl",
              "--smtp",
              "--connect=localhost:" + server.port(0),
              "--mechanism=SCRAM-SHA-256-PLUS",
              "--authentication-id=" + USER,
              "--authorization-id=",
              "--password=Secret",
              "--x509-ca-file=" + directory.resolve("data/tls/certificate.pem"));
      assertFalse(wrong.contains("235 2.7.0"), wrong);
      assertTrue(server.log().contains("mechanism=SCRAM-SHA-256-PLUS reason=wrong-secret"));
    }
  }

  @Test
  void msmtp() throws Exception {
    String version = run("msmtp", "--version");
    assumeTrue(version.contains("scram-sha-256"), "SKIPPED: msmtp with SCRAM is not installed");
    try (TestServer server = server("")) {
      String out =
          run(
              "msmtp",
              "--host=127.0.0.1",
              "--port=" + server.port(0),
              "--tls=on",
              "--tls-certcheck=off",
              "--auth=scram-sha-256",
              "--user=" + USER,
              "--passwordeval=echo secret",
              "--from=" + USER,
              "a@b.example");
      assertTrue(out.startsWith("0\n"), out + server.log());
      assertEquals("SCRAM-SHA-256", server.submissionRecords().getFirst().mechanism());
    }
  }

  @Test
  void perlAuthenScram() throws Exception {
    assumeTrue(
        run("perl", "-MAuthen::SCRAM::Client", "-MIO::Socket::SSL", "-e", "1").startsWith("0"),
        "SKIPPED: libauthen-scram-perl is not installed");
    Files.writeString(
        directory.resolve("scram.pl"),
        """
        use strict; use MIME::Base64; use IO::Socket::SSL; use Authen::SCRAM::Client;
        my $s = IO::Socket::SSL->new(PeerAddr => '127.0.0.1:%d', SSL_verify_mode => 0) or die;
        sub get { my $l; do { $l = <$s>; } while ($l =~ /^...-/); return $l }
        sub put { print $s "$_[0]\\r\\n" }
        sub challenge { my $l = get(); $l =~ /^334 (.*)\\r/ or die $l; return decode_base64($1) }
        my $c = Authen::SCRAM::Client->new(username => '%s', password => 'secret',
                                           digest => 'SHA-256');
        get(); put('EHLO perl.example'); get();
        put('AUTH SCRAM-SHA-256 ' . encode_base64($c->first_msg, ''));
        put(encode_base64($c->final_msg(challenge()), ''));
        $c->validate(challenge()) or die; put(''); print get();
        """
            .formatted(0, USER));
    try (TestServer server = server("")) {
      Path script = directory.resolve("scram.pl");
      Files.writeString(
          script, Files.readString(script).replace("127.0.0.1:0", "127.0.0.1:" + server.port(1)));
      String out = run("perl", script.toString());
      assertTrue(out.contains("235 2.7.0"), out + server.log());
    }
  }
}
