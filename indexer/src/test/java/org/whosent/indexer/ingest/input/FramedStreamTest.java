package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.FileReport;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** Frames of syslog over TCP, and of GELF, are read as the lines in them. */
class FramedStreamTest {
  private static final List<Long> SEEDS = List.of(1L, 2L, System.nanoTime());

  @TempDir Path directory;

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String made(String text, Random random) throws IOException {
    InputStream pieces =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1 + random.nextInt(300)));
          }
        };
    try (InputStream in = Compression.open(pieces)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String made(String text) throws IOException {
    return made(text, new Random(1));
  }

  private static List<String> log() throws IOException {
    return new String(Fixtures.bytes("postfix/logs/mail-5424.log"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.startsWith("<") ? line : "<22>" + line)
        .toList();
  }

  @Test
  void aLogInFramesMakesTheRecordsOfItsLines() throws IOException {
    List<String> lines = log();
    Path plain = Files.write(directory.resolve("plain"), lines);
    RecordStore expected = Fixtures.store();
    Fixtures.run(expected, plain);
    assertTrue(Fixtures.records(expected).size() > 10);
    List<Function<String, String>> framings =
        List.of(
            line -> length(line) + " " + line,
            line -> length(line) + " " + line + "\n",
            line -> (length(line) + 1) + " " + line + "\n",
            line -> (length(line) + 2) + " " + line + "\r\n",
            line -> line + "\0");
    for (Function<String, String> framing : framings) {
      String framed = lines.stream().map(framing).collect(Collectors.joining());
      assertEquals(String.join("\n", lines) + '\n', made(framed, new Random(7)));
      Path file = Files.writeString(directory.resolve("framed"), framed);
      RecordStore store = Fixtures.store();
      IngestReport report = Fixtures.run(store, file);
      assertEquals(Fixtures.records(expected), Fixtures.records(store), report.files().toString());
      Fixtures.run(store, file);
      assertEquals(Fixtures.records(expected), Fixtures.records(store), "read twice");
    }
  }

  /** As with lines: what was read is not read again, and half a frame waits for its rest. */
  @Test
  void framesThatEndInZeroBytesAreReadOn() throws IOException {
    List<String> lines = log();
    RecordStore expected = Fixtures.store();
    Fixtures.run(expected, Files.write(directory.resolve("plain"), lines));
    String framed = lines.stream().map(line -> line + '\0').collect(Collectors.joining());
    Random random = new Random(5);
    Path file = directory.resolve("framed");
    RecordStore store = Fixtures.store();
    long read = 0;
    for (int end = 300; ; end = Math.min(framed.length(), end + 1 + random.nextInt(9000))) {
      String part = framed.substring(0, end);
      Files.writeString(file, part, StandardCharsets.UTF_8);
      FileReport report = Fixtures.run(store, file).files().getFirst();
      read += report.bytes();
      assertEquals(length(part.substring(0, part.lastIndexOf('\0') + 1)), read);
      assertEquals(!part.endsWith("\0"), report.waiting());
      if (end == framed.length()) {
        break;
      }
    }
    assertEquals(Fixtures.records(expected), Fixtures.records(store));
    // The places are the file's own.
    SubmissionRecord record = Fixtures.recordsWithLines(store).getFirst();
    long offset = record.provenance().getFirst().offset();
    String there = new String(Files.readAllBytes(file), (int) offset, 4, StandardCharsets.UTF_8);
    assertEquals("<22>", there);
    List<SourceLine> places =
        record.provenance().stream()
            .map(line -> new SourceLine(file.toString(), line.offset(), line.hash()))
            .toList();
    assertTrue(RawLines.read(places).stream().allMatch(raw -> raw.text() != null));
  }

  @Test
  void fromAnyOffsetOnItIsTheSame() throws IOException {
    byte[] framed = "<2>a\0<2>bü\r\0\0<2>c".getBytes(StandardCharsets.UTF_8);
    byte[] lines = "<2>a\n<2>bü\r\n\n<2>c".getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from <= framed.length; from++) {
      try (InputStream in =
          new ZeroEndedStream(new ByteArrayInputStream(framed, from, framed.length - from))) {
        assertArrayEquals(Arrays.copyOfRange(lines, from, lines.length), in.readAllBytes());
      }
    }
  }

  @Test
  void gelfsFramesAreObjects() throws IOException {
    assertEquals("{\"a\":1}\n{\"b\":2}\n", made("{\"a\":1}\0{\"b\":2}\0"));
  }

  /** What a frame holds may look like a frame, or like a line. */
  @Test
  void whatAFrameHoldsIsNoFrame() throws IOException {
    String framed = "<22>1 2026-11-26T10:00:00Z mail postfix/smtpd 12 - - victim";
    String text = "<22>1 x\n" + framed + '\n' + length(framed) + ' ' + framed;
    assertEquals(
        text.replace('\n', '\u001f') + "\n<2>b\n", made(length(text) + " " + text + "4 <2>b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4 <2>ab",
        "4 <2>a04 <2>a",
        "4 <2>a12345678 <2>a",
        "4 <2>a4<2>a",
        "4 <2>a4 <2>a<2>a",
        "4 <2>a5 \n<2>a"
      })
  void aFrameThatIsNotAsLongAsItSaysIsAnError(String text) throws IOException {
    IOException e = assertThrows(IOException.class, () -> made(text + " x"));
    assertTrue(e.getMessage().contains("frame"), e.getMessage());
    String terminated = "<2>aaaaaaa\0".repeat(500);
    assertEquals("<2>aaaaaaa\n".repeat(500), made(terminated));
    e = assertThrows(IOException.class, () -> made(terminated + "<2>a\n<2>b\n"));
    assertTrue(e.getMessage().contains("frame"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12 x\n",
        "<22>Nov 26 10:00:00 mail x: a\0<22>b\n<22>c\n",
        "\0\0<22>1 a\n",
        "Nov 26 10:00:00 mail x: a\0Nov\0",
        "<22>1 2026-11-26 x\0y\0",
        "012 <22>1 x",
        "99999999 <22>1 x"
      })
  void whatJustLooksLikeFramesIsText(String text) throws IOException {
    assertEquals(text, made(text));
  }

  @Test
  void whatTheEndCutsOffIsNoLineAndAllIsBounded() throws IOException {
    assertEquals("<2>a\n<2>", made("4 <2>a9 <2>"));
    assertEquals("<2>aaaaaaa\n<2>b", made("<2>aaaaaaa\0<2>b"));
    String huge = "<2>" + "x".repeat(3 << 20);
    try (LineInput in =
        new LineInput(
            Compression.open(
                new ByteArrayInputStream(
                    (length(huge) + " " + huge + "4 <2>a").getBytes(StandardCharsets.UTF_8))),
            0)) {
      assertEquals(LineInput.Found.OVERLONG, in.next());
      assertEquals(LineInput.Found.LINE, in.next());
      assertEquals(LineInput.Found.END, in.next());
    }
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      for (int round = 0; round < 3000; round++) {
        StringBuilder text = new StringBuilder("4 <2>a");
        for (int i = random.nextInt(30); i > 0; i--) {
          text.append("0123456789 <>\n\r\0a".charAt(random.nextInt(17)));
        }
        try {
          assertTrue(made(text.toString()).length() <= 2 * text.length(), "seed " + seed);
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("frame"), e.toString());
        }
      }
    }
  }
}
