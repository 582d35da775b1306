package org.whosent.indexer.ingest.input;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * What is no regular file: a named pipe, a device. Opened when it is read first, since that may
 * wait for somebody who writes into it: {@link PumpedStream} reads in a thread that nobody waits
 * for. For one reading thread.
 */
public final class NamedPipe extends BulkStream {
  private final Path path;
  private InputStream in;

  /** Opens nothing yet. */
  public NamedPipe(Path path) {
    this.path = path;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (in == null) {
      in = new FileInputStream(path.toFile());
    }
    return in.read(into, offset, length);
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
