package org.whosent.msa.client;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A message that is to be handed in, with its envelope. Immutable as long as nobody writes into
 * {@code content}.
 *
 * @param reversePath without angle brackets; "" is the null reverse-path
 * @param recipients at least one
 * @param content with CRLF line endings throughout, the last one included
 */
public record OutgoingMessage(String reversePath, List<String> recipients, byte[] content) {
  public OutgoingMessage {
    recipients = List.copyOf(recipients);
  }

  /** True when there is an octet above 127 in the content, so that 8BITMIME is needed. */
  public boolean isEightBit() {
    for (byte b : content) {
      if (b < 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * A text as files hold it in the form that SMTP wants: CRLF for each LF, and one at the end.
   *
   * @throws IllegalArgumentException for a CR that stands alone, which servers rightly refuse, or a
   *     NUL; the message says in which line
   */
  public static byte[] withCrlf(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + text.length / 32 + 2);
    int line = 1;
    for (int i = 0; i < text.length; i++) {
      byte b = text[i];
      boolean crlf = b == '\r' && i + 1 < text.length && text[i + 1] == '\n';
      if (b == '\r' && !crlf || b == 0) {
        throw new IllegalArgumentException(
            "line " + line + ": " + (b == 0 ? "a NUL" : "a CR without LF"));
      }
      if (b == '\n' || crlf) {
        out.write('\r');
        out.write('\n');
        line++;
        i += crlf ? 1 : 0;
      } else {
        out.write(b);
      }
    }
    if (text.length == 0 || text[text.length - 1] != '\n') {
      out.write('\r');
      out.write('\n');
    }
    return out.toByteArray();
  }
}
