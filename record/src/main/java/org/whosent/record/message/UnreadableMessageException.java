package org.whosent.record.message;

import java.io.IOException;

/** The input is no message that we read, or is out of bounds; the text says which, in one line. */
public final class UnreadableMessageException extends IOException {
  public UnreadableMessageException(String reason) {
    super(reason);
  }
}
