package org.whosent.record;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One field of a {@link SubmissionRecord}, and the one place that lists them all: JSON name, type,
 * whether it must be there, who writes it, what it means, and how two lines' values join.
 *
 * <p>To add a field: a component in {@link SubmissionRecord} and its builder, a row here, and the
 * same row in {@code submission.schema.json} (a test compares the two).
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
  private enum Identity {
    /** The records are about different transactions. */
    YES,
    /** The join decides. */
    NO
  }

  private final String name;
  private final Shape shape;
  private final boolean required;
  private final Writer writer;
  private final int since;
  private final String meaning;
  private final Identity identity;
  private final Function<SubmissionRecord, T> get;
  private final BiConsumer<SubmissionRecord.Builder, T> set;
  private final BinaryOperator<T> join;

  private RecordField(
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
    this.since = 1;
    this.meaning = meaning;
    this.identity = identity;
    this.get = get;
    this.set = set;
    this.join = join;
  }

  /** All fields in the order in which they are written. */
  public static final List<RecordField<?>> ALL =
      List.of(
          new RecordField<>(
              "time",
              Shape.TIME,
              true,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::time,
              (b, v) -> b.time = v,
              RecordField::smaller,
              "When the server accepted the message; from logs, the time of the transaction's first"
                  + " line. Its UTC day is the record's partition."),
          new RecordField<>(
              "transactionId",
              Shape.TEXT,
              true,
              Writer.BOTH,
              Identity.YES,
              SubmissionRecord::transactionId,
              (b, v) -> b.transactionId = v,
              RecordField::smaller,
              "The ID that the server put after 'id' in its Received field: our transaction ID, or"
                  + " the queue ID of a foreign server."),
          new RecordField<>(
              "aliases",
              Shape.TEXTS,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::aliases,
              (b, v) -> b.aliases = v,
              SubmissionRecord::mergeTexts,
              "Other IDs of the same message on the operator's own hosts (content filters,"
                  + " instances), learnt only from our own logs."),
          new RecordField<>(
              "continuations",
              Shape.TEXTS,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::continuations,
              (b, v) -> b.continuations = v,
              SubmissionRecord::mergeTexts,
              "The aliases that are transactions of the same host's queue, whose lines are this"
                  + " record's too: 'ID TIME INSTANCE NEXTHOP', '-' for what is not known, and"
                  + " 'ID TIME end' when it is completed."),
          new RecordField<>(
              "host",
              Shape.TEXT,
              true,
              Writer.BOTH,
              Identity.YES,
              SubmissionRecord::host,
              (b, v) -> b.host = v,
              RecordField::smaller,
              "The server's name as it stands after 'by' in its Received field; from logs, the"
                  + " log's host unless site.yaml says which name it goes by."),
          new RecordField<>(
              "instance",
              Shape.TEXT,
              false,
              Writer.LOGS,
              Identity.YES,
              SubmissionRecord::instance,
              (b, v) -> b.instance = v,
              RecordField::smaller,
              "Which of several servers on that host (Postfix syslog_name), so that equal queue IDs"
                  + " stay apart."),
          new RecordField<>(
              "logHosts",
              Shape.TEXTS,
              false,
              Writer.LOGS,
              Identity.NO, // what differs may still be one machine: see SubmissionRecord
              SubmissionRecord::logHosts,
              (b, v) -> b.logHosts = v,
              SubmissionRecord::mergeTexts,
              "The names that its lines have for the machine, where several may go by that host, so"
                  + " that equal queue IDs of two machines stay apart."),
          new RecordField<>(
              "service",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::service,
              (b, v) -> b.service = v,
              RecordField::smaller,
              "The listener: submission, submissions, smtp, or what the log calls it."),
          new RecordField<>(
              "protocol",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::protocol,
              (b, v) -> b.protocol = v,
              RecordField::smaller,
              "The 'with' keyword of RFC 3848 and RFC 6531, e.g. ESMTPSA."),
          new RecordField<>(
              "origin",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.YES,
              SubmissionRecord::origin,
              (b, v) -> b.origin = v,
              RecordField::smaller,
              "authenticated, local, unauthenticated or internal; absent until the line that opens"
                  + " the transaction was read."),
          new RecordField<>(
              "user",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.YES,
              SubmissionRecord::user,
              (b, v) -> b.user = v,
              RecordField::smaller,
              "The authenticated identity as the server knows it (Exim's octal and Sendmail's xtext"
                  + " decoded); absent when nobody authenticated."),
          new RecordField<>(
              "mechanism",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::mechanism,
              (b, v) -> b.mechanism = v,
              RecordField::smaller,
              "The SASL mechanism (RFC 4422) or, from Exim, the authenticator's name."),
          new RecordField<>(
              "authorizationId",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::authorizationId,
              (b, v) -> b.authorizationId = v,
              RecordField::smaller,
              "The SASL authorization identity where it differs from user."),
          new RecordField<>(
              "localUser",
              Shape.TEXT,
              false,
              Writer.LOGS,
              Identity.YES,
              SubmissionRecord::localUser,
              (b, v) -> b.localUser = v,
              RecordField::smaller,
              "The account that handed the message to the local sendmail command; 'uid:N' where the"
                  + " log has only the number."),
          new RecordField<>(
              "client",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::client,
              (b, v) -> b.client = v,
              RecordField::smaller,
              "The client's IP address: dotted IPv4, or IPv6 as RFC 5952 writes it."),
          new RecordField<>(
              "clientPort",
              Shape.INTEGER,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::clientPort,
              (b, v) -> b.clientPort = v,
              RecordField::smaller,
              "The client's TCP port, 1 to 65535."),
          new RecordField<>(
              "clientName",
              Shape.TEXT,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::clientName,
              (b, v) -> b.clientName = v,
              RecordField::smaller,
              "The client's verified reverse name where the server looked it up."),
          new RecordField<>(
              "helo",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::helo,
              (b, v) -> b.helo = v,
              RecordField::smaller,
              "The argument of EHLO or HELO: whatever the client chose to say."),
          new RecordField<>(
              "clientInside",
              Shape.FLAG,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::clientInside,
              (b, v) -> b.clientInside = v,
              RecordField::smaller,
              "Whether the client's address lies in the operator's own networks (RFC 5068)."),
          new RecordField<>(
              "tlsVersion",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::tlsVersion,
              (b, v) -> b.tlsVersion = v,
              RecordField::smaller,
              "TLSv1.2, TLSv1.3, …; absent for a session in clear."),
          new RecordField<>(
              "tlsCipher",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::tlsCipher,
              (b, v) -> b.tlsCipher = v,
              RecordField::smaller,
              "The cipher suite as the server names it."),
          new RecordField<>(
              "mailFrom",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::mailFrom,
              (b, v) -> b.mailFrom = v,
              RecordField::smaller,
              "The reverse-path without angle brackets; empty text for the null reverse-path."),
          new RecordField<>(
              "envelopeId",
              Shape.TEXT,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::envelopeId,
              (b, v) -> b.envelopeId = v,
              RecordField::smaller,
              "ENVID of MAIL (RFC 3461), decoded, as the client chose it: up to 100 printable ASCII"
                  + " characters; absent when it gave none. Bounces repeat it as"
                  + " Original-Envelope-Id."),
          new RecordField<>(
              "recipients",
              Shape.RECIPIENTS,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::recipients,
              (b, v) -> b.recipients = v,
              MergedRecipients::of,
              "The accepted envelope recipients with disposition and outcome."),
          new RecordField<>(
              "messageId",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::messageId,
              (b, v) -> b.messageId = v,
              RecordField::smaller,
              "The Message-ID as sent or as added, with its angle brackets."),
          new RecordField<>(
              "headerFrom",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::headerFrom,
              (b, v) -> b.headerFrom = v,
              RecordField::smaller,
              "The From field, decoded (RFC 2047) and unfolded."),
          new RecordField<>(
              "subject",
              Shape.TEXT,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::subject,
              (b, v) -> b.subject = v,
              RecordField::smaller,
              "The Subject field, decoded and unfolded, where the site keeps it in plain."),
          new RecordField<>(
              "subjectHash",
              Shape.TEXT,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::subjectHash,
              (b, v) -> b.subjectHash = v,
              RecordField::smaller,
              "Where the site does not: the first 64 bits of HMAC-SHA-256 of the subject under the"
                  + " site's key, 16 hex digits."),
          new RecordField<>(
              "headerDate",
              Shape.TIME,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::headerDate,
              (b, v) -> b.headerDate = v,
              RecordField::smaller,
              "The Date field as sent or as added."),
          new RecordField<>(
              "size",
              Shape.INTEGER,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::size,
              (b, v) -> b.size = v,
              RecordField::smaller,
              "Octets of the message as the server counted it."),
          new RecordField<>(
              "bodyDigest",
              Shape.TEXT,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::bodyDigest,
              (b, v) -> b.bodyDigest = v,
              RecordField::smaller,
              "SHA-256 of the body in DKIM relaxed form (RFC 6376 section 3.4.4), first 128 bits,"
                  + " 32 hex digits."),
          new RecordField<>(
              "textDigest",
              Shape.TEXT,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::textDigest,
              (b, v) -> b.textDigest = v,
              RecordField::smaller,
              "SHA-256 of the decoded text, case and white space folded, first 128 bits, 32 hex"
                  + " digits."),
          new RecordField<>(
              "sketch",
              Shape.TEXT,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::sketch,
              (b, v) -> b.sketch = v,
              RecordField::smaller,
              "MinHash sketch of the same text, base64url; compared, and found by its anchors."),
          new RecordField<>(
              "attachmentDigests",
              Shape.TEXTS,
              false,
              Writer.MSA,
              Identity.NO,
              SubmissionRecord::attachmentDigests,
              (b, v) -> b.attachmentDigests = v,
              SubmissionRecord::mergeTexts,
              "SHA-256 of the decoded content of attachments, first 128 bits, 32 hex digits each:"
                  + " of the first ten, very small ones left out."),
          new RecordField<>(
              "expired",
              Shape.TIME,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::expired,
              (b, v) -> b.expired = v,
              RecordField::larger,
              "When the server gave the message up for every recipient that was still deferred"
                  + " then; their outcome is expired."),
          new RecordField<>(
              "completed",
              Shape.TIME,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::completed,
              (b, v) -> b.completed = v,
              RecordField::smaller,
              "When the server was done with the message (Postfix 'removed', Exim 'Completed', the"
                  + " MSA's outcome)."),
          new RecordField<>(
              "provenance",
              Shape.LINES,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::provenance,
              (b, v) -> b.provenance = v,
              SubmissionRecord::mergeProvenance,
              "Every line that the record rests on: file, offset, hash. Set while reading, never"
                  + " written into a journal by the MSA."));

  private static final Map<String, RecordField<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(RecordField::name, f -> f));

  /** The field of that JSON name, or null. */
  static RecordField<?> named(String name) {
    return BY_NAME.get(name);
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

  /** The format version that brought it. */
  public int since() {
    return since;
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

  T of(SubmissionRecord record) {
    return get.apply(record);
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

  private static <C extends Comparable<? super C>> C larger(C a, C b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static <C extends Comparable<? super C>> C smaller(C a, C b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
