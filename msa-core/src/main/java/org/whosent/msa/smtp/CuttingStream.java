package org.whosent.msa.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/** A stream without some of its spans. Not thread-safe. */
final class CuttingStream extends InputStream {
  /**
   * A span to leave out.
   *
   * @param from offset of its first octet
   * @param to offset of the first octet after it
   */
  record Cut(long from, long to) {}

  private final InputStream in;
  private final Iterator<Cut> cuts;
  private Cut next;
  private long at;

  /**
   * The stream without these spans.
   *
   * @param cuts in ascending order, apart from each other
   */
  CuttingStream(InputStream in, List<Cut> cuts) {
    this.in = in;
    this.cuts = cuts.iterator();
    advance();
  }

  private void advance() {
    next = cuts.hasNext() ? cuts.next() : null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (next != null && at == next.from) {
      in.skipNBytes(next.to - next.from);
      at = next.to;
      advance();
    }
    int most = next == null ? length : (int) Math.min(length, next.from - at);
    int count = in.read(bytes, offset, most);
    at += Math.max(0, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
