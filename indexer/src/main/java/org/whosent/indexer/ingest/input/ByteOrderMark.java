package org.whosent.indexer.ingest.input;

/**
 * The byte order mark of UTF-8, which programs of Windows put before a text that they save. It is
 * no part of the first line; offsets count its bytes. Stateless.
 */
final class ByteOrderMark {
  /** Bytes of it. */
  static final int LENGTH = 3;

  private ByteOrderMark() {}

  /** True for bytes that begin with it. */
  static boolean isAhead(byte[] bytes, int length) {
    return length >= LENGTH && isBegun(bytes, LENGTH);
  }

  /** True for bytes that may be the beginning of it, or are none. */
  static boolean isBegun(byte[] bytes, int length) {
    return length <= LENGTH
        && (length < 1 || (bytes[0] & 0xff) == 0xef)
        && (length < 2 || (bytes[1] & 0xff) == 0xbb)
        && (length < 3 || (bytes[2] & 0xff) == 0xbf);
  }
}
