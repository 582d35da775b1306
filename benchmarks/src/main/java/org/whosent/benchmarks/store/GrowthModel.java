package org.whosent.benchmarks.store;

import java.util.List;

/**
 * What {@code docs/growth.md} says that a store costs, to be printed beside what was measured. Its
 * constants are those of {@code docs/store.md}, measured with one and ten million records over 30
 * days and 2 processors: at other sizes they are predictions, on another machine all times are off
 * by about one factor. Bytes are the same anywhere. Immutable.
 *
 * @param records of the store
 * @param days over which they are spread evenly
 */
record GrowthModel(long records, int days) {
  /** A segment has no more records; a sealed day has as many segments as it needs. */
  private static final long SEGMENT_RECORDS = 8_000_000;

  /** Of a record without the keys that grow, in a sealed day. */
  private static final double RECORD_BYTES = 179.4;

  /**
   * Some bits of a hash for each value, and a block's number, which grows by a bit a doubling. The
   * anchors of a sketch are not among them: theirs take the same on a day of any size.
   */
  private static final double KEYED_VALUES = 7.2;

  private static final double KEY_BITS = 6;
  private static final double BLOCK_RECORDS = 80;

  /** Dictionary, terms and headers, whatever the segment has. */
  private static final double SEGMENT_BYTES = 80_000;

  /**
   * Segments of as many records have filters of Message-IDs and digests of so many bytes a record.
   */
  private static final long FILTERED_RECORDS = 1 << 17;

  private static final double FILTER_BYTES = 1.5;

  /** Of what is not there so much passes a filter. */
  private static final double PASSED = 0.06;

  private static final double BLOCK_MICROS = 37;
  private static final double SEGMENT_MICROS = 0.8;

  /** A user's newest records of a day lie in a block or two. */
  private static final double USER_RECORD_MICROS = 5.5;

  /** Of a record, and of the JVM's compilers once: from 1 and 10 million records. */
  private static final double INDEX_MICROS = 18.9;

  private static final double INDEX_START_MICROS = 0.6e6;
  private static final double SEAL_MICROS = 29.0;
  private static final double SEAL_START_MICROS = 3.6e6;

  /** The busiest user has so much of all records. */
  private static final double EXPORTED = 0.056;

  private static final double EXPORT_MICROS = 1.6;
  private static final double EXPORT_START_MICROS = 0.07e6;

  private static final double PURGE_MILLIS = 7;

  long segments() {
    return days * ((records / days + SEGMENT_RECORDS - 1) / SEGMENT_RECORDS);
  }

  /** Of a sealed day, all its files. */
  double bytes() {
    double inSegment = (double) records / segments();
    double number = Math.log(inSegment / BLOCK_RECORDS) / Math.log(2);
    double filters = filtered() ? FILTER_BYTES : 0;
    return RECORD_BYTES
        + filters
        + KEYED_VALUES * (KEY_BITS + number) / 8
        + SEGMENT_BYTES / inSegment;
  }

  private boolean filtered() {
    return records / segments() >= FILTERED_RECORDS;
  }

  /** The ID names the day. */
  double idMicros() {
    return BLOCK_MICROS + SEGMENT_MICROS * segments() / days;
  }

  /** Nothing names the day: all segments are asked, one has it. */
  double anyDayMicros() {
    return BLOCK_MICROS + SEGMENT_MICROS * segments();
  }

  /** The same of a Message-ID or a digest. */
  double filteredMicros() {
    return filtered() ? BLOCK_MICROS + PASSED * SEGMENT_MICROS * segments() : anyDayMicros();
  }

  /** The median user of the questions has one record in 5500; days are asked until 20 are found. */
  double userMicros() {
    double aDay = records / 5500.0 / days;
    double daysAsked = Math.min(days, Math.ceil(Question.NEWEST / aDay));
    double found = Math.min(Question.NEWEST, aDay * daysAsked);
    return USER_RECORD_MICROS * found + SEGMENT_MICROS * daysAsked * segments() / days;
  }

  private double exportRows() {
    double rows = EXPORTED * records;
    return 1e6 * rows / (EXPORT_START_MICROS + EXPORT_MICROS * rows);
  }

  /** One row for each figure; nothing when our store was not measured. */
  void print(List<Result> results) {
    Result index = named(results, Ours.Way.INDEX);
    Result seal = named(results, Ours.Way.SEAL);
    if (index == null || seal == null) {
      return;
    }
    System.out.printf(
        "%n| growth: %,d records, %d days, %d sealed segments | model | measured"
            + " |%n|---|---|---|%n",
        records, days, segments());
    row(
        "`index`, µs of a processor a record",
        1,
        INDEX_MICROS + INDEX_START_MICROS / records,
        index.cpuMicros);
    row(
        "`seal`, µs of a processor a record",
        1,
        SEAL_MICROS + SEAL_START_MICROS / records,
        seal.cpuMicros);
    row("sealed, bytes/record", 1, bytes(), seal.bytes);
    double[] models = {
      idMicros(), filteredMicros(), filteredMicros(), anyDayMicros(), userMicros()
    };
    for (Question question : Question.values()) {
      row(
          "sealed, " + question.title + ", µs p50",
          0,
          models[question.ordinal()],
          seal.looks.get(question)[0]);
    }
    row("sealed, rows/s of an export", 0, exportRows(), seal.exportRate);
    row("sealed, ms to purge a day", 1, PURGE_MILLIS, seal.purgeMillis);
  }

  private static Result named(List<Result> results, Ours.Way way) {
    return results.stream().filter(r -> r.name.equals(way.title)).findFirst().orElse(null);
  }

  private static void row(String what, int digits, double model, double measured) {
    System.out.printf(
        "| %s | %s | %s |%n", what, Report.number(model, digits), Report.number(measured, digits));
  }
}
