package org.whosent.indexer.ingest.input;

import java.io.IOException;
import org.whosent.record.IoReason;

/** A file could not be read: its own trouble, to be told apart from the store's. */
public final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  Unreadable(IOException cause) {
    super(IoReason.of(cause), cause);
  }

  /** Something that reads a file. */
  public interface Reading<T> {
    /** Does it. */
    T get() throws IOException;
  }

  /** Does it; an exception is the file's. */
  public static <T> T reading(Reading<T> reading) throws Unreadable {
    try {
      return reading.get();
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }
}
