package org.whosent.benchmarks.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * What of the records is asked for: two sets spread over all days, one to warm up with and another
 * to measure, so that no answer is measured that was given just before. Built by one pass over the
 * journals, in memory that does not grow with them. Not thread-safe while built.
 */
final class Samples {
  private static final int EACH_SET = 500;

  final List<SubmissionRecord> warm = new ArrayList<>();
  final List<SubmissionRecord> measured = new ArrayList<>();
  private final Map<String, Integer> sent = new HashMap<>();
  private final int step;
  private SubmissionRecord first;
  private SubmissionRecord last;
  private int records;

  /** Of about so many records, none so far. */
  Samples(int about) {
    step = Math.max(1, about / (2 * EACH_SET));
  }

  /** Reads all journals, of about so many records. */
  static Samples of(Journals journals, int about) throws Exception {
    Samples samples = new Samples(about);
    journals.read(samples::add);
    samples.shuffle();
    return samples;
  }

  /** One after the other, in the order of time. */
  void add(SubmissionRecord record) {
    if (records % step == 0) {
      (records / step % 2 == 0 ? warm : measured).add(record);
    }
    sent.merge(record.user(), 1, Integer::sum);
    first = first == null ? record : first;
    last = record;
    records++;
  }

  /** When all are there: neighbours in time must not be asked one after the other. */
  void shuffle() {
    Collections.shuffle(warm, new Random(1));
    Collections.shuffle(measured, new Random(2));
  }

  /** Keeps them, for another process to ask the same. */
  void write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      Map.Entry<String, Integer> busiest = busiest();
      out.write(
          (records + " " + busiest.getValue() + " " + busiest.getKey() + "\n").getBytes(UTF_8));
      for (List<SubmissionRecord> set : List.of(List.of(first, last), warm, measured)) {
        out.write((set.size() + "\n").getBytes(UTF_8));
        for (SubmissionRecord record : set) {
          out.write(JournalCodec.encodeRecord(record));
          out.write('\n');
        }
      }
    }
  }

  /** What {@link #write} kept. */
  static Samples read(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      String[] head = in.readLine().split(" ", 3);
      Samples samples = new Samples(Integer.parseInt(head[0]));
      samples.records = Integer.parseInt(head[0]);
      samples.sent.put(head[2], Integer.valueOf(head[1]));
      List<SubmissionRecord> ends = new ArrayList<>();
      for (List<SubmissionRecord> set : List.of(ends, samples.warm, samples.measured)) {
        for (int left = Integer.parseInt(in.readLine()); left > 0; left--) {
          byte[] json = in.readLine().getBytes(UTF_8);
          set.add(JournalCodec.record(json, 0, json.length));
        }
      }
      samples.first = ends.getFirst();
      samples.last = ends.getLast();
      return samples;
    }
  }

  /** Asks no longer for what a purge took; how many records there are is not known then. */
  void since(Instant horizon) {
    for (List<SubmissionRecord> set : List.of(warm, measured)) {
      set.removeIf(record -> record.time().isBefore(horizon));
    }
  }

  int records() {
    return records;
  }

  /** Whoever sent most, and how much: an export is asked for where there is much. */
  Map.Entry<String, Integer> busiest() {
    return sent.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
  }

  /** A record of the first day. */
  SubmissionRecord first() {
    return first;
  }

  SubmissionRecord last() {
    return last;
  }

  /** Over how many days they are spread. */
  int days() {
    return (int) ChronoUnit.DAYS.between(dayAfter(0), last.time()) + 1;
  }

  /** When the day after the first so many days begins. */
  Instant dayAfter(int days) {
    return first.time().truncatedTo(ChronoUnit.DAYS).plus(days, ChronoUnit.DAYS);
  }
}
