package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.FileReport;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

class UnreadTextTest {
  private static final String HEADER = "Nov 23 10:00:00 mail ";
  private static final List<String> LOG =
      List.of(
          HEADER
              + "postfix/smtpd[12]: 4B00A1C2D3: client=c.example[192.0.2.7], sasl_method=PLAIN,"
              + " sasl_username=alice",
          HEADER + "postfix/cleanup[13]: 4B00A1C2D3: message-id=<1@example.com>",
          HEADER
              + "postfix/qmgr[14]: 4B00A1C2D3: from=<alice@example.com>, size=500, nrcpt=1 (queue"
              + " active)",
          HEADER
              + "postfix/smtp[15]: 4B00A1C2D3: to=<bob@example.net>,"
              + " relay=mx.example.net[198.51.100.1]:25, delay=1, dsn=2.0.0, status=sent (250 2.0.0"
              + " Ok: queued as ABCDEF12)",
          HEADER + "postfix/qmgr[14]: 4B00A1C2D3: removed");

  private static final String EXIM =
      "Nov 23 10:00:00 mail exim[9]: 2026-11-23 10:00:00 1vAbCd-00000000abc-1xYz <= a@example.com"
          + " H=c [192.0.2.7] P=esmtpsa A=plain:alice S=500\n";

  @TempDir Path directory;

  private FileReport report(RecordStore store, byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("mail.log"), bytes);
    return Fixtures.run(store, file).files().getFirst();
  }

  /** What is said of a text of which nothing is read. */
  private String refused(String text, Charset charset) throws IOException {
    RecordStore store = Fixtures.store();
    FileReport report = report(store, text.getBytes(charset));
    assertEquals(List.of(), Fixtures.records(store));
    assertNotNull(report.problem(), report.toString());
    return report.problem();
  }

  private static String before(String prefix) {
    return LOG.stream().map(line -> prefix + line + '\n').collect(Collectors.joining());
  }

  private static List<String> broken(String line, int margin, String prefix) {
    List<String> lines = new ArrayList<>();
    StringBuilder last = new StringBuilder(prefix);
    for (String word : line.split(" ")) {
      if (last.length() > prefix.length() && last.length() + 1 + word.length() > margin) {
        lines.add(last.toString());
        last = new StringBuilder(prefix);
      }
      last.append(last.length() > prefix.length() ? " " : "").append(word);
    }
    lines.add(last.toString());
    return lines;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "^> ^,are quoted",
        "^>> ^,are quoted",
        "^| ^,are quoted",
        "^    ^,are indented",
        "^Nov 23 10:00:01 relay root: ^,are another program's",
        "^2026-11-23T10:00:00Z relay mail[7]: ^,are another program's",
        "^      7 ^,as less -N shows them",
        "^  12345 ^,as less -N shows them",
        "^[0] mail: [[1795428000.123, {}], {\"log\"=>\"^,format json_lines",
      })
  void itIsSaidWhatToDo(String prefix, String said) throws IOException {
    String problem = refused(before(prefix), StandardCharsets.UTF_8);
    assertTrue(problem.contains(said), problem);
  }

  /** A stranger's Message-ID may begin a line, with a login in it that never was. */
  @ParameterizedTest
  @ValueSource(ints = {60, 72, 76, 78, 80, 100})
  void whatWasBrokenAtAMarginIsRefused(int margin) throws IOException {
    for (String prefix : List.of("", "> ", "> > ")) {
      List<String> lines = new ArrayList<>();
      for (String line : LOG) {
        lines.addAll(broken(line, margin, prefix));
      }
      String problem = refused(String.join("\n", lines) + '\n', StandardCharsets.UTF_8);
      assertTrue(problem.contains("broken at a margin"), problem);
    }
  }

  /** {@code fold -w 80}, and what was copied out of a terminal. */
  @Test
  void soIsWhatWasBrokenWithinWords() throws IOException {
    String folded = String.join("\n", LOG).replaceAll("(.{80})(?=.)", "$1\n") + '\n';
    assertTrue(refused(folded, StandardCharsets.UTF_8).contains("broken at a margin"));
  }

  /** Lines of a log that something else has written into do not look so. */
  @Test
  void aLogWithOtherLinesIsRead() throws IOException {
    List<String> lines = new ArrayList<>(LOG);
    for (int i = 0; i < 5; i++) {
      lines.add(2, "\tat java.base/java.lang.Thread.run(Thread.java:1)");
    }
    lines.add("--");
    lines.add("");
    lines.add("==> /var/log/mail.log <==");
    RecordStore store = Fixtures.store();
    FileReport report =
        report(store, (String.join("\n", lines) + '\n').getBytes(StandardCharsets.UTF_8));
    assertNull(report.problem());
    assertEquals("alice", Fixtures.records(store).getFirst().user());
  }

  /** {@code grep --color=always}: the login would be another text. */
  @ParameterizedTest
  @ValueSource(strings = {"alice", "4B00A1C2D3", "client=c.example", "sasl_username="})
  void whatGrepHasColouredIsNotRead(String found) throws IOException {
    String line =
        LOG.getFirst().replace(found, "\u001b[01;31m\u001b[K" + found + "\u001b[m\u001b[K");
    RecordStore store = Fixtures.store();
    FileReport report =
        report(store, (line + '\n' + LOG.get(1) + '\n').getBytes(StandardCharsets.UTF_8));
    assertEquals(1, report.notUnderstood(), report.toString());
    assertTrue(report.problem().contains("colours"), report.toString());
    for (SubmissionRecord record : Fixtures.records(store)) {
      assertNull(record.user());
    }
  }

  /** An application's may have colours of its own, as they are in the journal. */
  @Test
  void anotherProgramMayColourItsLines() throws IOException {
    String line = HEADER + "webapp[7]: \u001b[32minfo\u001b[39m: started\n";
    for (String log : List.of(before(""), EXIM)) {
      RecordStore store = Fixtures.store();
      FileReport report = report(store, (log + line).getBytes(StandardCharsets.UTF_8));
      assertNull(report.problem());
      assertEquals(0, report.notUnderstood(), report.toString());
      assertEquals("alice", Fixtures.records(store).getFirst().user());
    }
  }

  /** Exim writes them as they are, where a sender has put them: he would hide by it. */
  @Test
  void whatASenderHasColouredIsRead() throws IOException {
    String line =
        "2026-11-23 10:00:00 1vAbCd-00000000abc-1xYz <= a@example.com H=(\u001b[31mc) [192.0.2.7]"
            + " P=esmtpsa A=plain:alice S=500\n";
    RecordStore store = Fixtures.store();
    FileReport report = report(store, line.getBytes(StandardCharsets.UTF_8));
    assertEquals("alice", Fixtures.records(store).getFirst().user());
    assertNull(report.problem());
  }

  /** A file's name in colours stands before each line of it. */
  @Test
  void aColouredFileNameIsSaid() throws IOException {
    String name = "\u001b[35m\u001b[Kmail.log\u001b[m\u001b[K\u001b[36m\u001b[K:\u001b[m\u001b[K";
    assertTrue(refused(before(name), StandardCharsets.UTF_8).contains("colours"));
  }

  /** A login at a line's end would have them too: it is not theirs whose name it begins with. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "   ", "\t", "  \r"})
  void blanksBehindEveryLineAreSaid(String blanks) throws IOException {
    String text = before("").replace("\n", blanks + '\n');
    assertTrue(refused(text, StandardCharsets.UTF_8).contains("end in blanks"));
  }

  /** A client may have chosen what one line ends with, and that is its account's name. */
  @Test
  void aLoginMayEndInBlanks() throws IOException {
    RecordStore store = Fixtures.store();
    String text = before("").replace("=alice", "=alice ");
    assertNull(report(store, text.getBytes(StandardCharsets.UTF_8)).problem());
    assertEquals(
        List.of("alice "), Fixtures.records(store).stream().map(SubmissionRecord::user).toList());
  }

  /** {@code gcloud logging read}. */
  @Test
  void yamlIsSaid() throws IOException {
    String text =
        LOG.stream()
            .map(line -> "insertId: a\ntextPayload: '" + line + "'\ntimestamp: '2026-11-23'\n---\n")
            .collect(Collectors.joining("", "---\n", ""));
    assertTrue(refused(text, StandardCharsets.UTF_8).contains("--format=json"));
  }

  /** A file of rsyslog's {@code RSYSLOG_ForwardFormat}. */
  @Test
  void linesWithoutLineFeedsAreSaid() throws IOException {
    String text = LOG.stream().map(line -> "<22>" + line).collect(Collectors.joining());
    String much = text.repeat((1 << 20) / text.length());
    assertTrue(refused(much, StandardCharsets.UTF_8).contains("without line feeds"));
    assertTrue(refused(text + '\n', StandardCharsets.UTF_8).contains("without line feeds"));
  }

  @Test
  void carriageReturnsAloneAreSaid() throws IOException {
    String text = before("").replace('\n', '\r') + '\n';
    assertTrue(refused(text, StandardCharsets.UTF_8).contains("carriage returns"));
  }

  @Test
  void utf16WithoutItsMarkIsSaid() throws IOException {
    assertTrue(refused(before(""), StandardCharsets.UTF_16LE).contains("UTF-16"));
    assertTrue(refused(before(""), StandardCharsets.UTF_16BE).contains("UTF-16"));
  }

  /** A template without the tag. */
  @Test
  void linesThatNameNoProgramAreSaid() throws IOException {
    String text = before("").replaceAll("postfix/[a-z]+\\[1[0-9]]: ", "");
    assertTrue(refused(text, StandardCharsets.UTF_8).contains("name no program"));
  }

  @Test
  void aHostThatPassesOnOtherTextsIsSaid() throws IOException {
    String text = before("Nov 23 10:00:01 relay ") + "Nov 23 10:00:01 relay user x logged in\n";
    assertTrue(refused(text, StandardCharsets.UTF_8).contains("another header"));
  }

  /** A log into which no mail server has written yet is none of these. */
  @Test
  void anotherProgramsLogIsNone() throws IOException {
    String text = (HEADER + "sshd[7]: Connection closed by 192.0.2.7 port 22\n").repeat(5);
    FileReport report = report(Fixtures.store(), text.getBytes(StandardCharsets.UTF_8));
    assertTrue(report.passedOver());
    assertFalse(WrappedText.is(List.of(), _ -> true));
  }
}
