package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.record.Sketch;

/**
 * The anchors of the sketches of a block, each eight of them once. They stand in the block's raw
 * part behind the {@link BlockTimes} and have a checksum of their own, so that a block is known not
 * to have an anchor without being unpacked: keys of anchors only tell groups of blocks. What is
 * left of a sketch is a text among the columns. Of segments that lie by user, from format 5 on. Not
 * thread-safe.
 *
 * <p>CRC-32C of the block's number, of the number of its first record and of what follows; how many
 * there are (4 bytes, the highest bit of which says that the anchors of other sketches are among
 * the columns); and of each the {@value #BYTES} bytes that are in the sketch from the third on.
 * Public for {@code SegmentFile}, which reads them apart from their block.
 */
public final class Anchors {
  public static final int HEAD_BYTES = 8;
  static final int BYTES = 2 * Sketch.ANCHORS;

  /** What a sketch begins with before its anchors. */
  private static final int BEFORE = 2;

  /** Of less there is nothing to gain. */
  private static final int LEAST = BEFORE + BYTES + 30;

  private static final int ELSEWHERE = 1 << 31;

  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** Collects those of a block. Not thread-safe. */
  static final class Collected {
    private final Bytes all = new Bytes(1024);
    private final Map<Eight, Integer> places = new HashMap<>();
    private final char[] values = new char[Sketch.ANCHORS];
    private boolean elsewhere;

    private record Eight(long first, long second) {}

    /**
     * Takes the anchors of a sketch; gives what is left of it, or the sketch itself where it has to
     * stay whole.
     *
     * @param place takes 0 where these are the next eight, 1 and more where they are some that came
     *     before, null where the sketch stays whole
     */
    String take(String sketch, IntColumn place) {
      if (sketch == null || !Sketch.anchors(sketch, values)) {
        place.addNull();
        return sketch;
      }
      byte[] bytes = DECODER.decode(sketch);
      if (bytes.length < LEAST || !ENCODER.encodeToString(bytes).equals(sketch)) {
        elsewhere = true;
        place.addNull();
        return sketch;
      }
      Eight eight = new Eight(eight(0), eight(4));
      Integer known = places.putIfAbsent(eight, places.size());
      place.add(known == null ? 0 : known + 1L);
      if (known == null) {
        all.put(bytes, BEFORE, BYTES);
      }
      byte[] rest = new byte[bytes.length - BYTES];
      System.arraycopy(bytes, 0, rest, 0, BEFORE);
      System.arraycopy(bytes, BEFORE + BYTES, rest, BEFORE, rest.length - BEFORE);
      return ENCODER.encodeToString(rest);
    }

    private long eight(int from) {
      long eight = 0;
      for (int i = from; i < from + 4; i++) {
        eight = eight << 16 | values[i];
      }
      return eight;
    }

    /** Puts them and starts anew. */
    void write(Bytes raw, int number, int first) {
      int start = raw.length;
      raw.number(0, 4).number(places.size() | (elsewhere ? ELSEWHERE : 0), 4);
      raw.put(all.array, 0, all.length);
      raw.set(start, crc(number, first, raw.array, start, raw.length));
      all.clear();
      places.clear();
      elsewhere = false;
    }
  }

  private final byte[] bytes;
  private final int from;
  private final int count;
  private final boolean elsewhere;

  private Anchors(byte[] bytes, int from, int count, boolean elsewhere) {
    this.bytes = bytes;
    this.from = from;
    this.count = count;
    this.elsewhere = elsewhere;
  }

  private static int crc(int number, int first, byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    Bytes place = new Bytes(8).number(number, 4).number(first, 4);
    crc.update(place.array, 0, place.length);
    crc.update(bytes, from + 4, to - from - 4);
    return (int) crc.getValue();
  }

  /** Bytes of all of it where the head is at {@code from}, within so many. */
  public static int length(byte[] bytes, int from, int most) throws IOException {
    if (from > bytes.length - HEAD_BYTES || most < HEAD_BYTES) {
      throw new IOException("a block without anchors");
    }
    int count = Bytes.integer(bytes, from + 4) & ~ELSEWHERE;
    if (count > (most - HEAD_BYTES) / BYTES) {
      throw new IOException("the anchors of a block are damaged");
    }
    return HEAD_BYTES + count * BYTES;
  }

  /**
   * Reads and checks them.
   *
   * @param number of the block
   * @param first number of its first record
   * @param bytes where they are
   * @param from where in it they begin
   * @throws IOException when they are damaged
   */
  public static Anchors read(int number, int first, byte[] bytes, int from) throws IOException {
    int length = length(bytes, from, bytes.length - from);
    if (crc(number, first, bytes, from, from + length) != Bytes.integer(bytes, from)) {
      throw new IOException("the anchors of a block are damaged");
    }
    boolean elsewhere = Bytes.integer(bytes, from + 4) < 0;
    return new Anchors(bytes, from + HEAD_BYTES, (length - HEAD_BYTES) / BYTES, elsewhere);
  }

  /** Gives those that begin at {@code from} in a raw part to a block of another place. */
  public static void move(byte[] raw, int from, int number, int first) throws IOException {
    int length = length(raw, from, raw.length - from);
    Bytes.set(raw, from, crc(number, first, raw, from, from + length));
  }

  /** Bytes that they take in the block's raw part. */
  int length() {
    return HEAD_BYTES + count * BYTES;
  }

  /** False where none of the block's sketches has an anchor. */
  boolean mayHave(int place, char value) {
    if (elsewhere) {
      return true;
    }
    byte high = (byte) (value >>> 8);
    byte low = (byte) value;
    int at = from + 2 * place;
    for (int i = 0; i < count; i++, at += BYTES) {
      if (bytes[at + 1] == low && bytes[at] == high) {
        return true;
      }
    }
    return false;
  }

  /** Whether those in one place have an anchor. */
  boolean is(int index, int place, char value) {
    int at = from + index * BYTES + 2 * place;
    return bytes[at] == (byte) (value >>> 8) && bytes[at + 1] == (byte) value;
  }

  /**
   * Which of them belong to a block's rows.
   *
   * @param places what {@link Collected#take} was given
   * @return an index, or -1 where a sketch is whole
   */
  int[] ofRows(IntColumn.Reader places, int rows) throws IOException {
    int[] index = new int[rows];
    int next = 0;
    for (int i = 0; i < rows; i++) {
      int place = places.isNull(i) ? -1 : places.index(i, count);
      index[i] = place == 0 ? next++ : place - 1;
      if (place < 0) {
        index[i] = -1;
      } else if (index[i] >= count) {
        throw new IOException("more sketches than anchors");
      }
    }
    return index;
  }

  /** A sketch of which this was left. */
  String sketch(int index, String left) throws IOException {
    try {
      byte[] rest = DECODER.decode(left);
      byte[] whole = new byte[rest.length + BYTES];
      System.arraycopy(rest, 0, whole, 0, BEFORE);
      System.arraycopy(bytes, from + index * BYTES, whole, BEFORE, BYTES);
      System.arraycopy(rest, BEFORE, whole, BEFORE + BYTES, rest.length - BEFORE);
      return ENCODER.encodeToString(whole);
    } catch (RuntimeException e) {
      throw new IOException("a sketch that cannot be read", e);
    }
  }
}
