package org.whosent.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads journal lines by the million: submissions and outcomes as {@link JournalCodec} writes them
 * are read straight from their bytes, and everything that is the least unusual (an escape, another
 * order of fields, a field that is not known, a value out of bounds) is left to {@link
 * JournalCodec#decode}. So what comes out, or is refused, is always what that says; a test compares
 * the two. Texts that come again and again are made once. Not thread-safe.
 */
public final class JournalLineReader {
  private static final byte[] SUBMISSION = ascii("{\"v\":1,\"type\":\"submission\"");
  private static final byte[] OUTCOME = ascii("{\"v\":1,\"type\":\"outcome\"");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final RecordField<?>[] FIELDS = RecordField.ALL.toArray(RecordField<?>[]::new);
  private static final byte[][] FIELD_NAMES =
      RecordField.ALL.stream().map(f -> ascii(f.name())).toArray(byte[][]::new);
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
    Object read(JournalLineReader in) throws Unusual;
  }

  private static final Value[] VALUES =
      RecordField.ALL.stream().map(JournalLineReader::value).toArray(Value[]::new);

  private static final Value[] RECIPIENT_VALUES = {
    JournalLineReader::text,
    JournalLineReader::text,
    JournalLineReader::flag,
    in -> in.word(OUTCOMES),
    JournalLineReader::common,
    JournalLineReader::text,
    JournalLineReader::common,
    JournalLineReader::text,
    JournalLineReader::time
  };

  private static Value value(RecordField<?> field) {
    return switch (field.shape()) {
      case TEXT ->
          field.name().equals("origin")
              ? in -> in.word(ORIGINS)
              : COMMON.contains(field.name()) ? JournalLineReader::common : JournalLineReader::text;
      case TIME -> JournalLineReader::time;
      case INTEGER ->
          field.name().equals("clientPort") ? JournalLineReader::port : JournalLineReader::number;
      case FLAG -> JournalLineReader::flag;
      case RECIPIENTS -> JournalLineReader::recipients;
      case TEXTS -> JournalLineReader::texts;
      case LINES ->
          _ -> {
            throw Unusual.IT_IS; // no MSA writes them
          };
    };
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** Longer texts are not worth remembering. */
  private static final int SHORT = 64;

  private static final int REMEMBERED = 1 << 12;
  private static final int TIME_LENGTH = 27;
  private static final int DATE_LENGTH = 10;

  private final String[] remembered = new String[REMEMBERED];
  private final byte[][] rememberedBytes = new byte[REMEMBERED][];
  private Recipient[] recipients = new Recipient[16];

  /** Where the recipient before has its values in the line, and what they are. */
  private final int[] beforeFrom = new int[RECIPIENT_NAMES.length];

  private final int[] beforeEnd = new int[RECIPIENT_NAMES.length];
  private final Object[] before = new Object[RECIPIENT_NAMES.length];
  private final byte[] date = new byte[DATE_LENGTH];
  private long dateSeconds;
  private byte[] line;
  private int end;
  private int at;

  /** The line is not of the usual form: somebody else has to read it. */
  private static final class Unusual extends Exception {
    static final Unusual IT_IS = new Unusual();

    Unusual() {
      super(null, null, false, false);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[][] names(String names) {
    return Arrays.stream(names.split(" ")).map(JournalLineReader::ascii).toArray(byte[][]::new);
  }

  /**
   * Reads the first {@code length} bytes, a line without its line feed.
   *
   * @throws BadLineException as {@link JournalCodec#decode}
   */
  public JournalEntry read(byte[] bytes, int length) throws BadLineException {
    line = bytes;
    end = length;
    try {
      if (startsWith(SUBMISSION)) {
        return new JournalEntry.Submission(submission().build());
      }
      if (startsWith(OUTCOME)) {
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
    line = bytes;
    end = length;
    if (!startsWith(SUBMISSION)) {
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

  private boolean startsWith(byte[] head) {
    if (end < head.length || !Arrays.equals(line, 0, head.length, head, 0, head.length)) {
      return false;
    }
    at = head.length;
    return true;
  }

  private SubmissionRecord.Builder submission() throws Unusual {
    SubmissionRecord.Builder builder = new SubmissionRecord.Builder();
    int field = -1;
    while (next(',', '}')) {
      field = name(FIELD_NAMES, field + 1);
      FIELDS[field].set(builder, VALUES[field].read(this));
    }
    atEnd();
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
    while (next(',', '}')) {
      field = name(OUTCOME_NAMES, field + 1);
      switch (field) {
        case 0 -> time = time();
        case 1 -> host = common();
        case 2 -> id = text();
        default -> recipients = recipients();
      }
    }
    atEnd();
    if (time == null || host == null || id == null) {
      throw Unusual.IT_IS;
    }
    return new JournalEntry.Outcome(time, host, id, recipients);
  }

  private void atEnd() throws Unusual {
    if (at != end) {
      throw Unusual.IT_IS;
    }
  }

  private int take() throws Unusual {
    if (at >= end) {
      throw Unusual.IT_IS;
    }
    return line[at++];
  }

  private void take(char expected) throws Unusual {
    if (take() != expected) {
      throw Unusual.IT_IS;
    }
  }

  /** True when another entry follows, false at the end of the object or list. */
  private boolean next(char more, char close) throws Unusual {
    int c = take();
    if (c == more) {
      return true;
    }
    if (c == close) {
      return false;
    }
    throw Unusual.IT_IS;
  }

  /** The number of the name that follows, with its colon; names come in their order, each once. */
  private int name(byte[][] names, int from) throws Unusual {
    take('"');
    for (int i = from; i < names.length; i++) {
      byte[] name = names[i];
      int after = at + name.length;
      if (after + 1 < end
          && line[after] == '"'
          && line[after + 1] == ':'
          && Arrays.equals(line, at, after, name, 0, name.length)) {
        at = after + 2;
        return i;
      }
    }
    throw Unusual.IT_IS;
  }

  private String text() throws Unusual {
    int from = at + 1;
    int length = pass();
    if (length < 0) {
      String text = new String(line, from, -length, StandardCharsets.UTF_8);
      if (text.indexOf('\uFFFD') >= 0) {
        throw Unusual.IT_IS; // it may not have been UTF-8
      }
      return text;
    }
    return new String(line, from, length, StandardCharsets.ISO_8859_1);
  }

  /** A text that was most likely there before. */
  private String common() throws Unusual {
    int start = at;
    int length = pass();
    int from = start + 1;
    if (length < Long.BYTES || length > SHORT) {
      at = start;
      return text();
    }
    int last = from + length;
    long hash = (long) LONGS.get(line, last - Long.BYTES) * 31 + (long) LONGS.get(line, from);
    hash = (hash + length) * 0x9E37_79B9_7F4A_7C15L;
    int slot = (int) (hash >>> 40) & REMEMBERED - 1;
    byte[] bytes = rememberedBytes[slot];
    if (bytes != null && Arrays.equals(bytes, 0, bytes.length, line, from, last)) {
      return remembered[slot];
    }
    String text = new String(line, from, length, StandardCharsets.ISO_8859_1);
    remembered[slot] = text;
    rememberedBytes[slot] = Arrays.copyOfRange(line, from, last);
    return text;
  }

  /** Passes over a text with its quotes; its length, negative when it is not ASCII. */
  private int pass() throws Unusual {
    take('"');
    int from = at;
    int scan = from;
    for (; scan + Long.BYTES <= end; scan += Long.BYTES) {
      long eight = (long) LONGS.get(line, scan);
      long quote = eight ^ '"' * ONES;
      long escape = eight ^ '\\' * ONES;
      long stops =
          (quote - ONES & ~quote | escape - ONES & ~escape | eight - ' ' * ONES & ~eight | eight)
              & HIGHS;
      if (stops != 0) {
        scan += Long.numberOfTrailingZeros(stops) >>> 3;
        if (line[scan] == '"') {
          at = scan + 1;
          return checked(scan - from);
        }
        break;
      }
    }
    at = scan;
    int high = 0;
    while (true) {
      int c = take();
      if (c == '"') {
        break;
      }
      if (c == '\\' || c >= 0 && c < ' ') {
        throw Unusual.IT_IS;
      }
      high |= c;
    }
    int length = checked(at - 1 - from);
    return high < 0 ? -length : length;
  }

  private static int checked(int length) throws Unusual {
    if (length > JsonIn.MAX_TEXT / 4) {
      throw Unusual.IT_IS;
    }
    return length;
  }

  private <T> T word(Map<String, T> words) throws Unusual {
    T word = words.get(common());
    if (word == null) {
      throw Unusual.IT_IS;
    }
    return word;
  }

  private Long number() throws Unusual {
    int from = at;
    long value = 0;
    while (at < end && line[at] >= '0' && line[at] <= '9') {
      value = value * 10 + line[at++] - '0';
    }
    int digits = at - from;
    if (digits == 0 || digits > 18 || digits > 1 && line[from] == '0') {
      throw Unusual.IT_IS;
    }
    return value;
  }

  private Integer port() throws Unusual {
    long port = number();
    if (port > 65535) {
      throw Unusual.IT_IS;
    }
    return (int) port;
  }

  private Boolean flag() throws Unusual {
    boolean value = at < end && line[at] == 't';
    byte[] word = value ? TRUE : FALSE;
    if (end - at < word.length
        || !Arrays.equals(line, at, at + word.length, word, 0, word.length)) {
      throw Unusual.IT_IS;
    }
    at += word.length;
    return value;
  }

  private List<String> texts() throws Unusual {
    List<String> texts = new ArrayList<>();
    take('[');
    if (at < end && line[at] == ']') {
      at++;
      return texts;
    }
    do {
      texts.add(text());
      if (texts.size() > JsonIn.MAX_LIST) {
        throw Unusual.IT_IS;
      }
    } while (next(',', ']'));
    return texts;
  }

  private List<Recipient> recipients() throws Unusual {
    int count = 0;
    Arrays.fill(before, null);
    take('[');
    if (at < end && line[at] == ']') {
      at++;
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
    } while (next(',', ']'));
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
    take('{');
    do {
      field = name(RECIPIENT_NAMES, field + 1);
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
    } while (next(',', '}'));
    if (address == null) {
      throw Unusual.IT_IS;
    }
    return new Recipient(
        address, finalAddress, local, outcome, status, reply, nextHop, nextHopId, time);
  }

  /** A value that is mostly the one that the recipient before has: all went in one hand-over. */
  private Object asBefore(int field) throws Unusual {
    int from = beforeFrom[field];
    int length = beforeEnd[field] - from;
    if (before[field] != null
        && at + length <= end
        && Arrays.equals(line, at, at + length, line, from, from + length)) {
      at += length; // with both its quotes, so that it is the whole of it
      return before[field];
    }
    beforeFrom[field] = at;
    before[field] = RECIPIENT_VALUES[field].read(this);
    beforeEnd[field] = at;
    return before[field];
  }

  /** A time exactly as {@link Times#format} writes it. */
  private Instant time() throws Unusual {
    take('"');
    int from = at;
    if (end - from <= TIME_LENGTH || line[from + TIME_LENGTH] != '"') {
      throw Unusual.IT_IS;
    }
    at = from + TIME_LENGTH + 1;
    if (line[from + 10] != 'T'
        || line[from + 13] != ':'
        || line[from + 16] != ':'
        || line[from + 19] != '.'
        || line[from + 26] != 'Z') {
      throw Unusual.IT_IS;
    }
    int hour = digits(from + 11, 2);
    int minute = digits(from + 14, 2);
    int second = digits(from + 17, 2);
    int micros = digits(from + 20, 6);
    if (hour > 23 || minute > 59 || second > 59) {
      throw Unusual.IT_IS;
    }
    return Instant.ofEpochSecond(day(from) + hour * 3600 + minute * 60 + second, micros * 1000L);
  }

  private long day(int from) throws Unusual {
    if (!Arrays.equals(line, from, from + DATE_LENGTH, date, 0, DATE_LENGTH)) {
      int month = digits(from + 5, 2);
      int day = digits(from + 8, 2);
      if (line[from + 4] != '-' || line[from + 7] != '-' || month < 1 || month > 12 || day < 1) {
        throw Unusual.IT_IS;
      }
      LocalDate first = LocalDate.of(digits(from, 4), month, 1);
      if (day > first.lengthOfMonth()) {
        throw Unusual.IT_IS;
      }
      dateSeconds = first.withDayOfMonth(day).toEpochDay() * 86_400;
      System.arraycopy(line, from, date, 0, DATE_LENGTH);
    }
    return dateSeconds;
  }

  private int digits(int from, int count) throws Unusual {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        throw Unusual.IT_IS;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
