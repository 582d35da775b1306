package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.input.Compression;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** Logs that Windows exported as "Unicode". */
class Utf16Test {
  @TempDir Path directory;

  private static byte[] encoded(String text, String charset) {
    return ("\ufeff" + text).getBytes(Charset.forName(charset));
  }

  private List<SubmissionRecord> records(byte[] bytes) throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    Path file = Files.write(directory.resolve("MSGTRK.LOG"), bytes);
    for (int run = 0; run < 2; run++) {
      new Ingest(
              store,
              Site.UNKNOWN,
              new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
              InputStream.nullInputStream(),
              new PrintStream(new ByteArrayOutputStream()))
          .run(List.of(file.toString()));
    }
    List<SubmissionRecord> found = new ArrayList<>();
    store.view().search(RecordQuery.ALL).forEachRemaining(found::add);
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void aLogInUtf16SaysWhatItSaysInUtf8(String charset) throws IOException {
    String name = "exchange/logs/RECV2026112513-1.LOG";
    byte[] plain = Fixtures.bytes(name);
    int marked = plain[0] == (byte) 0xef ? 3 : 0;
    String text = new String(plain, marked, plain.length - marked, StandardCharsets.UTF_8);
    List<SubmissionRecord> expected = records(text.getBytes(StandardCharsets.UTF_8));
    assertFalse(expected.isEmpty());
    assertEquals(expected, records(encoded(text, charset)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void everyTextComesOutAsItsUtf8HoweverItIsRead(String charset) throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20_000); i > 0; i--) {
        int point =
            switch (random.nextInt(4)) {
              case 0 -> 0x10000 + random.nextInt(0x100000);
              case 1 -> random.nextInt(0xd800);
              default -> ' ' + random.nextInt(95);
            };
        text.appendCodePoint(point);
      }
      InputStream slow =
          new ByteArrayInputStream(encoded(text.toString(), charset)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              return super.read(into, offset, Math.min(length, 1 + random.nextInt(999)));
            }
          };
      try (InputStream in = Compression.open(slow)) {
        assertArrayEquals(
            text.toString().getBytes(StandardCharsets.UTF_8), in.readAllBytes(), "seed " + seed);
      }
    }
  }

  @Test
  void whatIsNoUtf16IsNoError() throws IOException {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[2 + random.nextInt(300)];
      random.nextBytes(bytes);
      bytes[0] = (byte) 0xff;
      bytes[1] = (byte) 0xfe;
      try (InputStream in = Compression.open(new ByteArrayInputStream(bytes))) {
        in.readAllBytes();
      }
    }
    assertEquals(List.of(), records(new byte[] {(byte) 0xff, (byte) 0xfe, 'x'}));
  }
}
