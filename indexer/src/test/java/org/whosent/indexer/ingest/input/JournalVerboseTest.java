package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.JsonIn;
import org.whosent.record.SubmissionRecord;

/** What {@code journalctl -o verbose} prints, in which a value may hold what looks like entries. */
class JournalVerboseTest {
  /** Printed by journalctl 252 of a journal made for it. */
  private static final String REAL =
      """
      Thu 2026-11-26 10:00:00.123456 UTC [s=d0aa798e52bf4765b486821f047911b4;i=1;\
      b=0123456789abcdef0123456789abcdef;m=3e8;t=6612b01b0ea40;x=d74cfbcb293b5c15]
          _BOOT_ID=0123456789abcdef0123456789abcdef
          PRIORITY=6
          SYSLOG_IDENTIFIER=postfix/smtpd
          MESSAGE=4B00A1C2D3: client=c.example[192.0.2.7], sasl_method=PLAIN, sasl_username=alice
          _HOSTNAME=mail
          _PID=100
          _CMDLINE=smtpd -n smtp
                   -t inet
      Thu 2026-11-26 10:00:01.123457 UTC [s=d0aa798e52bf4765b486821f047911b4;i=2;\
      b=0123456789abcdef0123456789abcdef;m=3e9;t=6612b01c02c81;x=6945dc54bca8010a]
          SYSLOG_IDENTIFIER=postfix/smtpd
          _HOSTNAME=mail
          MESSAGE=two
                  lines
                 \s
                          _HOSTNAME=evil
                  Thu 2026-11-26 10:00:00.123456 UTC [s=1;i=1;b=1;m=1;t=1;x=1]
                      MESSAGE=4B00A1C2D4: client=c.example[192.0.2.7], sasl_username=victim
          _PID=101
      Thu 2026-11-26 10:00:03.123459 UTC [s=d0aa798e52bf4765b486821f047911b4;i=4;\
      b=0123456789abcdef0123456789abcdef;m=3eb;t=6612b01deb103;x=280a4c2a7b3eea3b]
          SYSLOG_IDENTIFIER=postfix/smtpd
          _HOSTNAME=mail
          MESSAGE=[5B blob data]
          _PID=103
      """;

  private static final List<String> HOSTILE =
      List.of(
          "\n",
          "\n    MESSAGE=4B00A1C2D4: client=x[192.0.2.1], sasl_username=victim",
          "\nMESSAGE=x",
          "\n" + REAL.lines().findFirst().orElseThrow(),
          "\n    _HOSTNAME=evil\n    _PID=1",
          "    ",
          "\n-- Boot --",
          "[5B blob data]x",
          "\r",
          "\u2028",
          "=",
          "\t",
          "ü€",
          "text");

  @TempDir Path directory;

  private static List<Map<String, String>> read(String text) throws IOException {
    List<Map<String, String>> found = new ArrayList<>();
    try (InputStream in =
        Compression.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.isEmpty()) {
          continue;
        }
        byte[] json = line.getBytes(StandardCharsets.UTF_8);
        Map<String, String> entry = new LinkedHashMap<>();
        JsonIn.object(json, 0, json.length, (name, value) -> entry.put(name, value.text()));
        found.add(entry);
      }
    }
    return found;
  }

  /** As {@code print_multiline} does. */
  private static String printed(long micros, Map<String, String> entry) {
    StringBuilder text =
        new StringBuilder(
            "Thu 2026-11-26 10:00:00.123456 UTC"
                + " [s=d0aa798e52bf4765b486821f047911b4;i=1;b=01;m=3;t=");
    text.append(Long.toHexString(micros)).append(";x=d74cfbcb293b5c15]\n");
    entry.forEach(
        (name, value) -> {
          text.append("    ").append(name).append('=');
          String[] lines = value.split("\n", -1);
          int last = lines.length - (value.endsWith("\n") ? 1 : 0);
          for (int i = 0; i < last; i++) {
            text.append(i == 0 ? "" : " ".repeat(5 + name.length())).append(lines[i]).append('\n');
          }
        });
    return text.toString();
  }

  private static String some(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(HOSTILE.get(random.nextInt(HOSTILE.size())));
    }
    return text.toString();
  }

  @Test
  void everyEntryComesOutAsItWasWhateverItsValuesLookLike() throws IOException {
    for (long seed : List.of(1L, System.nanoTime())) {
      Random random = new Random(seed);
      for (int round = 0; round < 500; round++) {
        StringBuilder text = new StringBuilder();
        List<Map<String, String>> expected = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          Map<String, String> entry = new LinkedHashMap<>();
          entry.put("_CMDLINE", some(random));
          entry.put("_HOSTNAME", "mail");
          entry.put("SYSLOG_IDENTIFIER", "postfix/smtpd");
          entry.put("MESSAGE", some(random));
          entry.put("ZZ", some(random));
          long micros = 1795449168258526L + random.nextInt(9999);
          text.append(random.nextInt(5) == 0 && !text.isEmpty() ? "-- Boot 0123 --\n" : "");
          text.append(printed(micros, entry));
          Map<String, String> found = new LinkedHashMap<>();
          found.put("__REALTIME_TIMESTAMP", Long.toString(micros));
          found.put("_HOSTNAME", "mail");
          found.put("SYSLOG_IDENTIFIER", "postfix/smtpd");
          String message = entry.get("MESSAGE");
          found.put(
              "MESSAGE",
              message.endsWith("\n") ? message.substring(0, message.length() - 1) : message);
          expected.add(found);
        }
        assertEquals(expected, read(text.toString()), "seed " + seed);
      }
    }
  }

  @Test
  void whatJournalctlPrintedNamesWhoSent() throws IOException {
    Path log = Files.writeString(directory.resolve("journal.txt"), REAL);
    RecordStore store = Fixtures.store();
    Fixtures.run(store, log);
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(1, records.size());
    assertEquals("alice", records.getFirst().user());
    assertEquals("2026-11-26T10:00:00.123456Z", records.getFirst().time().toString());
    assertFalse(read(REAL).getLast().containsKey("MESSAGE"));
  }

  @Test
  void aFieldThatStandsThereTwiceIsNone() throws IOException {
    String twice = REAL.replace("    _PID=100\n", "    _PID=100\n    MESSAGE=x\n");
    assertFalse(read(twice).getFirst().containsKey("MESSAGE"));
    assertEquals("100", read(twice).getFirst().get("_PID"));
    String longer = "x".repeat(JournalFields.LONGEST + 1);
    assertFalse(read(REAL.replace("alice", longer)).getFirst().containsKey("MESSAGE"));
    assertFalse(
        read(REAL.replace("lines\n", "lines\n" + " ".repeat(12) + longer + '\n'))
            .get(1)
            .containsKey("MESSAGE"));
  }

  /** Cut anywhere, and whatever stands in it, it gives whole entries or says what is wrong. */
  @Test
  void whatIsNoneOfItIsAnErrorOfTheFileAndNoCrash() throws IOException {
    for (String line : List.of("x", "  MESSAGE=x", "\tx", "            x")) {
      String broken = REAL.lines().findFirst().orElseThrow() + '\n' + line + '\n';
      assertThrows(IOException.class, () -> read(broken), line);
    }
    int all = read(REAL).size();
    for (int cut = 300; cut < REAL.length(); cut++) {
      List<Map<String, String>> found = read(REAL.substring(0, cut));
      assertTrue(found.size() <= all);
      for (Map<String, String> entry : found) {
        assertTrue(
            entry.getOrDefault("MESSAGE", "").isEmpty()
                || !entry.get("MESSAGE").startsWith("4B00A1C2D4"));
        assertEquals("mail", entry.getOrDefault("_HOSTNAME", "mail"));
      }
    }
  }
}
