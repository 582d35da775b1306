package org.whosent.benchmarks.store;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A column of a database: the record's fields as an expert would lay them out, each once, times as
 * numbers and digests as bytes. Immutable.
 *
 * @param name the record's name of it
 * @param type in terms that {@link SqlPeer}s translate
 * @param value of an {@code S}, or null
 */
record Field<S>(String name, Type type, Function<S, Object> value) {
  enum Type {
    TEXT,
    INT,
    LONG,
    BYTES
  }

  /** The table of records. */
  static final List<Field<SubmissionRecord>> RECORD =
      List.of(
          of("transactionId", Type.TEXT, SubmissionRecord::transactionId),
          of("time", Type.LONG, r -> micros(r.time())),
          of("host", Type.TEXT, SubmissionRecord::host),
          of("service", Type.TEXT, SubmissionRecord::service),
          of("protocol", Type.TEXT, SubmissionRecord::protocol),
          of("origin", Type.INT, r -> r.origin() == null ? null : r.origin().ordinal()),
          of("user", Type.TEXT, SubmissionRecord::user),
          of("mechanism", Type.TEXT, SubmissionRecord::mechanism),
          of("client", Type.TEXT, SubmissionRecord::client),
          of("clientPort", Type.INT, SubmissionRecord::clientPort),
          of("helo", Type.TEXT, SubmissionRecord::helo),
          of("clientInside", Type.INT, r -> flag(r.clientInside())),
          of("tlsVersion", Type.TEXT, SubmissionRecord::tlsVersion),
          of("tlsCipher", Type.TEXT, SubmissionRecord::tlsCipher),
          of("mailFrom", Type.TEXT, SubmissionRecord::mailFrom),
          of("messageId", Type.TEXT, SubmissionRecord::messageId),
          of("headerFrom", Type.TEXT, SubmissionRecord::headerFrom),
          of("subject", Type.TEXT, SubmissionRecord::subject),
          of("headerDate", Type.LONG, r -> micros(r.headerDate())),
          of("size", Type.LONG, SubmissionRecord::size),
          of("bodyDigest", Type.BYTES, r -> hex(r.bodyDigest())),
          of("textDigest", Type.BYTES, r -> hex(r.textDigest())),
          of("sketch", Type.BYTES, r -> Base64.getUrlDecoder().decode(r.sketch())),
          of("completed", Type.LONG, r -> micros(r.completed())));

  /** The table of recipients. */
  static final List<Field<Recipient>> RECIPIENT =
      List.of(
          of("address", Type.TEXT, Recipient::address),
          of("local", Type.INT, r -> flag(r.local())),
          of("outcome", Type.INT, r -> r.outcome() == null ? null : r.outcome().ordinal()),
          of("status", Type.TEXT, Recipient::status),
          of("reply", Type.TEXT, Recipient::reply),
          of("nextHop", Type.TEXT, Recipient::nextHop),
          of("nextHopId", Type.TEXT, Recipient::nextHopId),
          of("outcomeTime", Type.LONG, r -> micros(r.time())));

  private static final Set<String> KEPT =
      RECORD.stream().map(Field::name).collect(Collectors.toSet());

  private static <S> Field<S> of(String name, Type type, Function<S, Object> value) {
    return new Field<>(name, type, value);
  }

  /**
   * Checks that no field is lost: a peer must not win by keeping less.
   *
   * @throws IllegalStateException when a field that has a value has no column
   */
  static void checkAllKept(SubmissionRecord record) throws ReflectiveOperationException {
    for (RecordComponent component : SubmissionRecord.class.getRecordComponents()) {
      Object value = component.getAccessor().invoke(record);
      boolean empty = value == null || value instanceof List<?> list && list.isEmpty();
      if (!empty
          && !KEPT.contains(component.getName())
          && !component.getName().equals("recipients")) {
        throw new IllegalStateException("no column keeps " + component.getName());
      }
    }
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static byte[] hex(String digest) {
    return HexFormat.of().parseHex(digest);
  }

  private static Integer flag(Boolean flag) {
    return flag == null ? null : flag ? 1 : 0;
  }
}
