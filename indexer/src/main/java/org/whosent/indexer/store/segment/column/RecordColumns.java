package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * The columns of a block of records, all but what {@link PrivateColumns} has; written and read side
 * by side. Other times than the record's own are differences from it. Not thread-safe. Public for
 * {@code SegmentWriter} and {@code Block}.
 */
public final class RecordColumns {
  private static final Origin[] ORIGINS = Origin.values();

  private final IntColumn time = new IntColumn();
  private final IdColumns id = new IdColumns();
  private final ListColumn aliases = new ListColumn();
  private final ListColumn continuations = new ListColumn();
  private final TextColumn host = new TextColumn();
  private final TextColumn instance = new TextColumn();
  private final TextColumn service = new TextColumn();
  private final TextColumn protocol = new TextColumn();
  private final IntColumn origin = new IntColumn();
  private final TextColumn user = new TextColumn();
  private final TextColumn mechanism = new TextColumn();
  private final TextColumn authorizationId = new TextColumn();
  private final TextColumn localUser = new TextColumn();
  private final IntColumn clientInside = new IntColumn();
  private final TextColumn tlsVersion = new TextColumn();
  private final TextColumn tlsCipher = new TextColumn();
  private final TextColumn mailFrom = new TextColumn();
  private final RecipientColumns recipients = new RecipientColumns();
  private final MessageIdColumn messageId = new MessageIdColumn();
  private final TextColumn headerFrom = new TextColumn();
  private final IntColumn dateSeconds = new IntColumn();
  private final IntColumn dateMicros = new IntColumn();
  private final IntColumn size = new IntColumn();
  private final TextColumn bodyDigest = new TextColumn();
  private final TextColumn textDigest = new TextColumn();
  private final SketchColumn sketch;
  private final ListColumn attachmentDigests = new ListColumn();
  private final IntColumn expired = new IntColumn();
  private final IntColumn completed = new IntColumn();
  private final LineColumns lines;

  /** Written last, and only where a record of the block has one: few messages do. */
  private final TextColumn envelopeId = new TextColumn();

  /** Behind that, and only where a record of the block has any: few sites' records do. */
  private final ListColumn logHosts = new ListColumn();

  private final boolean timesApart;
  private final Plain[] plain;
  private final Column[] inOrder;
  private boolean anyEnvelopeId;
  private boolean anyLogHosts;
  private int rows;

  /** Of segments that lie by time. */
  RecordColumns() {
    this(false);
  }

  /**
   * The same.
   *
   * @param timesApart the records' times are in {@link BlockTimes} and not among the columns; these
   *     are as small as can be
   */
  public RecordColumns(boolean timesApart) {
    this.timesApart = timesApart;
    this.sketch = new SketchColumn(timesApart);
    this.lines = new LineColumns(timesApart);
    this.plain = plain().toArray(Plain[]::new);
    this.inOrder = columns();
  }

  public int rows() {
    return rows;
  }

  /**
   * The columns of texts that are kept as they are, and where they come from. A table, and not a
   * call for each: the JIT compiler puts every callee into {@link #add}, and took longer for forty
   * than a small index takes in all.
   */
  private List<Plain> plain() {
    return List.of(
        new Plain(host, SubmissionRecord::host),
        new Plain(instance, SubmissionRecord::instance),
        new Plain(service, SubmissionRecord::service),
        new Plain(protocol, SubmissionRecord::protocol),
        new Plain(user, SubmissionRecord::user),
        new Plain(mechanism, SubmissionRecord::mechanism),
        new Plain(authorizationId, SubmissionRecord::authorizationId),
        new Plain(localUser, SubmissionRecord::localUser),
        new Plain(tlsVersion, SubmissionRecord::tlsVersion),
        new Plain(tlsCipher, SubmissionRecord::tlsCipher),
        new Plain(mailFrom, r -> Echo.mark(r.mailFrom(), r.user())),
        new Plain(headerFrom, r -> Echo.mark(r.headerFrom(), r.user())),
        new Plain(bodyDigest, SubmissionRecord::bodyDigest),
        new Plain(textDigest, SubmissionRecord::textDigest),
        new Plain(envelopeId, SubmissionRecord::envelopeId));
  }

  private record Plain(TextColumn column, Function<SubmissionRecord, String> text) {}

  public void add(SubmissionRecord r) {
    rows++;
    long micros = Micros.of(r.time());
    if (!timesApart) {
      time.add(micros);
    }
    id.add(r.transactionId(), micros);
    for (Plain each : plain) {
      each.column.add(each.text.apply(r));
    }
    sketch.add(r.sketch());
    anyEnvelopeId |= r.envelopeId() != null;
    anyLogHosts |= !r.logHosts().isEmpty();
    logHosts.add(r.logHosts());
    messageId.add(r.messageId());
    aliases.add(r.aliases());
    continuations.add(r.continuations());
    attachmentDigests.add(r.attachmentDigests());
    origin.addOrNull(r.origin() == null ? null : r.origin().ordinal());
    clientInside.addOrNull(r.clientInside() == null ? null : r.clientInside() ? 1 : 0);
    size.addOrNull(r.size());
    date(r.headerDate(), r.time());
    expired.addSince(r.expired(), micros);
    completed.addSince(r.completed(), micros);
    recipients.add(r.recipients(), micros);
    lines.add(r.provenance());
  }

  private void date(Instant date, Instant since) {
    if (date == null) {
      dateSeconds.addNull();
      dateMicros.add(0);
    } else {
      dateSeconds.add(date.getEpochSecond() - since.getEpochSecond());
      dateMicros.add(date.getNano() / 1000);
    }
  }

  /** All columns but the last ones and times, in the order in which they are written. */
  private Column[] columns() {
    return new Column[] {
      id,
      aliases,
      continuations,
      host,
      instance,
      service,
      protocol,
      origin,
      user,
      mechanism,
      authorizationId,
      localUser,
      clientInside,
      tlsVersion,
      tlsCipher,
      mailFrom,
      recipients,
      messageId,
      headerFrom,
      dateSeconds,
      dateMicros,
      size,
      bodyDigest,
      textDigest,
      sketch,
      attachmentDigests,
      expired,
      completed,
      lines
    };
  }

  /** Writes what stands in the raw part before all columns, where records lie by user. */
  public void writeAnchors(Bytes raw, int number, int first) {
    sketch.drainAnchors(raw, number, first);
  }

  /** Writes the columns and starts anew. */
  public void write(Bytes out, Bytes raw) {
    id.drainTags(raw);
    if (!timesApart) {
      time.drainTo(out, raw, false);
    }
    for (Column column : inOrder) {
      column.drainTo(out, raw, timesApart);
    }
    if (anyEnvelopeId || anyLogHosts) {
      envelopeId.drainTo(out, raw, timesApart);
    }
    if (anyLogHosts) {
      logHosts.drainTo(out, raw, timesApart);
    }
    envelopeId.clear();
    logHosts.clear();
    anyEnvelopeId = false;
    anyLogHosts = false;
    rows = 0;
  }

  /** The columns as they are read. Not thread-safe. */
  public static final class Reader {
    private final IntColumn.Reader time;
    private final BlockTimes times;
    private final IdColumns.Reader id;
    private final ListColumn.Reader aliases;
    private final ListColumn.Reader continuations;
    private final TextColumn.Reader host;
    private final TextColumn.Reader instance;
    private final TextColumn.Reader service;
    private final TextColumn.Reader protocol;
    private final IntColumn.Reader origin;
    private final TextColumn.Reader user;
    private final TextColumn.Reader mechanism;
    private final TextColumn.Reader authorizationId;
    private final TextColumn.Reader localUser;
    private final IntColumn.Reader clientInside;
    private final TextColumn.Reader tlsVersion;
    private final TextColumn.Reader tlsCipher;
    private final TextColumn.Reader mailFrom;
    private final RecipientColumns.Reader recipients;
    private final MessageIdColumn.Reader messageId;
    private final TextColumn.Reader headerFrom;
    private final IntColumn.Reader dateSeconds;
    private final IntColumn.Reader dateMicros;
    private final IntColumn.Reader size;
    private final TextColumn.Reader bodyDigest;
    private final TextColumn.Reader textDigest;
    private final SketchColumn.Reader sketch;
    private final ListColumn.Reader attachmentDigests;
    private final IntColumn.Reader expired;
    private final IntColumn.Reader completed;
    private final LineColumns.Reader lines;
    private final TextColumn.Reader envelopeId;
    private final ListColumn.Reader logHosts;

    /**
     * With all of a block's columns.
     *
     * @param times that the raw part begins with, or null where they are a column
     * @param anchors that follow these, or null where they are in the sketches
     * @param linesApart whether offsets of first lines have a column of their own
     */
    public Reader(
        byte[] packed, byte[] raw, int rows, BlockTimes times, Anchors anchors, boolean linesApart)
        throws IOException {
      this.times = times;
      Cursor in = new Cursor(packed);
      time = times == null ? new IntColumn.Reader(in, rows) : null;
      int tags = (times == null ? 0 : times.length()) + (anchors == null ? 0 : anchors.length());
      id = new IdColumns.Reader(in, raw, rows, tags);
      aliases = new ListColumn.Reader(in, raw, rows);
      continuations = new ListColumn.Reader(in, raw, rows);
      host = new TextColumn.Reader(in, raw, rows);
      instance = new TextColumn.Reader(in, raw, rows);
      service = new TextColumn.Reader(in, raw, rows);
      protocol = new TextColumn.Reader(in, raw, rows);
      origin = new IntColumn.Reader(in, raw, rows);
      user = new TextColumn.Reader(in, raw, rows);
      mechanism = new TextColumn.Reader(in, raw, rows);
      authorizationId = new TextColumn.Reader(in, raw, rows);
      localUser = new TextColumn.Reader(in, raw, rows);
      clientInside = new IntColumn.Reader(in, raw, rows);
      tlsVersion = new TextColumn.Reader(in, raw, rows);
      tlsCipher = new TextColumn.Reader(in, raw, rows);
      mailFrom = new TextColumn.Reader(in, raw, rows);
      recipients = new RecipientColumns.Reader(in, raw, rows);
      messageId = new MessageIdColumn.Reader(in, raw, rows);
      headerFrom = new TextColumn.Reader(in, raw, rows);
      dateSeconds = new IntColumn.Reader(in, raw, rows);
      dateMicros = new IntColumn.Reader(in, raw, rows);
      size = new IntColumn.Reader(in, raw, rows);
      bodyDigest = new TextColumn.Reader(in, raw, rows);
      textDigest = new TextColumn.Reader(in, raw, rows);
      sketch = new SketchColumn.Reader(in, raw, rows, anchors);
      attachmentDigests = new ListColumn.Reader(in, raw, rows);
      expired = new IntColumn.Reader(in, raw, rows);
      completed = new IntColumn.Reader(in, raw, rows);
      lines = new LineColumns.Reader(in, raw, rows, linesApart);
      envelopeId = in.at == packed.length ? null : new TextColumn.Reader(in, raw, rows);
      logHosts = in.at == packed.length ? null : new ListColumn.Reader(in, raw, rows);
      if (in.at != packed.length || in.rawAt != raw.length) {
        throw new IOException("more in a block than its columns");
      }
    }

    /** Whether times were in no column: rows are not in their order then. */
    public boolean timesApart() {
      return times != null;
    }

    public long micros(int row) {
      return times == null ? time.get(row) : times.micros(row);
    }

    /**
     * What {@link Detail#COLUMNS} names of the record in a row: half the fields, and those that are
     * read in the least time.
     */
    public void readColumns(int row, SubmissionRecord.Builder b) throws IOException {
      long micros = micros(row);
      b.time = Micros.time(micros);
      b.transactionId = id.get(row, micros);
      b.host = host.get(row);
      b.user = user.get(row);
      b.localUser = localUser.get(row);
      b.mailFrom = Echo.unmark(mailFrom.get(row), b.user);
      b.recipients = recipients.addresses(row);
      b.messageId = messageId.get(row);
      b.headerFrom = Echo.unmark(headerFrom.get(row), b.user);
      b.size = size.isNull(row) ? null : size.get(row);
      b.provenance = lines.get(row, 1);
    }

    /** The record in a row, into a builder whose client and subject are still to come. */
    public void read(int row, SubmissionRecord.Builder b) throws IOException {
      long micros = micros(row);
      b.time = Micros.time(micros);
      b.transactionId = id.get(row, micros);
      b.aliases = aliases.get(row);
      b.continuations = continuations.get(row);
      b.host = host.get(row);
      b.instance = instance.get(row);
      b.service = service.get(row);
      b.protocol = protocol.get(row);
      b.origin = origin.isNull(row) ? null : ORIGINS[origin.index(row, ORIGINS.length - 1)];
      b.user = user.get(row);
      b.mechanism = mechanism.get(row);
      b.authorizationId = authorizationId.get(row);
      b.localUser = localUser.get(row);
      b.clientInside = clientInside.isNull(row) ? null : clientInside.get(row) != 0;
      b.tlsVersion = tlsVersion.get(row);
      b.tlsCipher = tlsCipher.get(row);
      b.mailFrom = Echo.unmark(mailFrom.get(row), b.user);
      b.recipients = recipients.read(row, micros);
      b.messageId = messageId.get(row);
      b.headerFrom = Echo.unmark(headerFrom.get(row), b.user);
      b.headerDate =
          dateSeconds.isNull(row)
              ? null
              : Instant.ofEpochSecond(
                  b.time.getEpochSecond() + dateSeconds.get(row),
                  dateMicros.index(row, 999_999) * 1000L);
      b.size = size.isNull(row) ? null : size.get(row);
      b.bodyDigest = bodyDigest.get(row);
      b.textDigest = textDigest.get(row);
      b.sketch = sketch.get(row);
      b.attachmentDigests = attachmentDigests.get(row);
      b.expired = expired.time(row, micros);
      b.completed = completed.time(row, micros);
      b.envelopeId = envelopeId == null ? null : envelopeId.get(row);
      b.logHosts = logHosts == null ? List.of() : logHosts.get(row);
      b.provenance = lines.get(row, Integer.MAX_VALUE);
    }

    public String user(int row) throws IOException {
      return user.get(row);
    }

    public String localUser(int row) throws IOException {
      return localUser.get(row);
    }

    /** Whether the record in a row has a clue whose keys tell no more than the block. */
    public boolean has(int row, Asked asked) throws IOException {
      return switch (asked.type) {
        case TRANSACTION_ID -> hasId(row, asked) || aliases.has(row, asked);
        case NEXT_HOP_ID, RECIPIENT -> recipients.has(row, asked);
        case MESSAGE_ID -> messageId.has(row, asked);
        case BODY_DIGEST -> asked.is(bodyDigest, row);
        case TEXT_DIGEST -> asked.is(textDigest, row);
        case ATTACHMENT -> attachmentDigests.has(row, asked);
        case ENVELOPE_ID -> envelopeId != null && asked.is(envelopeId, row);
        case SKETCH -> sketch.has(row, asked);
        default -> true; // found in another way
      };
    }

    private boolean hasId(int row, Asked asked) throws IOException {
      return id.mayBe(row, asked) && asked.is(id.get(row, micros(row)));
    }
  }
}
