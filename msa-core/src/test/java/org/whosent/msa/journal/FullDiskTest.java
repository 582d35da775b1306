package org.whosent.msa.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.MsaServer;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.SubmissionRecord;

/** The whole server on a disk that fails: what cannot be recorded is not taken. */
class FullDiskTest {
  @TempDir Path directory;

  private static void submit(Dialogue client, String name, String expected) throws IOException {
    client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
    client.send("DATA").expect("354").send("Message-ID: <" + name + ">", "", ".").expect(expected);
  }

  @Test
  void refusedWith452AndNothingHandedOn() throws Exception {
    FaultyFiles files = new FaultyFiles();
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(
                directory,
                hop.uri(),
                "",
                new MsaServer.Parts(MessageAnalyser.NONE, files, InstantSource.system()));
        Dialogue client = server.alice()) {
      submit(client, "one", "250");
      for (FaultyFiles.Fault fault : FaultyFiles.Fault.values()) {
        files.fault = fault;
        if (fault != FaultyFiles.Fault.NONE && fault != FaultyFiles.Fault.CREATE) {
          submit(client, "lost", "452 4.3.1");
        }
      }
      files.fault = FaultyFiles.Fault.NONE;
      submit(client, "two", "250");
      assertEquals(2, hop.mails.size());
      assertTrue(server.log().contains("cannot be written"), server.log());
      List<String> messageIds =
          server.submissionRecords().stream().map(SubmissionRecord::messageId).toList();
      assertTrue(messageIds.containsAll(List.of("<one>", "<two>")), messageIds.toString());
      assertEquals(1, messageIds.stream().filter("<two>"::equals).count());
    }
  }

  @Test
  void spoolThatCannotBeWritten() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "");
        Dialogue client = server.alice()) {
      Files.delete(directory.resolve("data").resolve("spool"));
      client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
      client.send("DATA").expect("354");
      client.raw("a: b\r\n\r\n" + "0123456789\r\n".repeat(20_000) + ".\r\n");
      client.expect("452 4.3.1");
      submit(client, "small", "250");
      assertEquals(1, hop.mails.size());
      assertEquals(1, server.submissionRecords().size());
    }
  }

  @Test
  void analyserThatFailsLosesNoMail() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(
                directory,
                hop.uri(),
                "subject: hash",
                MsaServer.Parts.STANDARD.withAnalyser(
                    (message, into) -> {
                      into.subject = "a subject";
                      throw new IllegalStateException("a bug");
                    }));
        Dialogue client = server.alice()) {
      submit(client, "one", "250");
      SubmissionRecord record = server.submissionRecords().getFirst();
      assertEquals("<one>", record.messageId());
      assertEquals(null, record.subject());
      assertEquals(16, record.subjectHash().length());
      assertTrue(server.log().contains("could not be analysed"));
    }
  }
}
