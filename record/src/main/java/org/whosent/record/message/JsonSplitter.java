package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a JSON array of objects, or objects one after the other (JSON lines), into its objects,
 * without reading what they say: reporters send many reports in one file. By counting brackets
 * outside of strings, so that a report that is broken inside does not take the next ones with it.
 * Not thread-safe.
 */
final class JsonSplitter {
  private static final int LOOKED_AT = 4096;

  private final InputStream in;
  private boolean ended;

  JsonSplitter(InputStream in) {
    this.in = in;
  }

  /** True when the stream begins like JSON objects or an array of them; moves nothing. */
  static boolean begins(InputStream in) throws IOException {
    in.mark(LOOKED_AT);
    int open = 0;
    int expected = -1;
    boolean begins = false;
    for (int i = 0; i < LOOKED_AT - 1; i++) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      if (b <= ' ' || i < 3 && (b == 0xEF || b == 0xBB || b == 0xBF)) {
        continue;
      }
      if (expected == '"') {
        begins = b == '"' || b == '}'; // an object: a name comes next
        break;
      }
      if (b == '[' && open++ == 0) {
        continue;
      }
      if (b != '{') {
        break;
      }
      expected = '"';
    }
    in.reset();
    return begins;
  }

  /**
   * The next object; null after the last.
   *
   * @throws UnreadableMessageException when it is too long; the one after it can still be read
   * @throws IOException when the stream fails
   */
  byte[] next() throws IOException {
    ByteArrayOutputStream object = new ByteArrayOutputStream(4096);
    long size = 0;
    int depth = 0;
    boolean text = false;
    boolean escaped = false;
    int b;
    while (!ended && (b = in.read()) >= 0) {
      if (depth == 0 && b != '{') {
        continue; // between two objects
      }
      if (size++ < OpenedMessage.MAX_BYTES) {
        object.write(b);
      }
      if (text) {
        // A string has no line break in it: whoever forgot its end loses one line, not the file.
        text = (escaped || b != '"') && b != '\n';
        escaped = !escaped && b == '\\';
      } else {
        switch (b) {
          case '"' -> text = true;
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          default -> {
            // of no matter here
          }
        }
        if (depth == 0) {
          return finished(object, size);
        }
      }
    }
    ended = true;
    return size == 0 ? null : finished(object, size);
  }

  private static byte[] finished(ByteArrayOutputStream object, long size)
      throws UnreadableMessageException {
    if (size > OpenedMessage.MAX_BYTES) {
      throw new UnreadableMessageException(
          "the report has %d bytes; at most %d are read".formatted(size, OpenedMessage.MAX_BYTES));
    }
    return object.toByteArray();
  }
}
