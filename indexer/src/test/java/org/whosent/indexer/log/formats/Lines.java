package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.record.JournalEntry;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** Reads lines one by one and keeps what they said. Not thread-safe. */
public final class Lines implements FactSink {
  public static final String ISO = "2026-11-23T10:00:00.000000+00:00 mail ";

  public final List<SubmissionRecord> facts = new ArrayList<>();
  public final Map<LineKind, Integer> kinds = new EnumMap<>(LineKind.class);
  public final List<JournalEntry.LoginFailure> failures = new ArrayList<>();
  public final List<String> remedies = new ArrayList<>();
  public int refusals;
  public int loginFailures;
  private final LogReader reader;

  public Lines() {
    this("postfix");
  }

  public Lines(String source) {
    this(LogSources.named(source).orElseThrow().reader(settings()));
  }

  public Lines(LogReader reader) {
    this.reader = reader;
  }

  public static LogSettings settings() {
    return new LogSettings(
        ZoneOffset.UTC, null, Instant.parse("2026-11-24T00:00:00Z"), host -> host);
  }

  public LineKind read(String line) {
    return read(line.getBytes(StandardCharsets.UTF_8));
  }

  public LineKind read(byte[] line) {
    LineKind kind = reader.read(line, line.length, this);
    kinds.merge(kind, 1, Integer::sum);
    return kind;
  }

  /** The facts of one more line. */
  public SubmissionRecord one(String line) {
    int before = facts.size();
    read(line);
    return facts.size() == before + 1 ? facts.getLast() : null;
  }

  /** That the line just read is of a kind, and that no line so far has told anything. */
  public void assertNothing(LineKind expected, LineKind read) {
    assertEquals(expected, read);
    assertEquals(List.of(), facts);
  }

  /** The addresses of a record's recipients, in their order. */
  public static List<String> addresses(SubmissionRecord record) {
    return record.recipients().stream().map(Recipient::address).toList();
  }

  @Override
  public void clientText(String remedy) {
    remedies.add(remedy);
  }

  @Override
  public void facts(SubmissionRecord record) {
    facts.add(record);
  }

  @Override
  public void seen(String host, Instant time, boolean continuous) {}

  @Override
  public void refusal() {
    refusals++;
  }

  @Override
  public void loginFailure() {
    loginFailures++;
  }

  @Override
  public void loginFailure(JournalEntry.LoginFailure failure) {
    loginFailures++;
    failures.add(failure);
  }
}
