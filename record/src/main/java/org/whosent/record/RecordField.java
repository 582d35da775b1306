package org.whosent.record;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * One field of a {@link SubmissionRecord}: how its values are read, written and joined. All fields
 * are listed, with what they mean, in {@link RecordFields}. Immutable.
 *
 * @param <T> the Java type of the value
 */
public final class RecordField<T> {

  /** Who writes a field. */
  public enum Writer {
    /** Our own MSA only: foreign logs do not say it. */
    MSA,
    /** Log sources only. */
    LOGS,
    /** Both. */
    BOTH
  }

  /** How a value looks in JSON. */
  enum Shape {
    TEXT,
    TIME,
    INTEGER,
    FLAG,
    TEXTS,
    RECIPIENTS,
    LINES
  }

  /** What two different values mean. */
  enum Identity {
    /** The records are about different transactions. */
    YES,
    /** The join decides. */
    NO
  }

  private final String name;
  private final Shape shape;
  private final boolean required;
  private final Writer writer;
  private final String meaning;
  private final Identity identity;
  private final Function<SubmissionRecord, T> get;
  private final BiConsumer<SubmissionRecord.Builder, T> set;
  private final BinaryOperator<T> join;

  RecordField(
      String name,
      Shape shape,
      boolean required,
      Writer writer,
      Identity identity,
      Function<SubmissionRecord, T> get,
      BiConsumer<SubmissionRecord.Builder, T> set,
      BinaryOperator<T> join,
      String meaning) {
    this.name = name;
    this.shape = shape;
    this.required = required;
    this.writer = writer;
    this.meaning = meaning;
    this.identity = identity;
    this.get = get;
    this.set = set;
    this.join = join;
  }

  /** The name in JSON. */
  public String name() {
    return name;
  }

  /** True when no record is without it. */
  public boolean required() {
    return required;
  }

  /** Who writes it. */
  public Writer writer() {
    return writer;
  }

  /** What it means. */
  public String meaning() {
    return meaning;
  }

  Shape shape() {
    return shape;
  }

  /** Sets a value that is of the field's type. */
  @SuppressWarnings("unchecked")
  void set(SubmissionRecord.Builder builder, Object value) {
    set.accept(builder, (T) value);
  }

  void copy(SubmissionRecord from, SubmissionRecord.Builder to) {
    set.accept(to, get.apply(from));
  }

  void merge(SubmissionRecord one, SubmissionRecord two, SubmissionRecord.Builder merged) {
    if (!mergeable(one, two)) {
      throw new IllegalArgumentException(
          "records of different transactions: %s is '%s' in one and '%s' in the other"
              .formatted(name, get.apply(one), get.apply(two)));
    }
    T a = get.apply(one);
    T b = get.apply(two);
    // Lists are joined even when equal: the join also brings them into their one order.
    boolean same = a == null || b == null || (a.equals(b) && !(a instanceof List));
    set.accept(merged, !same ? join.apply(a, b) : a == null ? b : a);
  }

  boolean mergeable(SubmissionRecord one, SubmissionRecord two) {
    if (identity == Identity.NO) {
      return true;
    }
    T a = get.apply(one);
    T b = get.apply(two);
    return a == null || b == null || Objects.equals(a, b);
  }

  void write(SubmissionRecord record, JsonOut out) throws IOException {
    T value = get.apply(record);
    switch (shape) {
      case TEXT -> out.text(name, value instanceof Origin o ? o.word() : (String) value);
      case TIME -> out.time(name, (Instant) value);
      case INTEGER -> out.number(name, (Number) value);
      case FLAG -> out.flag(name, (Boolean) value);
      case TEXTS -> out.texts(name, texts(value));
      case RECIPIENTS -> out.recipients(name, record.recipients());
      case LINES -> out.lines(name, record.provenance());
    }
  }

  @SuppressWarnings("unchecked")
  void read(JsonIn in, SubmissionRecord.Builder builder) throws IOException {
    Object value =
        switch (shape) {
          case TEXT -> name.equals("origin") ? in.word(Origin::ofWord) : in.text();
          case TIME -> in.time();
          case INTEGER -> name.equals("clientPort") ? (Object) in.port() : in.number();
          case FLAG -> in.flag();
          case TEXTS -> in.texts();
          case RECIPIENTS -> in.recipients();
          case LINES -> in.lines();
        };
    set.accept(builder, (T) value);
  }

  @SuppressWarnings("unchecked")
  private static List<String> texts(Object value) {
    return (List<String>) value;
  }
}
