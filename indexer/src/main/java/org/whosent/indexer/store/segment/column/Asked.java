package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.TransactionId;

/**
 * A clue that is looked for among all rows of a block, of which most have another: prepared so that
 * those are told at a glance, without making texts of what is kept packed. Not thread-safe. Public
 * for {@code SegmentReader} and {@code InBlocks}.
 */
public final class Asked {
  public final ClueType type;
  private final String folded;

  /** What the asked value's bytes are if hex digits are; null where it is no such text. */
  private final byte[] hex;

  /** What stands before the last @, or all of it. */
  private final byte[] left;

  /** The ID where one of ours is asked for, else null. */
  final TransactionId own;

  /** The same where it may be kept as a number, else null. */
  private final String number;

  /** Whether folding leaves capitals alone. */
  private final boolean caseCounts;

  private final char[] anchors = new char[Sketch.ANCHORS];

  /** Of a folded value. */
  public Asked(ClueType type, String folded) {
    this.type = type;
    this.folded = folded;
    this.own =
        type == ClueType.TRANSACTION_ID && TransactionId.isCanonical(folded)
            ? TransactionId.parse(folded).orElseThrow()
            : null;
    // A Message-ID and an address are told by what stands before the last @.
    boolean apart = type == ClueType.MESSAGE_ID || type == ClueType.RECIPIENT;
    int at = apart ? folded.lastIndexOf('@') : -1;
    String start = at < 0 ? folded : folded.substring(0, at);
    this.left = start.getBytes(StandardCharsets.UTF_8);
    this.hex = hex(start); // hex digits are the same when folded
    this.number = isAscii(start) ? start : null;
    this.caseCounts =
        switch (type) {
          case TRANSACTION_ID, NEXT_HOP_ID, MESSAGE_ID, ENVELOPE_ID -> true;
          default -> false;
        };
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static byte[] hex(String text) {
    Bytes raw = new Bytes(text.length() + 1);
    Bytes heap = new Bytes(text.length() + 1);
    boolean packed = !text.isEmpty() && Packing.pack(text, heap, raw) == Packing.HEX;
    return packed ? HexFormat.of().parseHex(text) : null;
  }

  /** Whether a text of a record is what is asked for. */
  boolean is(String text) {
    if (text == null || text.isEmpty()) {
      return false;
    }
    return text.equals(folded) || !folded.isEmpty() && type.fold(text).equals(folded);
  }

  /** The same of a column's text. */
  boolean is(TextColumn.Reader column, int i) throws IOException {
    return mayBe(column, i) && is(column.get(i));
  }

  /** False where hex digits are kept as bytes, or a text as a number, and others are asked for. */
  boolean mayBe(TextColumn.Reader column, int i) throws IOException {
    if (own != null) {
      return true; // it is the same however it is written: in small letters, too
    }
    return column.mayBeHex(i, hex) && (number == null || column.mayBeNumber(i, number, caseCounts));
  }

  /**
   * False where a column of addresses' left sides has another one than is asked for. ASCII alone is
   * told apart so: what else folds to what is for {@link ClueType#fold} to say.
   */
  boolean mayBeLeft(TextColumn.Reader column, int i) throws IOException {
    return mayBe(column, i) && column.mayFoldTo(i, left);
  }

  /** Whether a sketch has the anchor. */
  boolean isAnchorOf(String sketch) {
    if (!Sketch.anchors(sketch, anchors)) {
      return false;
    }
    long asked = KeyHashes.anchor(folded);
    for (int i = 0; i < anchors.length; i++) {
      if (KeyHashes.anchor(i, anchors[i]) == asked) {
        return true;
      }
    }
    return false;
  }

  /** The same of anchors that are apart from their sketch. */
  boolean isAnchorOf(Anchors anchors, int index) {
    long asked = KeyHashes.anchor(folded) >>> Long.SIZE - KeyFormat.ANCHOR_BITS;
    return anchors.is(index, (int) (asked >>> 16), (char) asked);
  }

  /** False where no sketch of a block has the anchor. */
  public boolean mayBeAnchorIn(Anchors anchors) {
    long asked = KeyHashes.anchor(folded) >>> Long.SIZE - KeyFormat.ANCHOR_BITS;
    return anchors.mayHave((int) (asked >>> 16), (char) asked);
  }
}
