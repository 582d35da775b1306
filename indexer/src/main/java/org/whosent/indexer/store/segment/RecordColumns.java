package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.whosent.indexer.store.Detail;
import org.whosent.record.Origin;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * The columns of a block of records, all but what {@link PrivateColumns} and {@link
 * RecipientColumns} have; written and read side by side. The order of the columns is the order of
 * the lines in {@link #write}. Not thread-safe.
 *
 * <p>Other times than the record's own are differences from it. A transaction ID of our own is its
 * numbers; of the tag, the low 48 bits are random bytes. A Message-ID is its left and its right
 * side, where it has both.
 */
final class RecordColumns {
  private static final Origin[] ORIGINS = Origin.values();
  private static final int TAG_BYTES = 6;

  private final IntColumn time = new IntColumn();
  private final IntColumn ours = new IntColumn();
  private final IntColumn idMillis = new IntColumn();
  private final IntColumn idNode = new IntColumn();
  private final IntColumn idCounter = new IntColumn();
  private final IntColumn idTag = new IntColumn();
  private final Bytes tags = new Bytes(1024);
  private final TextColumn id = new TextColumn();
  private final IntColumn aliasCount = new IntColumn();
  private final TextColumn aliases = new TextColumn();
  private final IntColumn continuationCount = new IntColumn();
  private final TextColumn continuations = new TextColumn();
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
  private final RecipientColumns recipients;
  private final TextColumn messageIdLeft = new TextColumn();
  private final TextColumn messageIdRight = new TextColumn();
  private final TextColumn headerFrom = new TextColumn();
  private final IntColumn dateSeconds = new IntColumn();
  private final IntColumn dateMicros = new IntColumn();
  private final IntColumn size = new IntColumn();
  private final TextColumn bodyDigest = new TextColumn();
  private final TextColumn textDigest = new TextColumn();
  private final TextColumn sketch = new TextColumn();

  /** Of segments as small as can be: where the anchors of a sketch are. */
  private final IntColumn anchorPlace = new IntColumn();

  private final Anchors.Collected anchors = new Anchors.Collected();
  private final IntColumn attachmentCount = new IntColumn();
  private final TextColumn attachmentDigests = new TextColumn();
  private final IntColumn expired = new IntColumn();
  private final IntColumn completed = new IntColumn();
  private final IntColumn lineCount = new IntColumn();
  private final TextColumn lineFile = new TextColumn();
  private final IntColumn lineOffset = new IntColumn();

  /** Of segments as small as can be: of the lines behind the first, how far from the one before. */
  private final IntColumn nextOffset = new IntColumn();

  private final TextColumn lineHash = new TextColumn();

  /** Written last, and only where a record of the block has one: few messages do. */
  private final TextColumn envelopeId = new TextColumn();

  private final boolean timesApart;
  private final Plain[] plain;
  private boolean anyEnvelopeId;
  private int rows;

  /** Of segments that lie by time. */
  RecordColumns() {
    this(false);
  }

  /**
   * The same.
   *
   * @param timesApart the records' times are in {@link BlockTimes} and not among the columns
   */
  RecordColumns(boolean timesApart) {
    this.timesApart = timesApart;
    this.recipients = new RecipientColumns(timesApart);
    this.plain = plain().toArray(Plain[]::new);
    this.inOrder = columns();
  }

  int rows() {
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

  void add(SubmissionRecord r) {
    rows++;
    long micros = Micros.of(r.time());
    if (!timesApart) {
      time.add(micros);
    }
    id(r.transactionId(), micros);
    for (Plain each : plain) {
      each.column.add(each.text.apply(r));
    }
    sketch.add(timesApart ? anchors.take(r.sketch(), anchorPlace) : r.sketch());
    anyEnvelopeId |= r.envelopeId() != null;
    messageId(r.messageId());
    texts(r.aliases(), aliasCount, aliases);
    texts(r.continuations(), continuationCount, continuations);
    texts(r.attachmentDigests(), attachmentCount, attachmentDigests);
    number(origin, r.origin() == null ? null : r.origin().ordinal());
    number(clientInside, r.clientInside() == null ? null : r.clientInside() ? 1 : 0);
    number(size, r.size());
    date(r.headerDate(), r.time());
    time(expired, r.expired(), micros);
    time(completed, r.completed(), micros);
    recipients.add(r.recipients(), micros);
    lines(r.provenance());
  }

  private void id(String text, long micros) {
    TransactionId own = ours(text);
    ours.add(own == null ? 0 : 1);
    if (own != null) {
      idMillis.add(own.millis() - Math.floorDiv(micros, 1000L));
      idNode.add(own.node());
      idCounter.add(own.counter());
      idTag.add(own.tag() >>> (8 * TAG_BYTES));
      tags.number(own.tag(), TAG_BYTES);
    }
    id.add(own == null ? text : null);
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

  private void lines(List<SourceLine> provenance) {
    lineCount.add(provenance.size());
    long before = 0;
    for (int i = 0; i < provenance.size(); i++) {
      SourceLine line = provenance.get(i);
      lineFile.add(line.file());
      (i > 0 && timesApart ? nextOffset : lineOffset).add(line.offset() - before);
      lineHash.add(line.hash());
      before = line.offset();
    }
  }

  private static TransactionId ours(String text) {
    return TransactionId.isCanonical(text) ? TransactionId.parse(text).orElseThrow() : null;
  }

  private void messageId(String text) {
    int at = text == null ? -1 : text.lastIndexOf('@');
    boolean both = at > 0 && text.charAt(0) == '<' && text.charAt(text.length() - 1) == '>';
    messageIdLeft.add(both ? text.substring(1, at) : text);
    messageIdRight.add(both ? text.substring(at + 1, text.length() - 1) : null);
  }

  static void texts(List<String> list, IntColumn count, TextColumn texts) {
    count.add(list.size());
    for (int i = 0; i < list.size(); i++) {
      texts.add(list.get(i));
    }
  }

  static void number(IntColumn column, Number value) {
    if (value == null) {
      column.addNull();
    } else {
      column.add(value.longValue());
    }
  }

  static void time(IntColumn column, Instant time, long since) {
    if (time == null) {
      column.addNull();
    } else {
      column.add(Micros.of(time) - since);
    }
  }

  private Object[] columns() {
    return new Object[] {
      time,
      ours,
      idMillis,
      idNode,
      idCounter,
      idTag,
      id,
      aliasCount,
      aliases,
      continuationCount,
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
      messageIdLeft,
      messageIdRight,
      headerFrom,
      dateSeconds,
      dateMicros,
      size,
      bodyDigest,
      textDigest,
      sketch,
      attachmentCount,
      attachmentDigests,
      expired,
      completed,
      lineCount,
      lineFile,
      lineOffset,
      lineHash
    };
  }

  private final Object[] inOrder;

  /** Writes what stands in the raw part before all columns, where records lie by user. */
  void writeAnchors(Bytes raw, int number, int first) {
    anchors.write(raw, number, first);
  }

  /** Writes the columns and starts anew. */
  void write(Bytes out, Bytes raw) {
    raw.put(tags.array, 0, tags.length);
    tags.clear();
    for (Object column : inOrder) {
      if (column != time || !timesApart) {
        write(column, out, raw, timesApart);
      }
      if (column == lineOffset && timesApart) {
        write(nextOffset, out, raw, true);
      } else if (column == sketch && timesApart) {
        write(anchorPlace, out, raw, true);
      }
    }
    if (anyEnvelopeId) {
      write(envelopeId, out, raw, timesApart);
    }
    envelopeId.clear();
    anyEnvelopeId = false;
    rows = 0;
  }

  static void write(Object column, Bytes out, Bytes raw, boolean small) {
    switch (column) {
      case IntColumn numbers -> {
        numbers.write(out, small ? raw : null);
        numbers.clear();
      }
      case TextColumn texts -> {
        texts.write(out, raw, small);
        texts.clear();
      }
      case RecipientColumns nested -> nested.write(out, raw);
      default -> throw new IllegalStateException("no column: " + column);
    }
  }

  /** The columns as they are read. Not thread-safe. */
  static final class Reader {
    private final byte[] raw;
    private final int rows;
    private final IntColumn.Reader time;
    private final BlockTimes times;
    private final int tags;
    private final IntColumn.Reader ours;
    private final Lists oursBefore;
    private final IntColumn.Reader idMillis;
    private final IntColumn.Reader idNode;
    private final IntColumn.Reader idCounter;
    private final IntColumn.Reader idTag;
    private final TextColumn.Reader id;
    private final Lists aliasLists;
    private final TextColumn.Reader aliases;
    private final Lists continuationLists;
    private final TextColumn.Reader continuations;
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
    private final TextColumn.Reader messageIdLeft;
    private final TextColumn.Reader messageIdRight;
    private final TextColumn.Reader headerFrom;
    private final IntColumn.Reader dateSeconds;
    private final IntColumn.Reader dateMicros;
    private final IntColumn.Reader size;
    private final TextColumn.Reader bodyDigest;
    private final TextColumn.Reader textDigest;
    private final TextColumn.Reader sketch;

    /** Null until format 4; which of them are whose, once that was asked. */
    private final Anchors anchors;

    private final IntColumn.Reader anchorPlace;
    private int[] anchorsOfRows;
    private final Lists attachmentLists;
    private final TextColumn.Reader attachmentDigests;
    private final IntColumn.Reader expired;
    private final IntColumn.Reader completed;
    private final Lists lines;
    private final TextColumn.Reader lineFile;
    private final IntColumn.Reader lineOffset;
    private final IntColumn.Reader nextOffset;
    private final TextColumn.Reader lineHash;
    private final TextColumn.Reader envelopeId;

    /**
     * With all of a block's columns.
     *
     * @param times that the raw part begins with, or null where they are a column
     * @param anchors that follow these, or null where they are in the sketches
     * @param version of the file's format
     */
    Reader(byte[] packed, byte[] raw, int rows, BlockTimes times, Anchors anchors, int version)
        throws IOException {
      this.raw = raw;
      this.rows = rows;
      this.times = times;
      this.anchors = anchors;
      tags = (times == null ? 0 : times.length()) + (anchors == null ? 0 : anchors.length());
      Cursor in = new Cursor(packed);
      time = times == null ? new IntColumn.Reader(in, rows) : null;
      ours = new IntColumn.Reader(in, rows);
      oursBefore = new Lists(ours, rows);
      int own = oursBefore.total();
      if ((long) own * TAG_BYTES > raw.length - tags) {
        throw new IOException("too few tags");
      }
      in.rawAt = tags + own * TAG_BYTES;
      idMillis = new IntColumn.Reader(in, raw, own);
      idNode = new IntColumn.Reader(in, raw, own);
      idCounter = new IntColumn.Reader(in, raw, own);
      idTag = new IntColumn.Reader(in, raw, own);
      id = new TextColumn.Reader(in, raw, rows);
      aliasLists = new Lists(in, raw, rows);
      aliases = new TextColumn.Reader(in, raw, aliasLists.total());
      continuationLists = new Lists(in, raw, rows);
      continuations = new TextColumn.Reader(in, raw, continuationLists.total());
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
      messageIdLeft = new TextColumn.Reader(in, raw, rows);
      messageIdRight = new TextColumn.Reader(in, raw, rows);
      headerFrom = new TextColumn.Reader(in, raw, rows);
      dateSeconds = new IntColumn.Reader(in, raw, rows);
      dateMicros = new IntColumn.Reader(in, raw, rows);
      size = new IntColumn.Reader(in, raw, rows);
      bodyDigest = new TextColumn.Reader(in, raw, rows);
      textDigest = new TextColumn.Reader(in, raw, rows);
      sketch = new TextColumn.Reader(in, raw, rows);
      anchorPlace = anchors == null ? null : new IntColumn.Reader(in, raw, rows);
      attachmentLists = new Lists(in, raw, rows);
      attachmentDigests = new TextColumn.Reader(in, raw, attachmentLists.total());
      expired = new IntColumn.Reader(in, raw, rows);
      completed = new IntColumn.Reader(in, raw, rows);
      lines = new Lists(in, raw, rows);
      lineFile = new TextColumn.Reader(in, raw, lines.total());
      boolean apart = version > SegmentFormat.BY_USER_VERSION;
      int first = apart ? lines.notEmpty() : lines.total();
      lineOffset = new IntColumn.Reader(in, raw, first);
      nextOffset = apart ? new IntColumn.Reader(in, raw, lines.total() - first) : null;
      lineHash = new TextColumn.Reader(in, raw, lines.total());
      envelopeId = in.at == packed.length ? null : new TextColumn.Reader(in, raw, rows);
      if (in.at != packed.length || in.rawAt != raw.length) {
        throw new IOException("more in a block than its columns");
      }
    }

    /** Whether times were in no column: rows are not in their order then. */
    boolean timesApart() {
      return times != null;
    }

    long micros(int row) {
      return times == null ? time.get(row) : times.micros(row);
    }

    /**
     * What {@link Detail#COLUMNS} names of the record in a row: half the fields, and those that are
     * read in the least time.
     */
    void readColumns(int row, SubmissionRecord.Builder b) throws IOException {
      long micros = micros(row);
      b.time = Micros.time(micros);
      b.transactionId = ours.get(row) == 0 ? id.get(row) : ours(row, micros);
      b.host = host.get(row);
      b.user = user.get(row);
      b.localUser = localUser.get(row);
      b.mailFrom = Echo.unmark(mailFrom.get(row), b.user);
      b.recipients = recipients.addresses(row);
      b.messageId = messageId(row);
      b.headerFrom = Echo.unmark(headerFrom.get(row), b.user);
      b.size = size.isNull(row) ? null : size.get(row);
      b.provenance = lines(row, 1);
    }

    /** The record in a row, into a builder whose client and subject are still to come. */
    void read(int row, SubmissionRecord.Builder b) throws IOException {
      long micros = micros(row);
      b.time = Micros.time(micros);
      b.transactionId = ours.get(row) == 0 ? id.get(row) : ours(row, micros);
      b.aliases = texts(aliasLists, aliases, row);
      b.continuations = texts(continuationLists, continuations, row);
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
      b.messageId = messageId(row);
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
      b.sketch = sketch(row);
      b.attachmentDigests = texts(attachmentLists, attachmentDigests, row);
      b.expired = time(expired, row, micros);
      b.completed = time(completed, row, micros);
      b.envelopeId = envelopeId == null ? null : envelopeId.get(row);
      b.provenance = lines(row, Integer.MAX_VALUE);
    }

    /** Whether the record in a row has a clue whose keys tell no more than the block. */
    boolean has(int row, Asked asked) throws IOException {
      return switch (asked.type) {
        case TRANSACTION_ID -> hasId(row, asked) || any(aliasLists, aliases, row, asked);
        case NEXT_HOP_ID, RECIPIENT -> recipients.has(row, asked);
        case MESSAGE_ID -> asked.mayBe(messageIdLeft, row) && asked.is(messageId(row));
        case BODY_DIGEST -> asked.is(bodyDigest, row);
        case TEXT_DIGEST -> asked.is(textDigest, row);
        case ATTACHMENT -> any(attachmentLists, attachmentDigests, row, asked);
        case ENVELOPE_ID -> envelopeId != null && asked.is(envelopeId, row);
        case SKETCH -> hasAnchor(row, asked);
        default -> true; // found in another way
      };
    }

    private boolean hasId(int row, Asked asked) throws IOException {
      if (ours.get(row) == 0) {
        return asked.is(id, row);
      }
      if (asked.own == null) {
        return false;
      }
      int at = tags + oursBefore.from(row) * TAG_BYTES;
      for (int k = 0; k < TAG_BYTES; k++) {
        if (raw[at + k] != (byte) (asked.own.tag() >>> (8 * (TAG_BYTES - 1 - k)))) {
          return false;
        }
      }
      return asked.is(ours(row, micros(row)));
    }

    private int anchorsOf(int row) throws IOException {
      if (anchors == null) {
        return -1;
      }
      if (anchorsOfRows == null) {
        anchorsOfRows = anchors.ofRows(anchorPlace, rows);
      }
      return anchorsOfRows[row];
    }

    private String sketch(int row) throws IOException {
      int its = anchorsOf(row);
      return its < 0 ? sketch.get(row) : anchors.sketch(its, sketch.get(row));
    }

    private boolean hasAnchor(int row, Asked asked) throws IOException {
      int its = anchorsOf(row);
      return its < 0 ? asked.isAnchorOf(sketch.get(row)) : asked.isAnchorOf(anchors, its);
    }

    private static boolean any(Lists lists, TextColumn.Reader texts, int row, Asked asked)
        throws IOException {
      boolean any = false;
      for (int i = lists.from(row); i < lists.to(row) && !any; i++) {
        any = asked.is(texts, i);
      }
      return any;
    }

    private String messageId(int row) throws IOException {
      String left = messageIdLeft.get(row);
      String right = messageIdRight.get(row);
      return right == null ? left : '<' + left + '@' + right + '>';
    }

    private String ours(int row, long micros) throws IOException {
      int i = oursBefore.from(row);
      long tag = idTag.index(i, 3);
      for (int k = 0; k < TAG_BYTES; k++) {
        tag = tag << 8 | raw[tags + i * TAG_BYTES + k] & 0xff;
      }
      try {
        return new TransactionId(
                idMillis.get(i) + Math.floorDiv(micros, 1000L),
                idNode.index(i, Integer.MAX_VALUE),
                idCounter.index(i, Integer.MAX_VALUE),
                tag)
            .toString();
      } catch (IllegalArgumentException e) {
        throw new IOException("no transaction ID", e);
      }
    }

    private List<SourceLine> lines(int row, int most) throws IOException {
      int from = lines.from(row);
      int to = Math.min(lines.to(row), from + Math.min(most, lines.total()));
      if (from == to) {
        return List.of();
      }
      List<SourceLine> list = new ArrayList<>(to - from);
      long before = 0;
      int lists = nextOffset == null ? 0 : lines.notEmptyBefore(row);
      for (int i = from; i < to; i++) {
        before +=
            nextOffset == null
                ? lineOffset.get(i)
                : i == from ? lineOffset.get(lists) : nextOffset.get(i - 1 - lists);
        list.add(new SourceLine(lineFile.get(i), before, lineHash.get(i)));
      }
      return list;
    }

    private static List<String> texts(Lists lists, TextColumn.Reader texts, int row)
        throws IOException {
      int from = lists.from(row);
      int to = lists.to(row);
      if (from == to) {
        return List.of();
      }
      List<String> list = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        list.add(texts.get(i));
      }
      return list;
    }

    static Instant time(IntColumn.Reader column, int row, long since) {
      return column.isNull(row) ? null : Micros.time(since + column.get(row));
    }
  }
}
