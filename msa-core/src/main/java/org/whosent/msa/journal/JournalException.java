package org.whosent.msa.journal;

import java.io.IOException;

/** An entry that is not, or not surely, on disk: what it speaks of must not go on. */
public final class JournalException extends IOException {
  private static final long serialVersionUID = 1L;

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
