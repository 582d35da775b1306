package org.whosent.indexer.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.JournalCodec;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** The fixtures module's log samples, and the few steps that all ingest tests share. */
public final class Fixtures {
  public static final Instant MODIFIED = Instant.parse("2026-11-24T00:00:00Z");
  public static final List<String> ISO =
      List.of("logs/mail-iso.log.2.gz", "logs/mail-iso.log.1", "logs/mail-iso.log");

  private Fixtures() {}

  /**
   * One line of a format's {@code cases.txt}.
   *
   * @param expected the resource with the records, JSON lines
   */
  public record Case(
      String source,
      String expected,
      List<String> files,
      Instant modified,
      ZoneId zone,
      Integer year) {
    @Override
    public String toString() {
      return source + "/" + expected;
    }
  }

  public static boolean exists(String name) {
    return Fixtures.class.getResource("/org/whosent/fixtures/" + name) != null;
  }

  public static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/org/whosent/fixtures/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<Case> cases(String source) {
    List<Case> cases = new ArrayList<>();
    String text = new String(bytes(source + "/cases.txt"), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] sides = line.split(" <- ");
      List<String> files = new ArrayList<>();
      Instant modified = MODIFIED;
      ZoneId zone = ZoneOffset.UTC;
      Integer year = null;
      for (String word : sides[1].split(" ")) {
        int equals = word.indexOf('=');
        String value = word.substring(equals + 1);
        switch (equals < 0 ? "" : word.substring(0, equals)) {
          case "modified" -> modified = Instant.parse(value);
          case "zone" -> zone = ZoneId.of(value);
          case "year" -> year = Integer.valueOf(value);
          default -> files.add(word);
        }
      }
      cases.add(new Case(source, sides[0], files, modified, zone, year));
    }
    return cases;
  }

  /** Puts a sample where it can be read as a file. */
  public static Path put(Path directory, String source, String file, Instant modified)
      throws IOException {
    Path target = directory.resolve(Path.of(file).getFileName());
    Files.write(target, bytes(source + "/" + file));
    Files.setLastModifiedTime(target, FileTime.from(modified));
    return target;
  }

  public static IngestOptions options(ZoneId zone, Integer year) {
    return new IngestOptions(null, null, zone, year);
  }

  public static Ingest ingest(RecordStore store) {
    return ingest(store, options(ZoneOffset.UTC, null), new byte[0]);
  }

  public static Ingest ingest(RecordStore store, IngestOptions options, byte[] standardInput) {
    return new Ingest(
        store,
        Site.UNKNOWN,
        options,
        new ByteArrayInputStream(standardInput),
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
  }

  public static IngestReport run(RecordStore store, Path... paths) throws IOException {
    return ingest(store).run(java.util.Arrays.stream(paths).map(Path::toString).toList());
  }

  /** All records in a fixed order, without where they were read. */
  public static List<SubmissionRecord> records(RecordStore store) throws IOException {
    return recordsWithLines(store).stream()
        .map(
            record -> {
              SubmissionRecord.Builder builder = record.toBuilder();
              builder.provenance = List.of();
              return builder.build();
            })
        .toList();
  }

  /** All records in a fixed order; of the files only the last part of the name. */
  public static List<SubmissionRecord> recordsWithLines(RecordStore store) throws IOException {
    List<SubmissionRecord> records = new ArrayList<>();
    try (View view = store.view()) {
      view.search(RecordQuery.ALL)
          .forEachRemaining(
              record -> {
                SubmissionRecord.Builder builder = record.toBuilder();
                builder.provenance =
                    record.provenance().stream()
                        .map(
                            line ->
                                new SourceLine(
                                    Path.of(line.file()).getFileName().toString(),
                                    line.offset(),
                                    line.hash()))
                        .sorted()
                        .toList();
                records.add(builder.build());
              });
    }
    records.sort(
        Comparator.comparing(SubmissionRecord::time)
            .thenComparing(SubmissionRecord::transactionId)
            .thenComparing(SubmissionRecord::toString));
    return records;
  }

  public static String json(List<SubmissionRecord> records) {
    StringBuilder out = new StringBuilder();
    for (SubmissionRecord record : records) {
      out.append(new String(JournalCodec.encodeRecord(record), StandardCharsets.UTF_8))
          .append('\n');
    }
    return out.toString();
  }

  public static InMemoryRecordStore store() {
    return new InMemoryRecordStore();
  }
}
