package org.whosent.record.message;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The messages of a file, one after the other: those of an mbox, the reports of a JSON array or of
 * JSON lines, or the one that it is. In memory is one message at a time. Not thread-safe.
 *
 * <p>RFC 4155 appendix A: a message of an mbox begins with a line {@code From sender date} after an
 * empty line. Writers that quote such lines in bodies put {@code >} before them; one is taken off.
 * Content-Length fields (mboxcl) are not believed: senders write them too, and one that lies would
 * swallow the message after it. A separator needs a time in it, which few lines of text have.
 */
public final class MessageSplitter implements Closeable {
  private static final Pattern SEPARATOR =
      Pattern.compile("From \\S{1,1000}[ \\t]+.{0,60}[0-9]{1,2}:[0-9]{2}.{0,60}[\\r\\n]*");
  private static final int MAX_SEPARATOR = 1200;
  private static final int MAX_LINE = 1 << 16;
  private static final byte[] NOTHING = {};

  private final InputStream in;

  /** What was read of it and not given out yet, from {@code at} to {@code end}. */
  private final byte[] buffer = new byte[1 << 14];

  private int at;
  private int end;
  private JsonSplitter json;
  private boolean started;
  private boolean mbox;
  private boolean ended;

  public MessageSplitter(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 14);
  }

  /**
   * The next message; null after the last.
   *
   * @throws UnreadableMessageException when it is too long; the one after it can still be read
   * @throws IOException when the stream fails
   */
  public byte[] next() throws IOException {
    if (!started && !ended && JsonSplitter.begins(in)) {
      json = new JsonSplitter(in);
    }
    if (json != null) {
      started = true;
      return json.next();
    }
    if (ended) {
      return null;
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream(8192);
    long size = 0;
    boolean afterEmpty = false;
    byte[] line;
    while ((line = line()).length > 0) {
      if (!started) {
        boolean nothing = blank(line);
        line = size == 0 ? withoutMark(line) : line;
        started = !nothing;
        mbox = separator(line);
        if (mbox) {
          message.reset(); // nothing but empty lines
          size = 0;
          continue;
        }
      } else if (mbox && afterEmpty && separator(line)) {
        return finished(message, size);
      }
      if (mbox) {
        afterEmpty = line[0] == '\n' || (line[0] == '\r' && line.length == 2);
        line = unquoted(line);
      }
      size += line.length;
      if (size <= OpenedMessage.MAX_BYTES) {
        message.write(line);
      }
    }
    ended = true;
    return size == 0 && mbox ? null : finished(message, size);
  }

  private static byte[] finished(ByteArrayOutputStream message, long size)
      throws UnreadableMessageException {
    if (size > OpenedMessage.MAX_BYTES) {
      throw new UnreadableMessageException(
          "the message has %d bytes; at most %d are read".formatted(size, OpenedMessage.MAX_BYTES));
    }
    return message.toByteArray();
  }

  private static boolean blank(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1).isBlank();
  }

  /** A byte order mark before an mbox would hide its first separator. */
  private static byte[] withoutMark(byte[] line) {
    boolean mark =
        line.length > 6
            && line[0] == (byte) 0xEF
            && line[1] == (byte) 0xBB
            && line[2] == (byte) 0xBF
            && line[3] == 'F';
    return mark ? Arrays.copyOfRange(line, 3, line.length) : line;
  }

  static boolean separator(byte[] line) {
    return line.length > 6
        && line.length < MAX_SEPARATOR
        && line[0] == 'F'
        && line[1] == 'r'
        && line[4] == ' '
        && SEPARATOR.matcher(new String(line, StandardCharsets.ISO_8859_1)).matches();
  }

  private static byte[] unquoted(byte[] line) {
    int at = 0;
    while (at < line.length && line[at] == '>') {
      at++;
    }
    boolean from =
        at > 0
            && line.length > at + 5
            && new String(line, at, 5, StandardCharsets.ISO_8859_1).equals("From ");
    return from ? Arrays.copyOfRange(line, 1, line.length) : line;
  }

  /** The next line with its line feed, or 64 KiB of it; empty at the end. */
  private byte[] line() throws IOException {
    byte[] line = NOTHING;
    while (line.length < MAX_LINE) {
      if (at == end) {
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        at = 0;
        if (end == 0) {
          break;
        }
      }
      int stop = Math.min(end, at + MAX_LINE - line.length);
      int next = at;
      while (next < stop && buffer[next] != '\n') {
        next++;
      }
      boolean whole = next < stop;
      next += whole ? 1 : 0;
      int before = line.length;
      line = Arrays.copyOf(line, before + next - at);
      System.arraycopy(buffer, at, line, before, next - at);
      at = next;
      if (whole) {
        break;
      }
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
