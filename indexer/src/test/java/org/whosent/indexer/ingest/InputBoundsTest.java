package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.input.Compression;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** What crosses a bound ends in a clear refusal, not in a full memory. */
class InputBoundsTest {

  @Test
  void aBombIsRefusedBeforeItFillsAnything() throws IOException {
    byte[] zeros = new byte[1 << 20];
    ByteArrayOutputStream once = new ByteArrayOutputStream();
    try (OutputStream out =
        new org.tukaani.xz.XZOutputStream(once, new org.tukaani.xz.LZMA2Options(1))) {
      for (int i = 0; i < 256; i++) {
        out.write(zeros);
      }
    }
    try (InputStream in = Compression.open(new ByteArrayInputStream(once.toByteArray()))) {
      byte[] buffer = new byte[1 << 16];
      IOException refused =
          assertThrows(
              IOException.class,
              () -> {
                while (in.read(buffer) >= 0) {
                  // until it is refused
                }
              });
      assertTrue(refused.getMessage().contains("no log does"), refused.getMessage());
    }
  }

  @Test
  void anXzFileThatWantsAGigabyteOfMemoryIsRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    org.tukaani.xz.LZMA2Options options = new org.tukaani.xz.LZMA2Options(0);
    options.setDictSize(1 << 20);
    try (OutputStream out = new org.tukaani.xz.XZOutputStream(bytes, options)) {
      out.write("x\n".getBytes(StandardCharsets.US_ASCII));
    }
    byte[] file = bytes.toByteArray();
    // The dictionary size is one byte in the block header; its CRC follows.
    int header = 12;
    int length = (file[header] & 0xff) * 4 + 4;
    boolean patched = false;
    for (int i = header + 2; i < header + length - 4; i++) {
      if (file[i] == 0x21 && file[i + 1] == 1) {
        file[i + 2] = 37; // 1 GiB
        patched = true;
        break;
      }
    }
    assertTrue(patched);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(file, header, length - 4);
    for (int i = 0; i < 4; i++) {
      file[header + length - 4 + i] = (byte) (crc.getValue() >>> (8 * i));
    }
    try (InputStream in = Compression.open(new ByteArrayInputStream(file))) {
      assertThrows(IOException.class, in::readAllBytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "xz", "zst"})
  void brokenCompressedDataIsAnInputError(String kind) throws IOException {
    byte[] whole = IngestTest.compress(kind, Fixtures.bytes("postfix/logs/mail.log"));
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 60; i++) {
        byte[] broken = whole.clone();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
          broken[6 + random.nextInt(broken.length - 6)] = (byte) random.nextInt(256);
        }
        if (random.nextBoolean()) {
          broken = Arrays.copyOf(broken, 1 + random.nextInt(broken.length));
        }
        try (InputStream in = Compression.open(new ByteArrayInputStream(broken))) {
          in.readAllBytes();
        } catch (IOException expected) {
          // an input error
        } catch (RuntimeException e) {
          throw new AssertionError(kind + ", seed " + seed, e);
        }
      }
    }
  }

  @Test
  void whatStandsBehindGzipMembersTakesNothingFromThem() throws IOException {
    byte[] log = Fixtures.bytes("postfix/logs/mail.log");
    int middle = log.length / 2 + 7;
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(IngestTest.compress("gz", Arrays.copyOf(log, middle)));
    members.writeBytes(IngestTest.compress("gz", new byte[0]));
    members.writeBytes(IngestTest.compress("gz", Arrays.copyOfRange(log, middle, log.length)));
    ByteArrayOutputStream filledUp = new ByteArrayOutputStream();
    filledUp.writeBytes(members.toByteArray());
    filledUp.writeBytes(new byte[70_000]);
    for (byte[] file : List.of(members.toByteArray(), filledUp.toByteArray())) {
      try (InputStream in = Compression.open(new ByteArrayInputStream(file))) {
        assertArrayEquals(log, in.readAllBytes());
      }
    }
    members.writeBytes("and a text".getBytes());
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (InputStream in = Compression.open(new ByteArrayInputStream(members.toByteArray()))) {
      IOException said = assertThrows(IOException.class, () -> in.transferTo(read));
      assertTrue(said.getMessage().contains("behind the gzip data"), said.getMessage());
    }
    assertArrayEquals(log, read.toByteArray());
  }

  @Test
  void linesAreTheSameHoweverTheStreamIsCutIntoReads() throws IOException {
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      Random random = new Random(seed);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        for (int n = random.nextInt(4) == 0 ? random.nextInt(9) : 0; n > 0; n--) {
          bytes.write(0);
        }
        int start = bytes.size();
        byte[] line = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 50)];
        Arrays.fill(line, (byte) ('a' + random.nextInt(26)));
        bytes.writeBytes(line);
        bytes.writeBytes(random.nextInt(5) == 0 ? "\r\n".getBytes() : "\n".getBytes());
        expected.add(start + " " + line.length);
      }
      bytes.writeBytes("unfinished".getBytes());
      InputStream slow =
          new ByteArrayInputStream(bytes.toByteArray()) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              return super.read(into, offset, Math.min(length, 1 + random.nextInt(70_000)));
            }
          };
      List<String> found = new ArrayList<>();
      try (LineInput in = new LineInput(slow, 0)) {
        while (in.next() == LineInput.Found.LINE) {
          found.add(in.lineStart() + " " + in.length());
        }
        assertEquals("unfinished", new String(in.line(), 0, in.length(), StandardCharsets.UTF_8));
        assertEquals(bytes.size(), in.offset());
        assertEquals(LineInput.Found.END, in.next());
      }
      assertEquals(expected, found, "seed " + seed);
    }
  }

  @Test
  void anEndlessLineTakesNoMemory() throws IOException {
    InputStream endless =
        new InputStream() {
          private long left = 3L * LineInput.LONGEST;

          @Override
          public int read() {
            return left-- > 0 ? 'x' : left == -1 ? '\n' : -1;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int one = read();
            if (one < 0) {
              return -1;
            }
            int count = one == 'x' ? (int) Math.min(length, left + 1) : 1;
            Arrays.fill(into, offset, offset + count, (byte) one);
            left -= count - 1;
            return count;
          }
        };
    try (LineInput in = new LineInput(endless, 0)) {
      assertEquals(LineInput.Found.OVERLONG, in.next());
      assertTrue(in.line().length <= LineInput.LONGEST);
      assertEquals(LineInput.Found.END, in.next());
    }
  }

  @Test
  void aLineThatComesLongAfterTheEndJoinsItsRecordAllTheSame() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Instant start = Instant.parse("2026-11-23T10:00:00Z");
    try (Batch batch = store.begin()) {
      List<String> handedOn = new ArrayList<>();
      OpenTransactions open =
          new OpenTransactions(
              record -> {
                handedOn.add(record.transactionId());
                try {
                  return batch.add(record);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      for (int i = 0; i < 5_000; i++) {
        String id = "A%09X".formatted(i);
        SubmissionRecord.Builder ended = facts(start, id, Origin.LOCAL, null).toBuilder();
        ended.completed = start;
        open.add(ended.build(), new SourceLine("f", i, "%016x".formatted(i)));
      }
      assertTrue(handedOn.contains("A000000000"), "it is still there: nothing is tested");
      open.add(
          facts(start.plusSeconds(1), "A000000000", null, "late@x"),
          new SourceLine("f", 5_000, "%016x".formatted(5_000)));
      open.flush();
      batch.commit();
    }
    List<SubmissionRecord> records =
        Fixtures.recordsWithLines(store).stream()
            .filter(record -> record.transactionId().equals("A000000000"))
            .toList();
    assertEquals(1, records.size());
    assertEquals("late@x", records.getFirst().recipients().getFirst().address());
    assertEquals(2, records.getFirst().provenance().size());
  }

  @Test
  void openTransactionsAreHandedOnRatherThanKept() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Instant start = Instant.parse("2026-11-23T10:00:00Z");
    int many = 60_000;
    try (Batch batch = store.begin()) {
      OpenTransactions open =
          new OpenTransactions(
              record -> {
                try {
                  assertTrue(batch.add(record));
                  return true;
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      for (int i = 0; i < many; i++) {
        open.add(
            facts(start.plusMillis(i), "A%09X".formatted(i), Origin.LOCAL, null),
            new SourceLine("f", i, "%016x".formatted(i)));
        assertTrue(open.held()[0] <= OpenTransactions.MOST_TRANSACTIONS);
      }
      // One message to very many recipients, some of them twice.
      for (int i = 0; i < 5_000; i++) {
        open.add(
            facts(start.plusSeconds(100), "B000000000", null, "u" + i % 4_000 + "@x"),
            new SourceLine("f", many + i, "%016x".formatted(many + i)));
      }
      open.flush();
      assertEquals(0, open.held()[0] + open.held()[1]);
      batch.commit();
    }
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(many + 1, records.size());
    assertEquals(4_000, records.getLast().recipients().size());
  }

  private static SubmissionRecord facts(Instant time, String id, Origin origin, String recipient) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = time;
    facts.transactionId = id;
    facts.host = "mail";
    facts.origin = origin;
    facts.recipients = recipient == null ? List.of() : List.of(Recipient.of(recipient));
    return facts.build();
  }

  @Test
  void rotatedNamesAreOrderedOldestFirst() {
    List<String> names =
        List.of(
            "mail.log-20261101.gz",
            "mail.log-20261102",
            "mail.log.10.gz",
            "mail.log.2.gz",
            "mail.log.1",
            "mail.log.0.bz2",
            "mail.log");
    List<Path> shuffled = new ArrayList<>(names.stream().map(Path::of).toList());
    java.util.Collections.shuffle(shuffled, new Random(1));
    shuffled.sort(java.util.Comparator.comparing(Rotation::of, Rotation.OLDEST_FIRST));
    assertEquals(
        List.of("mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log.0.bz2"),
        shuffled.stream()
            .map(Path::toString)
            .filter(n -> n.matches(".*\\.[0-9]+(\\.gz|\\.bz2)?"))
            .toList());
    assertEquals("mail.log", shuffled.getLast().toString());
    assertTrue(Rotation.of(Path.of("mail.log")).follows(Rotation.of(Path.of("mail.log.1.gz"))));
    Rotation newsyslogs = Rotation.of(Path.of("mail.log.0.bz2"));
    assertTrue(newsyslogs.follows(Rotation.of(Path.of("mail.log.1.bz2"))));
    assertTrue(Rotation.of(Path.of("mail.log")).follows(newsyslogs) && !newsyslogs.isLive());
    assertTrue(!Rotation.of(Path.of("mail.log")).follows(Rotation.of(Path.of("mail.log.2.gz"))));
    assertTrue(!Rotation.of(Path.of("mail.log")).follows(Rotation.of(Path.of("mail.err.1"))));
  }

  @Test
  void namesThatOnlyLookRotatedAreTheirOwn() {
    for (String name :
        List.of(
            "journal-20261123-0001.jsonl",
            "20261125-1001.zst",
            "dovecot-2.4.log",
            "192.0.2.1.log",
            "@notalabel.s",
            "mail.log.bak",
            "20261129.log")) {
      assertTrue(Rotation.of(Path.of(name)).isLive(), name);
    }
    assertTrue(!Rotation.of(Path.of("mail.bak")).family().endsWith("mail"));
  }

  @Test
  void gzipOfGzipIsNoLog() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(IngestTest.compress("gz", Fixtures.bytes("postfix/logs/mail.log")));
    }
    InMemoryRecordStore store = Fixtures.store();
    IngestReport report =
        Fixtures.ingest(
                store, Fixtures.options(java.time.ZoneOffset.UTC, null), bytes.toByteArray())
            .run(List.of("-"));
    assertTrue(report.failed());
    assertEquals(List.of(), Fixtures.records(store));
  }
}
