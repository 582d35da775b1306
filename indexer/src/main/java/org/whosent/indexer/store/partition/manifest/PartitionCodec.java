package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;

/** What a manifest says of one partition and its segments. Stateless. */
final class PartitionCodec {
  /** In the order of {@link SegmentInfo} and {@link Segment}. */
  private static final List<String> SEGMENT =
      List.of(
          "number",
          "records",
          "newest",
          "oldest",
          "recordsBytes",
          "privateBytes",
          "indexBytes",
          "gone",
          "goneVersion");

  private PartitionCodec() {}

  /** Writes a partition. */
  static void write(Partition p, JsonOut out) throws IOException {
    out.text("day", Partition.name(p.day()));
    out.objects(
        "segments",
        p.segments().stream().map(s -> (JsonOut.Fields) each -> segment(s, each)).toList());
    out.number("nextSegment", p.nextSegment());
    out.number("moved", p.moved());
    out.flag("sealed", p.sealed());
    out.number("lostBlocks", p.lostBlocks());
  }

  private static void segment(Segment s, JsonOut out) throws IOException {
    out.number("number", s.info().number());
    out.number("records", s.info().rows());
    out.number("newest", s.info().newest());
    out.number("oldest", s.info().oldest());
    out.number("recordsBytes", s.info().recordsBytes());
    out.number("privateBytes", s.info().privateBytes());
    out.number("indexBytes", s.info().indexBytes());
    out.number("gone", s.gone());
    out.number("goneVersion", s.goneVersion());
  }

  /**
   * Reads a partition.
   *
   * @throws BadLineException when something is missing
   */
  static Partition read(ManifestIn in) throws IOException {
    List<Segment> segments = new ArrayList<>();
    Map<String, Long> numbers = new HashMap<>();
    var field =
        new Object() {
          String day;
          Boolean sealed;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "day" -> field.day = value.text();
            case "sealed" -> field.sealed = value.flag();
            case "segments" -> value.objects(each -> segments.add(segment(each)));
            case "nextSegment", "moved", "lostBlocks" -> numbers.put(name, value.number());
            default -> value.skip();
          }
        });
    if (field.day == null || segments.isEmpty() || !numbers.containsKey("nextSegment")) {
      throw new BadLineException("an incomplete partition");
    }
    // The day becomes a directory's name; parsing it as a date is what keeps it one.
    LocalDate day = field.day.equals("held") ? Partition.HELD : Times.date(field.day);
    return new Partition(
        day,
        segments,
        Math.toIntExact(numbers.get("nextSegment")),
        numbers.getOrDefault("moved", 0L),
        Boolean.TRUE.equals(field.sealed),
        Math.toIntExact(numbers.getOrDefault("lostBlocks", 0L)));
  }

  private static Segment segment(ManifestIn in) throws IOException {
    Long[] numbers = new Long[SEGMENT.size()];
    in.nested(
        (name, value) -> {
          Long number = value.number();
          int field = SEGMENT.indexOf(name);
          if (field >= 0) {
            numbers[field] = number;
          }
        });
    for (Long number : numbers) {
      if (number == null) {
        throw new BadLineException("an incomplete segment");
      }
    }
    return new Segment(
        new SegmentInfo(
            Math.toIntExact(numbers[0]),
            Math.toIntExact(numbers[1]),
            numbers[2],
            numbers[3],
            numbers[4],
            numbers[5],
            numbers[6]),
        Math.toIntExact(numbers[7]),
        Math.toIntExact(numbers[8]));
  }
}
