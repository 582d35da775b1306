package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.JsonOut;
import org.whosent.record.SubmissionRecord;

/**
 * Lines that a container runtime has cut to pieces are read as if they had not been, also where the
 * log was rotated between two pieces; what is only the rest of one is never taken for a line.
 */
class LinePiecesTest {
  private static final int DOCKERS = 16 << 10;
  private static final List<Long> SEEDS = List.of(1L, System.nanoTime());

  @TempDir Path directory;

  enum Wrapping {
    DOCKER {
      @Override
      byte[] piece(byte[] text, boolean last, Instant time) {
        String json =
            new String(text, StandardCharsets.UTF_8)
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\u001b", "\\u001b");
        return "{\"log\":\"%s\",\"stream\":\"stdout\",\"time\":\"%s\"}\n"
            .formatted(json + (last ? "\\n" : ""), time)
            .getBytes(StandardCharsets.UTF_8);
      }
    },
    CRI {
      @Override
      byte[] piece(byte[] text, boolean last, Instant time) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.write((time + " stdout " + (last ? "F " : "P ")).getBytes(StandardCharsets.UTF_8));
        line.write(text);
        line.write('\n');
        return line.toByteArray();
      }
    },
    /** Docker's driver for the journal; podman's cuts elsewhere. */
    JOURNALD {
      @Override
      byte[] piece(byte[] text, boolean last, Instant time) {
        return JsonOut.object(
                false,
                out -> {
                  long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
                  out.text("__REALTIME_TIMESTAMP", String.valueOf(micros));
                  out.text("_HOSTNAME", "box");
                  out.text("SYSLOG_IDENTIFIER", "mail");
                  out.text("CONTAINER_NAME", "mail");
                  out.text("CONTAINER_PARTIAL_MESSAGE", last ? null : "true");
                  out.text("MESSAGE", new String(text, StandardCharsets.UTF_8));
                })
            .concat("\n")
            .getBytes(StandardCharsets.UTF_8);
      }
    };

    /** A line of the runtime's. */
    abstract byte[] piece(byte[] text, boolean last, Instant time) throws IOException;

    List<byte[]> cut(String line, Instant time) throws IOException {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += DOCKERS) {
        int end = Math.min(bytes.length, at + DOCKERS);
        byte[] piece = new byte[end - at];
        System.arraycopy(bytes, at, piece, 0, piece.length);
        pieces.add(piece(piece, end == bytes.length, time.plusNanos(1000L * pieces.size() + 1)));
      }
      return pieces;
    }
  }

  private static final Instant TIME = Instant.parse("2026-11-25T09:46:00.123456789Z");

  /** KumoMTA's, as long as headers may make them. */
  private static List<String> longLines(boolean ascii) {
    String log =
        new String(Fixtures.bytes("kumomta/logs/20261125-0946"), StandardCharsets.UTF_8).strip();
    List<String> lines = new ArrayList<>();
    for (String line : log.split("\n")) {
      int length = lines.size() % 3 == 2 ? 0 : 9_000 * (1 + lines.size() % 5);
      String padding = (ascii ? "\\\"x\\\"," : "ü\\\"€\\\",").repeat(length / 5);
      lines.add(line.replace("\"headers\":{", "\"headers\":{\"X-Long\":\"" + padding + "\","));
    }
    lines.replaceAll(line -> line.replace("\",}", "\"}"));
    return lines;
  }

  private InMemoryRecordStore read(InMemoryRecordStore store, String format, Path... files)
      throws IOException {
    IngestOptions options =
        new IngestOptions(LogSources.named(format).orElseThrow(), null, ZoneOffset.UTC, null);
    for (Path file : files) {
      Fixtures.ingest(store, options, new byte[0]).run(List.of(file.toString()));
    }
    return store;
  }

  private static Path write(Path file, List<byte[]> lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      out.write(line);
    }
    return Files.write(file, out.toByteArray());
  }

  @ParameterizedTest
  @EnumSource
  void rotatedAnywhereAndReadInAnyOrder(Wrapping wrapping) throws IOException {
    List<String> lines = longLines(wrapping != Wrapping.CRI);
    Path plain = Files.write(directory.resolve("plain"), lines);
    List<SubmissionRecord> expected =
        Fixtures.records(read(new InMemoryRecordStore(), "kumomta", plain));
    assertTrue(expected.stream().filter(record -> record.user() != null).count() >= 3);
    List<byte[]> pieces = new ArrayList<>();
    for (String line : lines) {
      pieces.addAll(wrapping.cut(line, TIME));
    }
    assertTrue(pieces.size() > lines.size() + 5);
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      for (int cut = 1; cut < pieces.size(); cut++) {
        Path both = Files.createTempDirectory(directory, "pieces");
        Path old = write(both.resolve("c-json.log.1"), pieces.subList(0, cut));
        Path live = both.resolve("c-json.log");
        List<Path> order = new ArrayList<>(List.of(old, live, live));
        Collections.shuffle(order, random);
        InMemoryRecordStore store = Fixtures.store();
        int shown = cut;
        for (Path next : order) {
          if (next.equals(live) || !Files.exists(live)) {
            shown = Math.min(pieces.size(), shown + 1 + random.nextInt(pieces.size()));
            write(live, pieces.subList(cut, shown));
          }
          read(store, "kumomta", next);
        }
        write(live, pieces.subList(cut, pieces.size()));
        read(store, "kumomta", live, old);
        assertEquals(
            Fixtures.json(expected),
            Fixtures.json(Fixtures.records(store)),
            "seed %d, cut at %d, %s".formatted(seed, cut, order));
        InMemoryRecordStore together = Fixtures.store();
        Fixtures.run(together, live, old); // its format is known by itself
        assertEquals(
            Fixtures.json(expected),
            Fixtures.json(Fixtures.records(together)),
            "cut at %d".formatted(cut));
      }
    }
  }

  /** What a stranger made a server log ends in what looks like a line of the server's. */
  @ParameterizedTest
  @EnumSource
  void theRestOfALineIsNoLine(Wrapping wrapping) throws IOException {
    String opening =
        "2026-11-25T09:46:00.100000+00:00 mail exim[7]: 2026-11-25 09:46:00 1xVWMp-00006e-%s"
            + " <= a@example.com H=x [192.0.2.1] P=esmtpa A=plain:%s S=521";
    String own = opening.formatted("1u", "alice");
    String framed = opening.formatted("2u", "victim");
    String start = "2026-11-25T09:46:00.100000+00:00 mail exim[7]: ";
    byte[] head = (start + "x".repeat(DOCKERS - start.length())).getBytes(StandardCharsets.UTF_8);
    byte[] middle = "x".repeat(DOCKERS).getBytes(StandardCharsets.UTF_8);
    byte[] shorter = "x".repeat(DOCKERS - 1).getBytes(StandardCharsets.UTF_8);
    byte[] first = wrapping.piece(own.getBytes(StandardCharsets.UTF_8), true, TIME);
    byte[] rest = wrapping.piece(framed.getBytes(StandardCharsets.UTF_8), true, TIME);
    List<List<byte[]>> before =
        List.of(
            List.of(first, wrapping.piece(head, false, TIME)),
            List.of(first, wrapping.piece(head, false, TIME), wrapping.piece(middle, false, TIME)),
            List.of(first, wrapping.piece(shorter, false, TIME)),
            List.of(first, wrapping.piece(head, false, TIME.minusSeconds(60))),
            List.of(wrapping.piece(head, false, TIME)));
    for (List<byte[]> old : before) {
      for (boolean oldFirst : new boolean[] {true, false}) {
        Path both = Files.createTempDirectory(directory, "rest");
        Path rotated = write(both.resolve("c-json.log.1"), old);
        Path live = write(both.resolve("c-json.log"), List.of(rest, first));
        InMemoryRecordStore store = Fixtures.store();
        read(store, "exim", oldFirst ? rotated : live, oldFirst ? live : rotated);
        assertEquals(
            List.of("alice"),
            Fixtures.records(store).stream().map(SubmissionRecord::user).distinct().toList());
      }
    }
  }

  /** Too long a line is lost with its rest, and the next is read. */
  @Test
  void aLineBeyondTheBoundIsLostAndCounted() throws IOException {
    List<byte[]> lines = new ArrayList<>(Wrapping.CRI.cut("x".repeat((1 << 20) + 1), TIME));
    for (String line : longLines(true)) {
      lines.addAll(Wrapping.CRI.cut(line, TIME));
    }
    Path file = write(directory.resolve("0.log"), lines);
    IngestOptions options =
        new IngestOptions(LogSources.named("kumomta").orElseThrow(), null, ZoneOffset.UTC, null);
    FileReport report =
        Fixtures.ingest(Fixtures.store(), options, new byte[0])
            .run(List.of(file.toString()))
            .files()
            .getFirst();
    assertEquals(1, report.notUnderstood(), report.summary());
    assertEquals(longLines(true).size(), kumoLines(), "the sample's own lines");
    assertTrue(report.records() > 3, report.summary());
  }

  private static int kumoLines() {
    return (int)
        new String(Fixtures.bytes("kumomta/logs/20261125-0946"), StandardCharsets.UTF_8)
            .lines()
            .count();
  }
}
