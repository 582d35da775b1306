package org.whosent.record.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Brings what people save and paste into the form that mail has: no byte order mark, no UTF-16 (as
 * Notepad and PowerShell write), no empty lines on top, and nothing of Apple Mail's around it; and
 * decoded, where all of it is base64, as programs hand out a message. Stateless.
 */
final class InputText {
  private static final int LOOKED_AT = 4096;
  private static final int LONGEST_COUNT = 40;
  private static final int LEAST_ENCODED = 100;
  private static final byte[] PROPERTY_LIST = "<?xml".getBytes(StandardCharsets.US_ASCII);

  private InputText() {}

  /** The same bytes, or those of the same text; never fails. */
  static byte[] plain(byte[] file) {
    byte[] input = decoded(ofAppleMail(file));
    Charset utf16 = utf16(input);
    if (utf16 != null) {
      String text = new String(input, utf16);
      return withoutLeadingBlankLines(text.getBytes(StandardCharsets.UTF_8));
    }
    return withoutLeadingBlankLines(input);
  }

  /**
   * The message in an {@code .emlx}: its length stands in a line above it, a property list below.
   * Read as text it would be a quoted message, of which nothing attached is opened.
   */
  private static byte[] ofAppleMail(byte[] file) {
    long length = 0;
    int at = 0;
    while (at < file.length && at < 9 && file[at] >= '0' && file[at] <= '9') {
      length = length * 10 + file[at++] - '0';
    }
    int digits = at;
    while (at < file.length && at < LONGEST_COUNT && file[at] == ' ') {
      at++;
    }
    if (digits == 0 || at >= file.length || file[at] != '\n') {
      return file;
    }
    long end = at + 1 + length;
    long listEnd = end + PROPERTY_LIST.length;
    boolean fits =
        end == file.length
            || listEnd <= file.length
                && Arrays.equals(
                    file, (int) end, (int) listEnd, PROPERTY_LIST, 0, PROPERTY_LIST.length);
    return fits ? Arrays.copyOfRange(file, at + 1, (int) end) : file;
  }

  /**
   * What a file holds that is nothing but base64 (RFC 4648 sections 4 and 5) and begins with a
   * field, as no base64 does; else the file.
   */
  private static byte[] decoded(byte[] file) {
    if (file.length < LEAST_ENCODED || file.length > OpenedMessage.MAX_BYTES) {
      return file;
    }
    for (byte b : file) {
      if (!isBase64(b)) {
        return file; // mostly within the first line
      }
    }
    byte[] standard = file.clone();
    for (int i = 0; i < standard.length; i++) {
      standard[i] = standard[i] == '-' ? (byte) '+' : standard[i] == '_' ? (byte) '/' : standard[i];
    }
    try (InputStream in = Base64.getMimeDecoder().wrap(new ByteArrayInputStream(standard))) {
      return beginsWithField(in.readNBytes(LOOKED_AT))
          ? Base64.getMimeDecoder().decode(standard)
          : file;
    } catch (IOException | IllegalArgumentException e) {
      return file; // cut, or padded in its midst
    }
  }

  private static boolean beginsWithField(byte[] head) {
    int end = 0;
    while (end < head.length && head[end] != '\n') {
      end++;
    }
    HeaderBlock block = new HeaderBlock(LOOKED_AT, 1);
    block.line(head, 0, end);
    return !block.headers().fields().isEmpty();
  }

  private static boolean isBase64(byte b) {
    return b >= 'A' && b <= 'Z'
        || b >= 'a' && b <= 'z'
        || b >= '0' && b <= '9'
        || "+/-_=\r\n".indexOf(b) >= 0;
  }

  /** By its mark, or where every second byte of the beginning is zero. */
  private static Charset utf16(byte[] input) {
    if (input.length >= 2 && input[0] == (byte) 0xFF && input[1] == (byte) 0xFE) {
      return StandardCharsets.UTF_16LE;
    }
    if (input.length >= 2 && input[0] == (byte) 0xFE && input[1] == (byte) 0xFF) {
      return StandardCharsets.UTF_16BE;
    }
    int pairs = Math.min(input.length, LOOKED_AT) / 2;
    int even = 0;
    int odd = 0;
    for (int i = 0; i < pairs; i++) {
      even += input[2 * i] == 0 ? 1 : 0;
      odd += input[2 * i + 1] == 0 ? 1 : 0;
    }
    if (pairs < 8) {
      return null;
    }
    // Text of mail is nearly all ASCII; a file with as many zeros on both sides is none.
    return odd > pairs * 9 / 10 && even < pairs / 10
        ? StandardCharsets.UTF_16LE
        : even > pairs * 9 / 10 && odd < pairs / 10 ? StandardCharsets.UTF_16BE : null;
  }

  private static byte[] withoutLeadingBlankLines(byte[] input) {
    int at = 0;
    if (input.length > 2
        && input[0] == (byte) 0xEF
        && input[1] == (byte) 0xBB
        && input[2] == (byte) 0xBF) {
      at = 3; // a byte order mark
    }
    int start = at;
    while (at < input.length
        && (input[at] == '\n' || input[at] == '\r' || input[at] == ' ' || input[at] == '\t')) {
      at++;
      if (input[at - 1] == '\n' || input[at - 1] == '\r') {
        start = at;
      }
    }
    return start == 0 ? input : Arrays.copyOfRange(input, start, input.length);
  }

  /** A file whose only line endings are CR (old Mac mailers) reads as if they were LF. */
  static byte[] lineFeeds(byte[] message) {
    boolean carriageReturn = false;
    for (byte b : message) {
      if (b == '\n') {
        return message;
      }
      carriageReturn |= b == '\r';
    }
    if (!carriageReturn) {
      return message;
    }
    byte[] changed = message.clone();
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] == '\r') {
        changed[i] = '\n';
      }
    }
    return changed;
  }
}
