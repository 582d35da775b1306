package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is made to be read many bytes at a time; one is read as an array of one. */
abstract class BulkStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] into, int offset, int length) throws IOException;
}
