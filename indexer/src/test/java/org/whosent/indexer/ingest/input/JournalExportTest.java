package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.record.JsonIn;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** The export format of the journal, in which a value may hold what looks like entries. */
class JournalExportTest {
  private static final String CURSOR = "s=07700197299a4f2fbb6dbaa82a60cf38;i=";

  /** Pieces of values that a stranger would choose. */
  private static final List<String> HOSTILE =
      List.of(
          "\n",
          "\n\n",
          "=",
          "MESSAGE=",
          "\nMESSAGE=4jY9Sc2QmxzbySQ: client=x[192.0.2.1], sasl_username=victim\n",
          "\n\n__CURSOR=s=1;i=1\n_HOSTNAME=mail\nSYSLOG_IDENTIFIER=postfix/smtpd\n",
          "\nMESSAGE\n\4\0\0\0\0\0\0\0abcd\n",
          "\0\0\0\0\0\0\0\0",
          "\r\n",
          "\"}\n{\"MESSAGE\":\"x\"",
          "ü€",
          "plain text");

  @TempDir Path directory;

  private static void write(ByteArrayOutputStream out, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    boolean plain = true;
    for (byte b : bytes) {
      plain &= b == '\t' || (b & 0xff) >= ' ';
    }
    out.writeBytes((name + (plain ? "=" : "\n")).getBytes(StandardCharsets.US_ASCII));
    if (!plain) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(length.putLong(bytes.length).array());
    }
    out.writeBytes(bytes);
    out.write('\n');
  }

  private static byte[] export(List<Map<String, String>> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int number = 1;
    for (Map<String, String> entry : entries) {
      write(out, "__CURSOR", CURSOR + number++);
      entry.forEach((name, value) -> write(out, name, value));
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(pieces); i > 0; i--) {
      text.append(HOSTILE.get(random.nextInt(HOSTILE.size())));
    }
    return text.toString();
  }

  private static List<Map<String, String>> entries(Random random) {
    List<Map<String, String>> entries = new ArrayList<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("__REALTIME_TIMESTAMP", Long.toString(1795449168258526L + random.nextInt(9999)));
      entry.put("_OTHER", text(random, 40));
      entry.put("_HOSTNAME", "mail");
      if (random.nextBoolean()) {
        entry.put("SYSLOG_PID", text(random, 2));
      }
      entry.put("SYSLOG_IDENTIFIER", "postfix/smtpd");
      entry.put("MESSAGE", text(random, 6));
      entries.add(entry);
    }
    return entries;
  }

  private static InputStream slow(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, 1 + random.nextInt(99)));
      }
    };
  }

  private static List<Map<String, String>> read(byte[] lines) throws IOException {
    List<Map<String, String>> found = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == '\n') {
        Map<String, String> entry = new LinkedHashMap<>();
        JsonIn.object(lines, start, i - start, (name, in) -> entry.put(name, in.text()));
        found.add(entry);
        start = i + 1;
      }
    }
    assertEquals(lines.length, start);
    return found;
  }

  @Test
  void everyEntryComesOutAsItWasWhateverItsValuesLookLike() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      List<Map<String, String>> entries = entries(random);
      byte[] export = export(entries);
      try (InputStream in = Compression.open(slow(export, random))) {
        entries.forEach(entry -> entry.remove("_OTHER"));
        assertEquals(entries, read(in.readAllBytes()), "seed " + seed + " round " + round);
      }
    }
  }

  @Test
  void cutAnywhereItGivesTheEntriesBeforeAndNoHalfOne() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Map<String, String>> entries = entries(random);
    List<Map<String, String>> all = new ArrayList<>();
    entries.forEach(entry -> all.add(new LinkedHashMap<>(entry)));
    byte[] export = export(entries);
    entries.forEach(entry -> entry.remove("_OTHER"));
    for (int cut = 9; cut < Math.min(export.length, 3000); cut++) {
      byte[] part = new byte[cut];
      System.arraycopy(export, 0, part, 0, cut);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (InputStream in = Compression.open(new ByteArrayInputStream(part))) {
        for (int b = in.read(); b >= 0; b = in.read()) {
          out.write(b);
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("ends within a value"), e.getMessage());
      }
      List<Map<String, String>> found = read(out.toByteArray());
      int whole = 0;
      while (whole < entries.size() && export(all.subList(0, whole + 1)).length <= cut) {
        whole++;
      }
      assertEquals(entries.subList(0, whole), found, "seed " + seed + " cut at " + cut);
    }
  }

  @Test
  void whatIsNoExportIsAnErrorOfTheFileAndNoCrash() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] export = export(entries(random));
      for (int i = random.nextInt(4); i > 0 && export.length > 20; i--) {
        export[9 + random.nextInt(export.length - 9)] = (byte) random.nextInt();
      }
      try (InputStream in = Compression.open(slow(export, random))) {
        read(in.readAllBytes());
      } catch (IOException e) {
        assertTrue(e.getMessage().startsWith("a journal's export"), "seed " + seed + ": " + e);
      }
    }
  }

  @Test
  void aFieldThatStandsThereTwiceOrIsTooLongIsNone() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, "__CURSOR", CURSOR + 1);
    write(out, "MESSAGE", "one");
    write(out, "_HOSTNAME", "mail");
    write(out, "MESSAGE", "two\n");
    out.write('\n');
    write(out, "__CURSOR", CURSOR + 2);
    write(out, "MESSAGE", "x".repeat(JournalFields.LONGEST + 1) + "\n");
    write(out, "SYSLOG_PID", "x".repeat(JournalFields.LONGEST + 1));
    write(out, "_HOSTNAME", "mail");
    out.write('\n');
    write(out, "__CURSOR", CURSOR + 3);
    write(out, "MESSAGE", "three");
    out.write('\n');
    out.write('\n');
    try (InputStream in = Compression.open(new ByteArrayInputStream(out.toByteArray()))) {
      assertEquals(
          List.of(
              Map.of("_HOSTNAME", "mail"), Map.of("_HOSTNAME", "mail"), Map.of("MESSAGE", "three")),
          read(in.readAllBytes()));
    }
  }

  @Test
  void aValueOfHugeLengthIsAnErrorAndNoMemory() {
    for (long length : new long[] {Long.MAX_VALUE, -1, 1L << 40}) {
      byte[] bytes =
          ByteBuffer.allocate(100)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put("__CURSOR=x\nMESSAGE\n".getBytes(StandardCharsets.US_ASCII))
              .putLong(length)
              .array();
      assertThrows(
          IOException.class,
          () -> Compression.open(new ByteArrayInputStream(bytes)).readAllBytes());
    }
  }

  private List<SubmissionRecord> records(String name, byte[] bytes) throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    Path file = Files.write(directory.resolve(name), bytes);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (int run = 0; run < 2; run++) {
      new Ingest(
              store,
              Site.UNKNOWN,
              new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
              InputStream.nullInputStream(),
              new PrintStream(said))
          .run(List.of(file.toString()));
    }
    List<SubmissionRecord> found = new ArrayList<>();
    for (Iterator<SubmissionRecord> all = store.view().search(RecordQuery.ALL); all.hasNext(); ) {
      SubmissionRecord record = all.next();
      assertFalse(RawLines.read(record.provenance()).stream().anyMatch(raw -> raw.text() == null));
      SubmissionRecord.Builder builder = record.toBuilder();
      builder.provenance = List.of();
      found.add(builder.build());
    }
    return found;
  }

  @Test
  void whatJournalctlExportsSaysWhatItsJsonSays() throws IOException {
    byte[] export = Fixtures.bytes("postfix/wrapped/journald.export");
    List<SubmissionRecord> expected =
        records("journald.json", Fixtures.bytes("postfix/wrapped/journald.json"));
    assertFalse(expected.isEmpty());
    assertEquals(expected, records("journald.export", export));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(export);
    }
    assertEquals(expected, records("journald.export.gz", packed.toByteArray()));
  }
}
