package org.whosent.msa.smtp;

import java.io.IOException;

/** A message that comes in chunks (RFC 3030), between one BDAT and the next. Not thread-safe. */
final class Chunks implements AutoCloseable {
  private final MessageBuffer buffer;
  private final MessageWriter writer;

  /** Nothing has come yet. */
  Chunks(MessageBuffer buffer, MessageWriter writer) {
    this.buffer = buffer;
    this.writer = writer;
  }

  MessageBuffer buffer() {
    return buffer;
  }

  MessageWriter writer() {
    return writer;
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
