package org.whosent.record.message;

import java.util.List;

/**
 * How long a message was when one server on its way counted it, every line ending as two octets:
 * what a log says of its size is held against this. Immutable, thread-safe.
 */
public final class MessageSizes {
  private static final String RECEIVED = "received";

  private final OpenedMessage message;
  private final byte[] bytes;
  private final List<OpenedMessage.Leaf> leaves;
  private final int bodyOffset;

  // Of many records a message may be held against each: its body is gone through once.
  private final long body;
  private final long bodyEndings;
  private List<Long> reencodings; // made when first asked for; two threads make the same

  MessageSizes(OpenedMessage message, List<OpenedMessage.Leaf> leaves, int bodyOffset) {
    this.message = message;
    this.bytes = message.source();
    this.leaves = leaves;
    this.bodyOffset = Math.min(bodyOffset, bytes.length);
    this.body = withCrlf(bytes, this.bodyOffset, bytes.length);
    this.bodyEndings = endings(bytes, this.bodyOffset, bytes.length);
  }

  /** Octets of all of it. */
  public long whole() {
    return withCrlf(bytes, 0, bodyOffset) + body;
  }

  /**
   * The size that the server counted which wrote the n-th Received field (from the top, from 0):
   * what lies above that field was added after it. Of all where there is no such field.
   */
  public long fromReceived(int n) {
    return withCrlf(bytes, start(n), bodyOffset) + body;
  }

  /** How many line endings are in that: some servers count each as one octet. */
  public long endingsFromReceived(int n) {
    return endings(bytes, start(n), bodyOffset) + bodyEndings;
  }

  private static long endings(byte[] bytes, int from, int to) {
    long endings = 0;
    for (int i = from; i < to; i++) {
      endings += bytes[i] == '\n' ? 1 : 0;
    }
    return endings;
  }

  private int start(int n) {
    int seen = 0;
    boolean lineStart = true;
    for (int i = 0; i < bodyOffset; i++) {
      if (lineStart && isReceived(i) && seen++ == n) {
        return i;
      }
      lineStart = bytes[i] == '\n';
    }
    return 0;
  }

  /**
   * By how much the size changes when all text parts are in another transfer encoding, each of
   * 8bit, quoted-printable and base64 (RFC 2045 section 6): servers re-encode for a next hop that
   * lacks 8BITMIME. Zero, for the message as it is, stands first; it is the only one for a message
   * that is no MIME (section 4), for nobody encodes such a one.
   */
  public List<Long> reencodings() {
    List<Long> made = reencodings;
    if (made == null) {
      made = changes();
      reencodings = made;
    }
    return made;
  }

  private List<Long> changes() {
    Headers headers = message.headers();
    if (!headers.has("MIME-Version") && !headers.has("Content-Transfer-Encoding")) {
      return List.of(0L);
    }
    long asIs = 0;
    long plain = 0;
    long quoted = 0;
    long base64 = 0;
    for (int i = 0; i < leaves.size(); i++) {
      OpenedMessage.Leaf leaf = leaves.get(i);
      if (!leaf.part().type().startsWith("text/")) {
        continue;
      }
      asIs += withCrlf(bytes, leaf.from(), leaf.to());
      byte[] text = message.content(i, OpenedMessage.MAX_BYTES);
      long octets = withCrlf(text, 0, text.length);
      plain += octets;
      quoted += quotedPrintable(text);
      base64 += (octets + 2) / 3 * 4 + octets / 57 * 2 + 2;
    }
    return List.of(0L, plain - asIs, quoted - asIs, base64 - asIs);
  }

  private static long withCrlf(byte[] bytes, int from, int to) {
    long size = to - from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) {
        size++;
      }
    }
    return size;
  }

  /** Octets in quoted-printable, with soft line breaks, within a few of a hundred. */
  private static long quotedPrintable(byte[] text) {
    long octets = 0;
    int column = 0;
    for (int i = 0; i < text.length; i++) {
      byte b = text[i];
      if (b == '\n') {
        octets += 2;
        column = 0;
        continue;
      }
      if (b == '\r' && i + 1 < text.length && text[i + 1] == '\n') {
        continue;
      }
      int width = b < ' ' && b != '\t' || b == '=' || b == 127 ? 3 : 1;
      if (column + width > 75) {
        octets += 3;
        column = 0;
      }
      octets += width;
      column += width;
    }
    return octets;
  }

  private boolean isReceived(int at) {
    if (at + RECEIVED.length() >= bytes.length) {
      return false;
    }
    for (int i = 0; i < RECEIVED.length(); i++) {
      if ((bytes[at + i] | 0x20) != RECEIVED.charAt(i)) {
        return false;
      }
    }
    // As the header is read: RFC 5322 section 4.5 had blanks before the colon.
    int colon = at + RECEIVED.length();
    while (colon < bytes.length && (bytes[colon] == ' ' || bytes[colon] == '\t')) {
      colon++;
    }
    return colon < bytes.length && bytes[colon] == ':';
  }
}
