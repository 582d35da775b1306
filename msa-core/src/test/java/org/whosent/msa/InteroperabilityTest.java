package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.SubmissionRecord;

/** Clients that others wrote, where they are installed. */
class InteroperabilityTest {
  private static final String MESSAGE =
      "Subject: hello\nFrom: Alice <alice@example.org>\n\nbody\n.\n..dots\n";

  @TempDir Path directory;
  private FakeHop hop;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    hop = new FakeHop();
    server = new TestServer(directory, hop.uri(), "");
    Files.writeString(directory.resolve("mail"), MESSAGE);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    hop.close();
  }

  private int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("out").toFile())
          .redirectInput(directory.resolve("mail").toFile())
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  private void assumeInstalled(String program) throws Exception {
    assumeTrue(run(program, "--version") >= 0, "SKIPPED: " + program + " is not installed");
  }

  private void submitted(int count, int exit) throws Exception {
    String out = Files.readString(directory.resolve("out"));
    assertEquals(0, exit, out + server.log());
    assertEquals(count, hop.mails.size(), out + server.log());
    for (FakeHop.Mail mail : hop.mails) {
      assertTrue(mail.content().contains("body\r\n.\r\n..dots\r\n"), mail.content());
    }
    List<SubmissionRecord> records = server.submissionRecords();
    assertEquals(count, records.size());
    assertTrue(records.stream().allMatch(r -> r.user().equals("Alice@example.org")));
  }

  @Test
  void curl() throws Exception {
    assumeInstalled("curl");
    int exit = 0;
    int count = 0;
    for (String mechanism : List.of("PLAIN", "LOGIN")) {
      for (String url :
          List.of("smtp://127.0.0.1:" + server.port(0), "smtps://127.0.0.1:" + server.port(1))) {
        count++;
        exit |=
            run(
                "curl",
                "-sS",
                "-k",
                "--ssl-reqd",
                "--crlf",
                "--url",
                url,
                "--user",
                "alice@example.org:secret",
                "--login-options",
                "AUTH=" + mechanism,
                "--mail-from",
                "alice@example.org",
                "--mail-rcpt",
                "one@b.example",
                "--mail-rcpt",
                "two@b.example",
                "-T",
                "mail");
      }
    }
    submitted(count, exit);
  }

  @Test
  void pythonSmtplib() throws Exception {
    assumeInstalled("python3");
    Files.writeString(
        directory.resolve("send.py"),
        """
        import smtplib, ssl, sys
        context = ssl._create_unverified_context()
        message = open('mail').read()
        for port, implicit in ((%d, False), (%d, True)):
            for mechanism in ('auth_plain', 'auth_login'):
                s = (smtplib.SMTP_SSL('127.0.0.1', port, context=context) if implicit
                     else smtplib.SMTP('127.0.0.1', port))
                if not implicit:
                    s.starttls(context=context)
                s.ehlo()
                s.user, s.password = 'alice@example.org', 'secret'
                s.auth(mechanism[5:].upper(), getattr(s, mechanism))
                s.sendmail('alice@example.org', ['a@b.example'], message)
                s.quit()
        """
            .formatted(server.port(0), server.port(1)));
    submitted(4, run("python3", "send.py"));
  }

  @Test
  void swaks() throws Exception {
    assumeInstalled("swaks");
    assumeTrue(
        run("perl", "-MNet::SSLeay", "-MAuthen::SASL", "-e", "1") == 0,
        "SKIPPED: swaks has no TLS or SASL (libnet-ssleay-perl, libauthen-sasl-perl)");
    submitted(
        1,
        run(
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            "" + server.port(0),
            "--tls",
            "--auth",
            "PLAIN",
            "--auth-user",
            "alice@example.org",
            "--auth-password",
            "secret",
            "--from",
            "alice@example.org",
            "--to",
            "a@b.example",
            "--data",
            "@mail"));
  }

  @Test
  void msmtp() throws Exception {
    assumeInstalled("msmtp");
    submitted(
        1,
        run(
            "msmtp",
            "--host=127.0.0.1",
            "--port=" + server.port(0),
            "--tls=on",
            "--tls-certcheck=off",
            "--auth=plain",
            "--user=alice@example.org",
            "--passwordeval=echo secret",
            "--from=alice@example.org",
            "a@b.example"));
  }
}
