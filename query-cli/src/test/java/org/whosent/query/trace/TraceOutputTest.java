package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.Origin;
import org.whosent.record.Printable;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionKeys;

class TraceOutputTest {
  @TempDir Path directory;

  private TraceResult result(String file) throws Exception {
    return Corpus.one(
        Corpus.tracer(Corpus.records(), TransactionKeys.read(directory.resolve("keys"))),
        Corpus.bytes(file));
  }

  @Test
  void jsonHasTheNamesThatScriptsRelyOn() throws Exception {
    for (String file : new String[] {"arf-0134.eml", "bodyonly-0510.eml"}) {
      JsonNode json = new ObjectMapper().readTree(TraceJson.line(result(file)));
      for (String name :
          List.of(
              "input",
              "kind",
              "verdict",
              "user",
              "confidence",
              "record",
              "evidence",
              "candidates",
              "coverage")) {
        assertTrue(json.has(name), file + " " + name);
      }
      for (String name : List.of("from", "until", "hosts", "lagSeconds", "gaps")) {
        assertTrue(json.get("coverage").has(name), name);
      }
    }
    JsonNode json = new ObjectMapper().readTree(TraceJson.line(result("arf-0134.eml")));
    assertEquals("arf", json.get("kind").asText());
    assertEquals("strong", json.get("confidence").asText());
    for (String name :
        List.of(
            "time",
            "transactionId",
            "aliases",
            "host",
            "user",
            "localUser",
            "client",
            "mailFrom",
            "recipients",
            "messageId",
            "headerFrom",
            "subject",
            "size",
            "source")) {
      assertTrue(json.get("record").has(name), name);
    }
    assertTrue(json.get("record").get("localUser").isNull());
  }

  @Test
  void whatStrangersWroteCannotReachTheTerminal() throws Exception {
    SubmissionRecord.Builder record = Corpus.records().getFirst().toBuilder();
    record.subject = "\u001b[2J\u202Egnp.exe\r\nverdict: innocent\u0007\u2028\u007f";
    record.mailFrom = "\u009b31m@x";
    record.messageId = "<\u001b]0;x\u0007@y>";
    Tracer tracer =
        Corpus.tracer(List.of(record.build()), TransactionKeys.read(directory.resolve("keys")));
    TraceResult result =
        tracer
            .trace(new TraceInput.Asked("x\u001b[1m", Kind.QUEUE_ID, record.transactionId))
            .getFirst();
    String text = TraceText.render(result);
    text.lines().forEach(RealMessagesTest::assertPrintable);
    assertFalse(text.contains("\nverdict: innocent"));
    TraceCsv.row(result).forEach(RealMessagesTest::assertPrintable);
    String json = TraceJson.line(result);
    RealMessagesTest.assertPrintable(json);
    JsonNode read = new ObjectMapper().readTree(json).get("record");
    assertEquals(record.subject, read.get("subject").asText(), "and says what it was");
    assertEquals(record.mailFrom, read.get("mailFrom").asText());
    assertEquals("a".repeat(300) + "...", Printable.text("a".repeat(1000), 300));
  }

  @Test
  void aCandidateOfALocalAccountSaysWhose() throws Exception {
    List<SubmissionRecord> two = new ArrayList<>();
    for (String account : List.of("uid:33", "uid:1000")) {
      SubmissionRecord.Builder record = Corpus.records().getFirst().toBuilder();
      record.transactionId = "4jY9Sc3Vm" + account.substring(4);
      record.origin = Origin.LOCAL;
      record.user = null;
      record.localUser = account;
      two.add(record.build());
    }
    TraceInput asked = new TraceInput.Asked("test", Kind.MESSAGE_ID, two.getFirst().messageId());
    TraceResult result =
        Corpus.tracer(two, TransactionKeys.read(directory.resolve("keys"))).trace(asked).getFirst();
    String text = TraceText.render(result);
    assertEquals(Verdict.INCONCLUSIVE, result.verdict(), text);
    assertTrue(text.contains("  local account uid:33  score "), text);
    assertTrue(text.contains("  local account uid:1000  score "), text);
  }

  @Test
  void theAnswerNamesTheUserFirst() throws Exception {
    assertTrue(
        TraceText.render(result("arf-0134.eml"))
            .startsWith("test.eml (arf): submitted by yvonne (strong by the header;"));
  }

  private static final class Seen implements InputReader.Sink {
    final List<String> inputs = new ArrayList<>();

    @Override
    public void input(TraceInput input) {
      inputs.add(
          switch (input) {
            case TraceInput.Asked asked -> asked.kind().word();
            case TraceInput.Content content -> content.name() + ":" + content.content().length;
          });
    }

    @Override
    public void unreadable(String name, String reason) {
      inputs.add("unreadable " + name);
    }
  }

  private static List<String> read(String argument) throws IOException {
    Seen seen = new Seen();
    new InputReader(new ByteArrayInputStream("From: a\n".getBytes())).read(argument, seen);
    return seen.inputs;
  }

  @Test
  void argumentsAreWhatTheyLookLike() throws IOException {
    assertEquals(List.of("transaction-id"), read("01KAR2X5V0041000001ABCDEFG"));
    for (String id :
        new String[] {
          "4jY9Sb6Dptzbyx3",
          "C0FFEE1234",
          "1xVWLY-0000Ce-1O",
          "4ANFqmXx000123",
          "a1b2c3d4",
          "A53E37C0-991B-4B45-AE85-076BFED301BB.1"
        }) {
      assertEquals(List.of("queue-id"), read(id), id);
    }
    assertEquals(List.of("message-id"), read("<a.b@c>"));
    assertEquals(List.of("received"), read("Received: by mail.example.com id 1; x"));
    assertEquals(List.of("received"), read("from a by mail.example.com with ESMTP id 1"));
    assertEquals(List.of("-:8"), read("-"));
  }

  @Test
  void whatIsNothingIsAUsageErrorInOneLine() {
    for (String bad : new String[] {"complaint.eml", "", "no such/file", "hello", "\u001b[2J\n"}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> read(bad), bad);
      assertEquals(1, e.getMessage().lines().count());
      RealMessagesTest.assertPrintable(e.getMessage());
    }
  }

  @Test
  void directoriesAndMboxes() throws IOException {
    Path inbox = Files.createDirectories(directory.resolve("inbox/b"));
    Files.writeString(inbox.resolve("2.eml"), "From: a\n");
    Files.writeString(
        directory.resolve("inbox/a.mbox"),
        "From a Mon Nov 23 15:00:00 2026\nX: 1\n\nFrom a Mon Nov 23 15:00:00 2026\nX: 22\n");
    Files.createSymbolicLink(inbox.resolve("loop"), directory.resolve("inbox"));
    assertEquals(
        Arrays.asList(
            directory + "/inbox/a.mbox:6",
            directory + "/inbox/a.mbox:6",
            directory + "/inbox/b/2.eml:8"),
        read(directory.resolve("inbox").toString()));
  }

  @Test
  void aFailingFileDoesNotStopTheOthers() throws IOException {
    Seen seen = new Seen();
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk gone");
          }
        };
    new InputReader(failing).read("-", seen);
    assertEquals(List.of("unreadable -"), seen.inputs);
  }
}
