package org.whosent.indexer.ingest.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The members of a gzip file one after the other, as one text. Zero bytes behind them, with which
 * tapes and disks fill up, are the end, as gzip itself has it. Where anything else follows, an
 * exception says so, but not before all that was compressed is read: the library, asked for all
 * members at once, loses what it had of the last one. Not thread-safe.
 */
final class GzipMembers extends BulkStream {
  private final InputStream in;
  private InputStream member;

  /**
   * Reads the first member's head.
   *
   * @param in supports marks
   */
  GzipMembers(InputStream in) throws IOException {
    this.in = in;
    member = open();
  }

  private InputStream open() throws IOException {
    // A member is closed when it is read, for the sake of its memory; the file is not.
    InputStream shared =
        new FilterInputStream(in) {
          @Override
          public void close() {}
        };
    return GzipCompressorInputStream.builder().setInputStream(shared).get();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = member.read(into, offset, length);
    while (read < 0 && isAnotherAhead()) {
      member.close();
      member = open();
      read = member.read(into, offset, length);
    }
    return read;
  }

  private boolean isAnotherAhead() throws IOException {
    int next = 0;
    while (next == 0) {
      in.mark(1);
      next = in.read();
    }
    if (next < 0) {
      return false;
    }
    in.reset();
    if (next != 0x1f) {
      throw new IOException("something else stands behind the gzip data");
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    member.close();
    in.close();
  }
}
