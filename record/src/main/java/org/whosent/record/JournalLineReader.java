package org.whosent.record;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.record.JsonLineCursor.Unusual;

/**
 * Reads journal lines by the million: submissions and outcomes as {@link JournalCodec} writes them
 * are read straight from their bytes, and everything that is the least unusual (an escape, another
 * order of fields, a field that is not known, a value out of bounds) is left to {@link
 * JournalCodec#decode}. So what comes out, or is refused, is always what that says; a test compares
 * the two. Texts that come again and again are made once. Not thread-safe.
 */
public final class JournalLineReader {
  private static final byte[] SUBMISSION = JsonLineCursor.ascii("{\"v\":1,\"type\":\"submission\"");
  private static final byte[] OUTCOME = JsonLineCursor.ascii("{\"v\":1,\"type\":\"outcome\"");
  private static final RecordField<?>[] FIELDS = RecordFields.ALL.toArray(RecordField<?>[]::new);
  private static final byte[][] FIELD_NAMES =
      RecordFields.ALL.stream().map(f -> JsonLineCursor.ascii(f.name())).toArray(byte[][]::new);
  private static final byte[][] OUTCOME_NAMES = names("time host transactionId recipients");
  private static final byte[][] RECIPIENT_NAMES =
      names("address finalAddress local outcome status reply nextHop nextHopId time");
  private static final Map<String, Outcome> OUTCOMES = new HashMap<>();
  private static final Map<String, Origin> ORIGINS = new HashMap<>();

  static {
    for (Outcome outcome : Outcome.values()) {
      OUTCOMES.put(outcome.word(), outcome);
    }
    for (Origin origin : Origin.values()) {
      ORIGINS.put(origin.word(), origin);
    }
  }

  /** Fields whose texts come again in many records; to look others up costs more than it saves. */
  private static final Set<String> COMMON =
      Set.of(
          "host service protocol user mechanism client helo tlsVersion tlsCipher mailFrom"
              .split(" "));

  /**
   * What reads one value. Called out of tables, so that the JIT compiler translates each once and
   * not into everything that reads a value: that took longer than to read a small journal.
   */
  private interface Value {
    Object read(JournalLineReader of) throws Unusual;
  }

  private static final Value[] VALUES =
      RecordFields.ALL.stream().map(JournalLineReader::value).toArray(Value[]::new);

  private static final Value[] RECIPIENT_VALUES = {
    of -> of.in.text(),
    of -> of.in.text(),
    of -> of.in.flag(),
    of -> of.in.word(OUTCOMES),
    of -> of.in.common(),
    of -> of.in.text(),
    of -> of.in.common(),
    of -> of.in.text(),
    of -> of.in.time()
  };

  private static Value value(RecordField<?> field) {
    return switch (field.shape()) {
      case TEXT ->
          field.name().equals("origin")
              ? of -> of.in.word(ORIGINS)
              : COMMON.contains(field.name()) ? of -> of.in.common() : of -> of.in.text();
      case TIME -> of -> of.in.time();
      case INTEGER -> field.name().equals("clientPort") ? of -> of.in.port() : of -> of.in.number();
      case FLAG -> of -> of.in.flag();
      case RECIPIENTS -> JournalLineReader::recipients;
      case TEXTS -> of -> of.in.texts();
      case LINES ->
          _ -> {
            throw Unusual.IT_IS; // no MSA writes them
          };
    };
  }

  private final JsonLineCursor in = new JsonLineCursor();
  private Recipient[] recipients = new Recipient[16];

  /** Where the recipient before has its values in the line, and what they are. */
  private final int[] beforeFrom = new int[RECIPIENT_NAMES.length];

  private final int[] beforeEnd = new int[RECIPIENT_NAMES.length];
  private final Object[] before = new Object[RECIPIENT_NAMES.length];

  private static byte[][] names(String names) {
    return Arrays.stream(names.split(" ")).map(JsonLineCursor::ascii).toArray(byte[][]::new);
  }

  /**
   * Reads the first {@code length} bytes, a line without its line feed.
   *
   * @throws BadLineException as {@link JournalCodec#decode}
   */
  public JournalEntry read(byte[] bytes, int length) throws BadLineException {
    in.begin(bytes, length);
    try {
      if (in.startsWith(SUBMISSION)) {
        return new JournalEntry.Submission(submission().build());
      }
      if (in.startsWith(OUTCOME)) {
        return outcome();
      }
    } catch (Unusual _) {
      // below
    }
    return JournalCodec.decode(Arrays.copyOf(bytes, length));
  }

  /**
   * The same of a submission, for whoever joins it with other facts before a record is made; null
   * for a line that is none, which {@link #read} reads. The builder is the caller's.
   *
   * @throws BadLineException as {@link #read}
   */
  public SubmissionRecord.Builder submission(byte[] bytes, int length) throws BadLineException {
    in.begin(bytes, length);
    if (!in.startsWith(SUBMISSION)) {
      return null;
    }
    try {
      return submission();
    } catch (Unusual _) {
      return JournalCodec.decode(Arrays.copyOf(bytes, length))
              instanceof JournalEntry.Submission unusual
          ? unusual.record().toBuilder()
          : null;
    }
  }

  private SubmissionRecord.Builder submission() throws Unusual {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    int field = -1;
    while (in.next(',', '}')) {
      field = in.name(FIELD_NAMES, field + 1);
      FIELDS[field].set(builder, VALUES[field].read(this));
    }
    in.atEnd();
    if (builder.time == null || builder.transactionId == null || builder.host == null) {
      throw Unusual.IT_IS;
    }
    return builder;
  }

  private JournalEntry outcome() throws Unusual {
    Instant time = null;
    String host = null;
    String id = null;
    List<Recipient> recipients = List.of();
    int field = -1;
    while (in.next(',', '}')) {
      field = in.name(OUTCOME_NAMES, field + 1);
      switch (field) {
        case 0 -> time = in.time();
        case 1 -> host = in.common();
        case 2 -> id = in.text();
        default -> recipients = recipients();
      }
    }
    in.atEnd();
    if (time == null || host == null || id == null) {
      throw Unusual.IT_IS;
    }
    return new JournalEntry.Outcome(time, host, id, recipients);
  }

  private List<Recipient> recipients() throws Unusual {
    int count = 0;
    Arrays.fill(before, null);
    if (in.isEmptyList()) {
      return List.of();
    }
    do {
      if (count == recipients.length) {
        recipients = Arrays.copyOf(recipients, 2 * count);
      }
      recipients[count++] = recipient();
      if (count > JsonIn.MAX_LIST) {
        throw Unusual.IT_IS;
      }
    } while (in.next(',', ']'));
    List<Recipient> list = count == 1 ? List.of(recipients[0]) : list(count);
    Arrays.fill(recipients, 0, count, null);
    return list;
  }

  private List<Recipient> list(int count) {
    return List.of(Arrays.copyOf(recipients, count));
  }

  private Recipient recipient() throws Unusual {
    String address = null;
    String finalAddress = null;
    Boolean local = null;
    Outcome outcome = null;
    String status = null;
    String reply = null;
    String nextHop = null;
    String nextHopId = null;
    Instant time = null;
    int field = -1;
    in.take('{');
    do {
      field = in.name(RECIPIENT_NAMES, field + 1);
      switch (field) {
        case 0 -> address = (String) RECIPIENT_VALUES[field].read(this);
        case 1 -> finalAddress = (String) RECIPIENT_VALUES[field].read(this);
        case 2 -> local = (Boolean) RECIPIENT_VALUES[field].read(this);
        default -> {
          Object value = asBefore(field);
          switch (field) {
            case 3 -> outcome = (Outcome) value;
            case 4 -> status = (String) value;
            case 5 -> reply = (String) value;
            case 6 -> nextHop = (String) value;
            case 7 -> nextHopId = (String) value;
            default -> time = (Instant) value;
          }
        }
      }
    } while (in.next(',', '}'));
    if (address == null) {
      throw Unusual.IT_IS;
    }
    return new Recipient(
        address, finalAddress, local, outcome, status, reply, nextHop, nextHopId, time);
  }

  /** A value that is mostly the one that the recipient before has: all went in one hand-over. */
  private Object asBefore(int field) throws Unusual {
    int from = beforeFrom[field];
    // With both its quotes, so that it is the whole of it.
    if (before[field] != null && in.passSame(from, beforeEnd[field] - from)) {
      return before[field];
    }
    beforeFrom[field] = in.at();
    before[field] = RECIPIENT_VALUES[field].read(this);
    beforeEnd[field] = in.at();
    return before[field];
  }
}
