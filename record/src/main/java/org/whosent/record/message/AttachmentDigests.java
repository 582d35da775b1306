package org.whosent.record.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256, cut to 128 bits, over the decoded content of each attachment, fed piece by piece in
 * fixed memory: the same file has the same digest however it was encoded on its way. Never fails;
 * what is no base64 or quoted-printable is digested in a way that depends on the bytes alone. Not
 * thread-safe.
 *
 * <p>Without base64 the line endings, and white space at the end of a line and of all, do not
 * count, since servers change them. Attachments shorter than {@link #LEAST} bytes and all behind
 * the first {@link #MAX} are left out: tracking pixels tell nobody from anybody, and a record is to
 * stay small.
 */
final class AttachmentDigests {
  /** Digests of one message. */
  static final int MAX = 10;

  /** Decoded bytes. */
  static final int LEAST = 64;

  private static final int BUFFER = 4096; // a multiple of four

  private final List<String> digests = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private int used;
  private Part current;
  private MessageDigest sha256;
  private long bytes;

  private boolean padded;
  private int pendingBlanks;
  private int pendingLines;
  private boolean escaped;
  private int escape;

  /** True for what is neither text that is read nor a message. */
  static boolean counts(Part part) {
    return !MessageText.counts(part)
        && !part.isMultipart()
        && !part.type().startsWith("message/")
        && !part.type().equals("text/rfc822-headers");
  }

  void content(Part part, byte[] from, int start, int end) {
    if (!counts(part) || digests.size() >= MAX) {
      return;
    }
    if (current != part) {
      begin(part);
    }
    switch (part.encoding()) {
      case "base64" -> base64(from, start, end);
      case "quoted-printable" -> quotedPrintable(from, start, end);
      default -> {
        for (int i = start; i < end; i++) {
          text(from[i]);
        }
      }
    }
  }

  private void begin(Part part) {
    current = part;
    sha256 = sha256();
    bytes = 0;
    used = 0;
    padded = false;
    pendingBlanks = 0;
    pendingLines = 0;
    escaped = false;
  }

  /** The end of a part. */
  void end(Part part) {
    if (current != part) {
      return;
    }
    current = null;
    if (part.encoding().equals("base64")) {
      flushQuartets();
    } else {
      flush();
    }
    if (bytes >= LEAST) {
      digests.add(HexFormat.of().formatHex(sha256.digest(), 0, 16));
    }
  }

  /** 32 hex digits each, in the order of the message. */
  List<String> digests() {
    return List.copyOf(digests);
  }

  /**
   * What stands behind the padding counts as well: RFC 2045 section 6.8 lets a reader stop there,
   * and some read on.
   */
  private void base64(byte[] from, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = from[i];
      if (b == '=') {
        padded = true;
      } else if (b >= 'A' && b <= 'Z'
          || b >= 'a' && b <= 'z'
          || b >= '0' && b <= '9'
          || b == '+'
          || b == '/') {
        // RFC 2045 section 6.8: any other character is passed over.
        if (padded) {
          flushQuartets();
          padded = false;
        }
        buffer[used++] = b;
        if (used == BUFFER) {
          flushBase64(used);
        }
      }
    }
  }

  /** One to three characters left over: as many bytes as they hold. */
  private void flushQuartets() {
    flushBase64(used % 4 == 1 ? used - 1 : used);
  }

  private void flushBase64(int length) {
    byte[] encoded = new byte[length];
    System.arraycopy(buffer, 0, encoded, 0, length);
    byte[] decoded = Base64.getDecoder().decode(encoded);
    sha256.update(decoded);
    bytes += decoded.length;
    used = 0;
  }

  private void quotedPrintable(byte[] from, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = from[i];
      if (!escaped) {
        if (b == '=') {
          escaped = true;
          escape = -1;
        } else {
          text(b);
        }
        continue;
      }
      int digit = Character.digit(b, 16);
      if (b == '\n') {
        escaped = false; // a soft line break
      } else if (digit >= 0 && escape < 0) {
        escape = digit;
      } else if (digit >= 0) {
        plain((byte) (escape << 4 | digit));
        escaped = false;
      } else if (b > ' ' || b < 0) {
        escaped = false;
        text(b);
      }
    }
  }

  private void text(byte b) {
    if (b == ' ' || b == '\t' || b == '\r') {
      pendingBlanks++;
    } else if (b == '\n') {
      pendingBlanks = 0;
      pendingLines++;
    } else {
      plain(b);
    }
  }

  private void plain(byte b) {
    if (b == '\n' || b == '\r') {
      text(b); // an encoded line ending
      return;
    }
    for (; pendingLines > 0; pendingLines--) {
      put((byte) '\n');
    }
    for (; pendingBlanks > 0; pendingBlanks--) {
      put((byte) ' ');
    }
    put(b);
  }

  private void put(byte b) {
    if (used == BUFFER) {
      flush();
    }
    buffer[used++] = b;
  }

  private void flush() {
    sha256.update(buffer, 0, used);
    bytes += used;
    used = 0;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
