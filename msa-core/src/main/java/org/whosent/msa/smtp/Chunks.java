package org.whosent.msa.smtp;

import java.io.IOException;

/** A message that comes in chunks (RFC 3030), between one BDAT and the next. Not thread-safe. */
final class Chunks implements AutoCloseable {
  private final MessageBuffer buffer;
  private final MessageWriter writer;
  private final Pace pace;

  /** Nothing has come yet. */
  Chunks(MessageBuffer buffer, MessageWriter writer, Pace pace) {
    this.buffer = buffer;
    this.writer = writer;
    this.pace = pace;
  }

  MessageBuffer buffer() {
    return buffer;
  }

  MessageWriter writer() {
    return writer;
  }

  /** Of the whole message, with what passes between its chunks. */
  Pace pace() {
    return pace;
  }

  @Override
  public void close() {
    try {
      buffer.close();
    } catch (IOException e) {
      // a file without a name, which nobody needs any more
    }
  }
}
