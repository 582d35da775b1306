package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A text in UTF-16 as the same text in UTF-8, without its byte order mark. What is no UTF-16
 * becomes {@code ?} or U+FFFD: bad input, never an exception. Not thread-safe.
 */
final class Utf16Stream extends BulkStream {
  private static final int CHARACTERS = 1 << 13;

  private final Reader in;
  private final CharBuffer text = CharBuffer.allocate(CHARACTERS).limit(0);
  private final CharsetEncoder encoder =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** Room for what any of the characters may need, so that all of them are always taken. */
  private final ByteBuffer bytes = ByteBuffer.allocate(4 * CHARACTERS).limit(0);

  private boolean ended;

  /**
   * Reads from there.
   *
   * @param in begins with the byte order mark
   * @param order UTF_16LE or UTF_16BE
   */
  Utf16Stream(InputStream in, Charset order) throws IOException {
    in.skipNBytes(2);
    this.in = new InputStreamReader(in, order);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!bytes.hasRemaining()) {
      if (ended) {
        return -1;
      }
      text.compact(); // half a pair may have been left
      ended = in.read(text) < 0;
      text.flip();
      bytes.clear();
      encoder.encode(text, bytes, ended);
      if (ended) {
        encoder.flush(bytes);
      }
      bytes.flip();
    }
    int part = Math.min(length, bytes.remaining());
    bytes.get(into, offset, part);
    return part;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
