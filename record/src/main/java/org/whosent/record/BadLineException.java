package org.whosent.record;

import java.io.IOException;

/** A line that is no journal line of ours: input to be counted and passed over, never a crash. */
public final class BadLineException extends IOException {
  public BadLineException(String message) {
    super(message);
  }

  public BadLineException(String message, Throwable cause) {
    super(message, cause);
  }
}
