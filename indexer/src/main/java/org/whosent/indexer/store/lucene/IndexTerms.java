package org.whosent.indexer.store.lucene;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * What of a record goes into Lucene and how it is asked for, side by side. Stateless.
 *
 * <p>Each clue type is a field named by its code. Long and random values are kept as the head of
 * their SHA-256, which is smaller; so a hit is only a candidate until the record was looked at.
 */
final class IndexTerms {
  /** Microseconds since the epoch; segments are sorted by it, newest first. */
  static final String TIME = "#time";

  /** Where the record is. */
  static final String LOCATION = "#at";

  static final Sort NEWEST_FIRST = new Sort(new SortField(TIME, SortField.Type.LONG, true));

  private static final int LONGEST_PLAIN = 64;
  private static final int SHORT_HASH = 8;
  private static final int LONG_HASH = 17;

  private IndexTerms() {}

  static Term term(ClueType type, String folded) {
    return new Term(type.code(), bytes(type, folded));
  }

  /**
   * A value as term. Message-IDs and digests are random: 8 bytes of hash tell them apart as well as
   * any. Other values stand in plain, unless too long; then 0xFF, which is in no UTF-8, and 16
   * bytes of hash.
   */
  static BytesRef bytes(ClueType type, String folded) {
    byte[] utf8 = folded.getBytes(StandardCharsets.UTF_8);
    return switch (type) {
      case MESSAGE_ID, BODY_DIGEST, TEXT_DIGEST -> new BytesRef(sha256(utf8), 0, SHORT_HASH);
      default -> {
        if (utf8.length <= LONGEST_PLAIN) {
          yield new BytesRef(utf8);
        }
        byte[] hash = new byte[LONG_HASH];
        hash[0] = (byte) 0xff;
        System.arraycopy(sha256(utf8), 0, hash, 1, LONG_HASH - 1);
        yield new BytesRef(hash);
      }
    };
  }

  static Document document(SubmissionRecord record, long location) {
    Document document = new Document();
    for (ClueType type : ClueType.values()) {
      for (String value : type.of(record)) {
        document.add(new StringField(type.code(), bytes(type, value), Field.Store.NO));
      }
    }
    document.add(new NumericDocValuesField(TIME, micros(record.time())));
    document.add(new NumericDocValuesField(LOCATION, location));
    return document;
  }

  /** The document of one copy of a record. */
  static Query copy(String transactionId, long location) {
    String folded = ClueType.TRANSACTION_ID.fold(transactionId);
    return new BooleanQuery.Builder()
        .add(new TermQuery(term(ClueType.TRANSACTION_ID, folded)), BooleanClause.Occur.FILTER)
        .add(
            NumericDocValuesField.newSlowExactQuery(LOCATION, location), BooleanClause.Occur.FILTER)
        .build();
  }

  static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
