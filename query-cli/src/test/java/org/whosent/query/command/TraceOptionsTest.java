package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/** What trace can do beside naming: raw lines, a text for strangers, a summary. */
class TraceOptionsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path directory;
  private Path data;
  private Path log;
  private Path complaint;

  @BeforeEach
  void index() throws Exception {
    data = directory.resolve("data");
    log = directory.resolve("mail-iso.log");
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(fixture("postfix/logs/mail-iso.log.2.gz")))) {
      Files.copy(in, log);
    }
    Files.delete(directory.resolve("mail-iso.log.2.gz"));
    complaint = fixture("messages/far-postfix-00000.eml");
    Program.Result result = Program.run("index", "--data", data, "--host", "mail.example.com", log);
    assertEquals(0, result.status(), result.err());
  }

  private Path fixture(String name) throws Exception {
    Path file = directory.resolve(Path.of(name).getFileName());
    try (InputStream in =
        TraceOptionsTest.class.getResourceAsStream("/org/whosent/fixtures/" + name)) {
      Files.copy(in, file);
    }
    return file;
  }

  private JsonNode evidence() throws Exception {
    Program.Result result =
        Program.run("trace", "--data", data, "--evidence", "--output", "json", complaint);
    assertEquals("", result.err(), "no progress where there is no terminal");
    return MAPPER.readTree(result.out());
  }

  @Test
  void theLinesBehindTheRecordAreShownWhereverRotationPutThem() throws Exception {
    JsonNode answer = evidence();
    String id = answer.at("/record/transactionId").asText();
    assertTrue(answer.get("rawLines").size() >= 2, answer.toString());
    for (JsonNode line : answer.get("rawLines")) {
      String text = line.get("line").asText();
      assertTrue(text.contains(id), text);
      assertTrue(Files.readString(Path.of(line.get("file").asText())).contains(text + "\n"));
    }
    Program.Result words = Program.run("trace", "--data", data, "--evidence", complaint);
    assertTrue(words.out().contains(answer.at("/rawLines/0/line").asText()), words.out());
    String place = answer.at("/record/source").asText().replaceFirst(":([0-9]+)$", ", byte $1");
    assertTrue(words.out().contains("\n  log line: " + place + "\n"), words.out());

    Files.move(log, directory.resolve("mail-iso.log.1"));
    Process gzip =
        new ProcessBuilder("gzip", directory.resolve("mail-iso.log.1").toString()).start();
    assertEquals(0, gzip.waitFor());
    Files.writeString(log, "2026-11-24T00:00:01+00:00 mail postfix/master[1]: daemon started\n");
    JsonNode rotated = evidence();
    for (int i = 0; i < answer.get("rawLines").size(); i++) {
      assertEquals(
          answer.get("rawLines").get(i).get("line"), rotated.get("rawLines").get(i).get("line"));
      assertTrue(
          rotated.get("rawLines").get(i).get("foundIn").asText().endsWith("mail-iso.log.1.gz"));
    }
  }

  @Test
  void aLineThatWasChangedIsNoEvidence() throws Exception {
    JsonNode answer = evidence();
    String user = answer.get("user").asText();
    String changed = user.substring(0, user.length() - 1) + "X";
    String text = Files.readString(log);
    assertTrue(text.contains(user));
    Files.writeString(log, text.replace(user, changed));
    int gone = 0;
    for (JsonNode line : evidence().get("rawLines")) {
      assertFalse(line.get("line").asText("").contains(changed));
      gone += line.get("line").isNull() ? 1 : 0;
    }
    assertTrue(gone > 0);
    Files.delete(log);
    for (JsonNode line : evidence().get("rawLines")) {
      assertTrue(line.get("line").isNull());
    }
    Program.Result words = Program.run("trace", "--data", data, "--evidence", complaint);
    assertTrue(words.out().contains("source gone"), words.out());
    assertEquals(0, words.status());
  }

  @Test
  void ofStandardInputNoLineCanBeShown() throws Exception {
    Path other = directory.resolve("other");
    byte[] lines = Files.readAllBytes(log);
    Program.Result indexed =
        Program.runWithInput(lines, "index", "--data", other, "--host", "mail.example.com", "-");
    assertEquals(0, indexed.status(), indexed.err());
    String words = Program.run("trace", "--data", other, "--evidence", complaint).out();
    assertTrue(words.contains(": it came on standard input, which is not kept\n"), words);
    assertFalse(words.contains("source gone"), words);
  }

  @Test
  void theTextForStrangersHasNothingOfAnyUser() throws Exception {
    JsonNode answer = evidence();
    Program.Result external = Program.run("trace", "--data", data, "--external", complaint);
    String text = external.out();
    assertEquals(0, external.status());
    assertTrue(text.contains(answer.at("/record/transactionId").asText()), text);
    for (String field : List.of("user", "client", "mailFrom", "messageId", "helo")) {
      JsonNode value = answer.at("/record/" + field);
      assertFalse(!value.isNull() && text.contains(value.asText()), field + ": " + text);
    }
    for (JsonNode recipient : answer.at("/record/recipients")) {
      assertFalse(text.contains(recipient.get("address").asText()), text);
    }
    assertFalse(text.contains("@") || text.contains(directory.toString()), text);
    // By its Message-ID alone it is found too; our ID was not in what the stranger sent.
    Program.Result asked =
        Program.run("trace", "--data", data, "--external", answer.at("/record/messageId").asText());
    assertFalse(asked.out().contains(answer.at("/record/transactionId").asText()), asked.out());
  }

  @Test
  void aSummaryByUser() throws Exception {
    Path complaints = Files.createDirectory(directory.resolve("complaints"));
    byte[] mail = Files.readAllBytes(complaint);
    for (int i = 0; i < 3; i++) {
      Files.write(complaints.resolve(i + ".eml"), mail);
    }
    Files.writeString(complaints.resolve("foreign.eml"), "From: a@b\nSubject: x\n\nhello\n");
    JsonNode answer = evidence();
    Program.Result result =
        Program.run("trace", "--data", data, "--group-by", "user", "--output", "json", complaints);
    List<String> lines = result.lines();
    assertEquals(2, lines.size(), result.out());
    JsonNode user = MAPPER.readTree(lines.get(0));
    assertEquals(answer.get("user"), user.get("user"));
    assertEquals(3, user.get("complaints").asInt());
    assertEquals(1, user.get("submissions").asInt());
    assertEquals(answer.at("/record/time"), user.get("first"));
    JsonNode nobody = MAPPER.readTree(lines.get(1));
    assertTrue(nobody.get("user").isNull());
    assertNull(nobody.get("first").textValue());
    assertEquals("foreign", nobody.get("verdict").asText());
    assertEquals(1, result.status());
    Program.Result csv =
        Program.run("trace", "--data", data, "--group-by", "user", "--output", "csv", complaints);
    assertTrue(csv.out().startsWith("user,verdict,complaints,"), csv.out());
    Program.Result text = Program.run("trace", "--data", data, "--group-by", "user", complaints);
    String line = "     3 complaints  " + answer.get("user").asText() + ": 1 submission, ";
    assertTrue(text.out().contains(line), text.out());
    assertTrue(text.out().contains("\n     1 complaint   (foreign)\n"), text.out());
  }

  @Test
  void optionsThatContradictEachOtherAreAUsageError() throws Exception {
    for (List<String> options :
        List.of(
            List.of("--external", "--evidence"),
            List.of("--external", "--output", "json"),
            List.of("--external", "--group-by", "user"),
            List.of("--evidence", "--output", "csv"),
            List.of("--group-by", "host"))) {
      Object[] arguments = new Object[options.size() + 4];
      System.arraycopy(options.toArray(), 0, arguments, 3, options.size());
      arguments[0] = "trace";
      arguments[1] = "--data";
      arguments[2] = data;
      arguments[arguments.length - 1] = complaint;
      Program.Result result = Program.run(arguments);
      assertEquals(2, result.status(), options + result.err());
      assertEquals(1, result.err().lines().count(), result.err());
      assertEquals("", result.out());
    }
  }
}
