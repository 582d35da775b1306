package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.MailClient;
import org.whosent.msa.support.MailClient.Way;
import org.whosent.msa.support.Repository;
import org.whosent.msa.support.TestServer;
import org.whosent.record.SubmissionRecord;

/** Clients that others wrote, where they are installed: each in every way it knows. */
class InteroperabilityTest {
  private static final String MESSAGE =
      "Subject: hello\nFrom: Alice <alice@example.org>\nTo: b@b.example\n\nbody\n.\n..dots\n";

  /** Short and open to all: Postfix and Exim work there as users of their own. */
  private Path directory;

  private FakeHop hop;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    directory = Files.createTempDirectory("who");
    hop = new FakeHop();
    server = new TestServer(Files.createDirectory(directory.resolve("msa")), hop.uri(), "");
    Files.writeString(directory.resolve("mail"), MESSAGE);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    hop.close();
    try (Stream<Path> files = Files.walk(directory)) {
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
    for (Way way : client.ways()) {
      String said = client.send(directory, way, server.port(way.implicitTls() ? 1 : 0));
      assertNull(said, () -> client + " " + way + ": " + said + server.log());
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
    List<SubmissionRecord> records = server.submissionRecords();
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

  @Test
  void theMatrixInTheDocumentsIsThatOfTheTests() throws Exception {
    String page =
        Files.readString(
            Repository.root().resolve("docs/interoperability.md"), StandardCharsets.UTF_8);
    StringBuilder table = new StringBuilder("| client |");
    Way.ALL.forEach(way -> table.append(' ').append(way).append(" |"));
    table.append("\n|---|").append("---|".repeat(Way.ALL.size())).append('\n');
    for (MailClient client : MailClient.values()) {
      table.append("| ").append(client.title()).append(" |");
      Way.ALL.forEach(w -> table.append(client.ways().contains(w) ? " yes |" : " – |"));
      table.append('\n');
    }
    assertTrue(page.contains(table), "docs/interoperability.md should hold:\n" + table);
  }
}
