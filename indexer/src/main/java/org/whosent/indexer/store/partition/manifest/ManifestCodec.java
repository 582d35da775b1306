package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonOut;
import org.whosent.record.Times;

/**
 * Reads and writes the manifest: a line of JSON and a line with its checksum. What it says of a
 * partition is {@link PartitionCodec}'s, of a hold {@link HoldCodec}'s. Stateless.
 *
 * <p>Nothing is guessed of one that is damaged or of another version: without it nothing in the
 * directory can be trusted, and guessing would undo purges. {@link ManifestFiles} keeps two.
 */
final class ManifestCodec {
  static final int FORMAT = 8;

  /** Still read: its segments differ, and say so themselves. */
  private static final int OLDEST_FORMAT = 2;

  private ManifestCodec() {}

  /** Written by a newer program, or one that is too old: not damaged, but not for this one. */
  static final class OtherFormatException extends IOException {
    private OtherFormatException(long format) {
      super(
          "store format %d; this program reads %d to %d".formatted(format, OLDEST_FORMAT, FORMAT));
    }
  }

  /** Whether this program would have begun it so; of one that could be read. */
  static boolean isOfThisFormat(byte[] manifest) {
    byte[] begin = "{\"format\":%d,".formatted(FORMAT).getBytes(StandardCharsets.US_ASCII);
    return Arrays.mismatch(begin, manifest) == begin.length;
  }

  static byte[] encode(Manifest m) {
    String json =
        JsonOut.object(
            false,
            out -> {
              out.number("format", FORMAT);
              out.number("sequence", m.sequence());
              out.objects(
                  "partitions",
                  m.partitions().values().stream()
                      .map(p -> (JsonOut.Fields) each -> PartitionCodec.write(p, each))
                      .toList());
              out.objects(
                  "states",
                  m.states().entrySet().stream()
                      .map(
                          s ->
                              (JsonOut.Fields)
                                  each -> {
                                    each.text("name", s.getKey());
                                    each.text("value", s.getValue());
                                  })
                      .toList());
              spans(out, "coverage", m.coverage().spans());
              spans(out, "dropped", m.coverage().dropped());
              instant(out, "horizon", m.horizon());
              out.objects(
                  "holds",
                  m.holds().stream()
                      .map(h -> (JsonOut.Fields) each -> HoldCodec.write(h, each))
                      .toList());
              out.objects(
                  "erased",
                  m.tombstones().entrySet().stream()
                      .map(
                          t ->
                              (JsonOut.Fields)
                                  each -> {
                                    each.text("user", t.getKey());
                                    instant(each, "before", t.getValue());
                                  })
                      .toList());
              instant(out, "lastCommit", m.lastCommit());
              out.text("receipt", m.receipt());
              out.text("hashKey", m.hashKey());
              instant(out, "maskedBefore", m.maskedBefore());
            });
    return (json + "\n" + checksum(json.getBytes(StandardCharsets.UTF_8)) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void spans(JsonOut out, String name, List<Coverage.Span> spans)
      throws IOException {
    out.objects(
        name,
        spans.stream()
            .map(
                s ->
                    (JsonOut.Fields)
                        each -> {
                          each.text("host", s.host());
                          each.text("from", s.from().toString());
                          each.text("until", s.until().toString());
                        })
            .toList());
  }

  /** Whole precision, and any year: holds and horizons are compared exactly. */
  static void instant(JsonOut out, String name, Instant time) throws IOException {
    out.text(name, time == null ? null : time.toString());
  }

  static Instant instant(ManifestIn in) throws IOException {
    String text = in.text();
    return text == null ? null : Times.exact(text);
  }

  private static String checksum(byte[] json) {
    CRC32C crc = new CRC32C();
    crc.update(json);
    return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * Where the line of JSON ends. Found from the end: this runs before anything is compiled, and
   * what stands before may be megabytes.
   */
  private static int lineBreakBeforeChecksum(byte[] bytes) {
    int end = bytes.length - 1; // behind the last byte's place, should that be a line break
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return Math.max(0, end - 1);
  }

  static Manifest decode(byte[] bytes) throws IOException {
    int end = lineBreakBeforeChecksum(bytes);
    byte[] json = Arrays.copyOf(bytes, end);
    String rest = new String(bytes, end, bytes.length - end, StandardCharsets.ISO_8859_1).strip();
    if (!rest.equals(checksum(json))) {
      throw new BadLineException("the checksum does not match: the manifest is damaged");
    }
    Manifest.Draft draft = Manifest.EMPTY.draft();
    var header =
        new Object() {
          Long format;
          Long sequence;
        };
    List<Coverage.Span> spans = new ArrayList<>();
    List<Coverage.Span> dropped = new ArrayList<>();
    ManifestIn.object(
        json,
        (name, in) -> {
          switch (name) {
            case "format" -> header.format = in.number();
            case "sequence" -> header.sequence = in.number();
            case "partitions" ->
                in.objects(
                    each -> {
                      Partition partition = PartitionCodec.read(each);
                      draft.partitions.put(partition.day(), partition);
                    });
            case "states" -> in.objects(each -> state(each, draft.states));
            case "coverage" -> in.objects(each -> spans.add(span(each)));
            case "dropped" -> in.objects(each -> dropped.add(span(each)));
            case "horizon" -> draft.horizon = instant(in);
            case "holds" -> in.objects(each -> draft.holds.add(HoldCodec.read(each)));
            case "tombstones" ->
                in.texts().forEach(user -> draft.tombstones.put(user, Instant.MAX));
            case "erased" -> in.objects(each -> erased(each, draft.tombstones));
            case "lastCommit" -> draft.lastCommit = instant(in);
            case "receipt" -> draft.receipt = in.text();
            case "hashKey" -> draft.hashKey = in.text();
            case "maskedBefore" -> draft.maskedBefore = instant(in);
            default -> in.skip();
          }
        });
    draft.coverage = Coverage.of(spans, dropped);
    if (header.format == null || header.sequence == null) {
      throw new BadLineException("no 'format' and 'sequence'");
    }
    if (header.format < OLDEST_FORMAT || header.format > FORMAT) {
      throw new OtherFormatException(header.format);
    }
    if (draft.hashKey == null || !isHashKey(draft.hashKey)) {
      throw new BadLineException("no 'hashKey'");
    }
    Manifest built = draft.build();
    return new Manifest(
        header.sequence,
        built.partitions(),
        built.states(),
        built.coverage(),
        built.horizon(),
        built.holds(),
        built.tombstones(),
        built.lastCommit(),
        built.receipt(),
        built.hashKey(),
        built.maskedBefore());
  }

  /** Without a pattern, which would be the first of a look-up. */
  private static boolean isHashKey(String text) {
    boolean hex = text.length() == 2 * SipHash.KEY_BYTES;
    for (int i = 0; hex && i < text.length(); i++) {
      char digit = text.charAt(i);
      hex = digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f';
    }
    return hex;
  }

  private static void state(ManifestIn in, Map<String, String> states) throws IOException {
    var state =
        new Object() {
          String name;
          String value;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "name" -> state.name = value.text();
            case "value" -> state.value = value.text();
            default -> value.skip();
          }
        });
    if (state.name == null || state.value == null) {
      throw new BadLineException("an incomplete state");
    }
    states.put(state.name, state.value);
  }

  private static void erased(ManifestIn in, Map<String, Instant> tombstones) throws IOException {
    var tombstone =
        new Object() {
          String user;
          Instant before;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "user" -> tombstone.user = value.text();
            case "before" -> tombstone.before = instant(value);
            default -> value.skip();
          }
        });
    if (tombstone.user == null || tombstone.before == null) {
      throw new BadLineException("an incomplete tombstone");
    }
    tombstones.put(tombstone.user, tombstone.before);
  }

  private static Coverage.Span span(ManifestIn in) throws IOException {
    var span =
        new Object() {
          String host;
          Instant from;
          Instant until;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "host" -> span.host = value.text();
            case "from" -> span.from = instant(value);
            case "until" -> span.until = instant(value);
            default -> value.skip();
          }
        });
    if (span.host == null || span.from == null || span.until == null) {
      throw new BadLineException("an incomplete span");
    }
    return new Coverage.Span(span.host, span.from, span.until);
  }
}
