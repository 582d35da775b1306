package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The texts of a column that are {@link Numerals}: what these have in common once, and of each its
 * one or two numbers. Not thread-safe.
 */
final class NumeralColumn {
  private final IntColumn heads = new IntColumn();
  private final IntColumn tails = new IntColumn();
  private boolean anyHead;

  /** Adds a text that is one of them. */
  void add(Numerals numerals, String text) {
    long head = numerals.head(text);
    heads.add(head);
    tails.add(numerals.tail(text));
    anyHead |= head != 0;
  }

  boolean isEmpty() {
    return tails.count() == 0;
  }

  /** Writes them and starts anew. */
  void drainTo(Numerals numerals, Bytes out, Bytes raw) {
    byte[] prefix = numerals.prefix().getBytes(StandardCharsets.UTF_8);
    byte[] suffix = numerals.suffix().getBytes(StandardCharsets.UTF_8);
    out.put(numerals.alphabet().ordinal() << 1 | (anyHead ? 1 : 0)).varint(tails.count());
    out.varint(prefix.length).put(prefix).varint(suffix.length).put(suffix);
    tails.drainTo(out, raw, true);
    if (anyHead) {
      heads.write(out, raw);
    }
    heads.clear();
    anyHead = false;
  }

  /** The numbers as they are read. Not thread-safe. */
  static final class Reader {
    private final Numerals numerals;
    private final IntColumn.Reader tails;

    /** Null where all are 0. */
    private final IntColumn.Reader heads;

    /** What was asked for last, and its numbers if it is one of these. */
    private String asked;

    private boolean told;
    private long askedHead;
    private long askedTail;

    /**
     * Reads them.
     *
     * @param most that they can be
     */
    Reader(Cursor in, byte[] raw, int most) throws IOException {
      int head = in.next();
      if (head >>> 1 >= Numerals.Alphabet.ALL.length) {
        throw new IOException("no column of texts");
      }
      int count = in.count(most);
      String prefix = text(in);
      numerals = new Numerals(Numerals.Alphabet.ALL[head >>> 1], prefix, text(in));
      tails = new IntColumn.Reader(in, raw, count);
      heads = (head & 1) == 0 ? null : new IntColumn.Reader(in, raw, count);
    }

    private static String text(Cursor in) throws IOException {
      int length = in.count(in.array.length);
      return new String(in.array, in.skip(length), length, StandardCharsets.UTF_8);
    }

    int count() {
      return tails.count();
    }

    String get(int n) throws IOException {
      return numerals.text(head(n), tails.get(n));
    }

    /** Whether what stands around all these numbers has this character. */
    boolean haveAround(char sign) {
      return numerals.prefix().indexOf(sign) >= 0 || numerals.suffix().indexOf(sign) >= 0;
    }

    private long head(int n) {
      return heads == null ? 0 : heads.get(n);
    }

    /**
     * False where one of them is not a text.
     *
     * @param folded ASCII
     * @param caseCounts whether it must have the same capitals
     */
    boolean mayBe(int n, String folded, boolean caseCounts) {
      if (!folded.equals(asked)) {
        ask(folded, caseCounts);
      }
      return !told || tails.get(n) == askedTail && head(n) == askedHead;
    }

    private void ask(String folded, boolean caseCounts) {
      asked = folded;
      String kept = numerals.asKept(folded, caseCounts);
      told = kept != null;
      boolean one = told && numerals.has(kept);
      askedHead = one ? numerals.head(kept) : -1;
      askedTail = one ? numerals.tail(kept) : -1;
    }
  }
}
