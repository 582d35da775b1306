package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.segment.key.KeyFormat;

/** Names and layout of a segment's two files; the package description says it all. Stateless. */
public final class SegmentFormat {
  /**
   * Of the format, in the head of each file: what is asked of every day has filters in large
   * segments.
   */
  static final int VERSION = 6;

  /**
   * Still read: keys are in ranges of hashes, those of anchors tell groups of blocks, and anchors
   * are apart from their sketches.
   */
  static final int RANGES_VERSION = 5;

  /**
   * Still read: what no compressor makes smaller is kept in as few bits as it has, and domains of
   * recipients are numbers.
   */
  static final int NUMERALS_VERSION = 4;

  /** Still read: segments of days that are done lie by user. */
  static final int BY_USER_VERSION = 3;

  /**
   * Segments whose records lie newest first: those of days that still grow are still written so.
   */
  static final int BY_TIME_VERSION = 2;

  /**
   * Still read: recipients of a sealed segment are in its Lucene index, anchors of sketches among
   * the other keys.
   */
  static final int FIRST_VERSION = 1;

  static final int RECORDS_MAGIC = 0x57735231; // WsR1
  static final int PRIVATE_MAGIC = 0x57735031; // WsP1
  static final int BLOCK_MAGIC = 0x57734331; // WsC1
  static final int FOOT_MAGIC = 0x57734631; // WsF1

  static final int BLOCK_HEAD = 32;

  /** Bytes a block has in the records file's directory: offset, first number, newest time. */
  static final int RECORDS_ENTRY = 20;

  /** The same in the private file's: offset. */
  static final int PRIVATE_ENTRY = 8;

  /** No block is larger, unpacked: one record may have megabytes. */
  static final int MAX_BLOCK = 64 << 20;

  /** A block is closed when so much is in it, however few its records. */
  static final int FULL_BLOCK = 1 << 20;

  private SegmentFormat() {}

  /** The file of the records. */
  public static Path recordsFile(Path directory, int number) {
    return directory.resolve(name(number, "records"));
  }

  /** The file of what may be dropped before the records are. */
  public static Path privateFile(Path directory, int number) {
    return directory.resolve(name(number, "private"));
  }

  /** The file of the Lucene index of what people search by name; sealed segments have one. */
  public static Path indexFile(Path directory, int number) {
    return directory.resolve(name(number, "index"));
  }

  /** Deletes the three, as far as they are there. */
  public static void delete(Path directory, int number) throws IOException {
    Files.deleteIfExists(recordsFile(directory, number));
    Files.deleteIfExists(privateFile(directory, number));
    Files.deleteIfExists(indexFile(directory, number));
  }

  /** A directory that is there while that file is made. */
  static Path indexBuilding(Path directory, int number) {
    return directory.resolve(name(number, "building"));
  }

  private static String name(int number, String what) {
    return "segment-" + digits(number, 6) + "." + what;
  }

  /**
   * A number in so many digits at least. By hand: {@link String#format} loads the locale's, which
   * need not be ASCII, and a cold look-up would wait for it.
   */
  static String digits(int number, int least) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, least - digits.length())) + digits;
  }

  /** The number of a segment of which this is a file's name, or -1. */
  public static int number(String name) {
    if (!name.matches("segment-[0-9]{6,9}\\.(records|private|index)")) {
      return -1;
    }
    return Integer.parseInt(name.substring(8, name.indexOf('.')));
  }

  /** A block's head; lengths in bytes. */
  record Head(int number, int first, int rows, int packed, int unpacked, int raw, int crc) {
    /** The head at the start of these bytes, or null when there is none or it is out of bounds. */
    static Head read(byte[] bytes, int from) {
      if (bytes.length - from < BLOCK_HEAD || Bytes.integer(bytes, from) != BLOCK_MAGIC) {
        return null;
      }
      Head head =
          new Head(
              Bytes.integer(bytes, from + 4),
              Bytes.integer(bytes, from + 8),
              Bytes.integer(bytes, from + 12),
              Bytes.integer(bytes, from + 16),
              Bytes.integer(bytes, from + 20),
              Bytes.integer(bytes, from + 24),
              Bytes.integer(bytes, from + 28));
      boolean sound =
          head.number >= 0
              && head.first >= 0
              && head.rows > 0
              && head.rows <= KeyFormat.MAX_RECORDS
              && head.packed > 0
              && head.packed <= MAX_BLOCK + (MAX_BLOCK >> 7) + 1024
              && head.unpacked > 0
              && head.unpacked <= MAX_BLOCK
              && head.raw >= 0
              && head.raw <= MAX_BLOCK;
      return sound ? head : null;
    }

    int length() {
      return BLOCK_HEAD + packed + raw;
    }
  }

  /** Of a block's head before its checksum, and of all that follows. */
  static int crc(byte[] block, int length) {
    CRC32C crc = new CRC32C();
    crc.update(block, 0, BLOCK_HEAD - 4);
    crc.update(block, BLOCK_HEAD, length - BLOCK_HEAD);
    return (int) crc.getValue();
  }
}
