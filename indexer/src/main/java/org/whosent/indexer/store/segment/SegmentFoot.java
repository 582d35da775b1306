package org.whosent.indexer.store.segment;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The end of each file of a segment, which says where everything is. Immutable.
 *
 * @param directory where the directory begins
 * @param blocks how many there are
 * @param rows how many records they have
 * @param directoryCrc the directory's checksum
 * @param keysAt where the keys begin
 * @param keysLength bytes of these
 * @param clientsAt where the list of clients begins
 * @param clientsLength bytes of it
 * @param clientsCrc its checksum
 * @param version of the format, from 3 on, else 0: the foot is checked when a file is opened, its
 *     head is not
 */
record SegmentFoot(
    long directory,
    int blocks,
    int rows,
    int directoryCrc,
    long keysAt,
    int keysLength,
    long clientsAt,
    int clientsLength,
    int clientsCrc,
    int version) {
  static final int BYTES = 64;

  /** Where in it the version stands. */
  private static final int VERSION_AT = 48;

  /** Of a file whose end is damaged: it says nothing. */
  static final SegmentFoot NONE = new SegmentFoot(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Its bytes. */
  Bytes write() {
    Bytes foot = new Bytes(BYTES);
    foot.number(directory, 8).number(blocks, 4).number(rows, 4).number(directoryCrc, 4);
    foot.number(keysAt, 8).number(keysLength, 4);
    foot.number(clientsAt, 8).number(clientsLength, 4).number(clientsCrc, 4);
    foot.put(version).put(new byte[BYTES - 8 - VERSION_AT - 1]);
    int crc = Bytes.crc(foot.array, 0, foot.length);
    return foot.number(crc, 4).number(SegmentFormat.FOOT_MAGIC, 4);
  }

  /**
   * Reads and checks it.
   *
   * @throws IOException when it is damaged
   */
  static SegmentFoot read(byte[] foot) throws IOException {
    Cursor in = new Cursor(foot);
    SegmentFoot read =
        new SegmentFoot(
            in.number(8),
            (int) in.number(4),
            (int) in.number(4),
            (int) in.number(4),
            in.number(8),
            (int) in.number(4),
            in.number(8),
            (int) in.number(4),
            (int) in.number(4),
            foot[VERSION_AT]);
    in.at = BYTES - 8;
    if ((int) in.number(4) != Bytes.crc(foot, 0, BYTES - 8)
        || in.number(4) != SegmentFormat.FOOT_MAGIC) {
      throw new IOException("its end is damaged");
    }
    return read;
  }
}
