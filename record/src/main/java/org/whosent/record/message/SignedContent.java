package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is signed in a CMS SignedData (RFC 5652 section 5) that holds its content, as S/MIME's
 * {@code application/pkcs7-mime; smime-type=signed-data} does (RFC 8551 section 3.5.2): a MIME
 * entity. The signature is not looked at: whoever asks wants to read the mail. Read by hand, in BER
 * as well (streams that do not know their length write that), no further than the content. Never
 * throws. Stateless.
 */
final class SignedContent {
  /** Signatures one in another, and of one message, that are taken off. */
  static final int MAX_DEPTH = 4;

  /** Octets that tell whether a file is one. */
  static final int HEAD = 32;

  private static final byte[] SIGNED_DATA = HexFormat.of().parseHex("06092a864886f70d010702");
  private static final byte[] DATA = HexFormat.of().parseHex("06092a864886f70d010701");

  private static final int OCTETS = 0x04;
  private static final int OCTETS_IN_PIECES = 0x24;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int EXPLICIT = 0xa0;
  private static final int UNTIL_END = -1;

  /** Elements one in another that are passed over. */
  private static final int MAX_NESTING = 30;

  private final byte[] file;
  private int at;

  private SignedContent(byte[] file) {
    this.file = file;
  }

  /** Whether it begins like one, with its content or without; {@link #HEAD} octets tell. */
  static boolean isOne(byte[] head) {
    SignedContent reader = new SignedContent(head);
    return reader.opens(SEQUENCE) && reader.takes(SIGNED_DATA);
  }

  /** The content; empty where there is none, or where it is something else than a message. */
  static Optional<byte[]> of(byte[] file) {
    SignedContent reader = new SignedContent(file);
    boolean found =
        reader.opens(SEQUENCE)
            && reader.takes(SIGNED_DATA)
            && reader.opens(EXPLICIT)
            && reader.opens(SEQUENCE)
            && reader.passes(0x02) // version
            && reader.passes(SET) // digest algorithms
            && reader.opens(SEQUENCE)
            && reader.takes(DATA)
            && reader.opens(EXPLICIT);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return found && reader.octets(content, 0) && content.size() > 0
        ? Optional.of(content.toByteArray())
        : Optional.empty();
  }

  /**
   * A message as a mail program shows it: where all of its content stands within a signature, that
   * content in its place. For what it carries; never what is held against a record, whose digests
   * are of what was sent.
   */
  static OpenedMessage shown(OpenedMessage message) {
    OpenedMessage shown = message;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      Optional<byte[]> entity = entity(shown);
      if (entity.isEmpty()) {
        break;
      }
      String fields = OutlookMail.withoutStructure(shown.headerText());
      ByteArrayOutputStream inner = new ByteArrayOutputStream();
      inner.writeBytes(fields.getBytes(StandardCharsets.UTF_8));
      inner.writeBytes(entity.get());
      try {
        shown = OpenedMessage.open(inner.toByteArray());
      } catch (UnreadableMessageException e) {
        break;
      }
    }
    return shown;
  }

  private static Optional<byte[]> entity(OpenedMessage message) {
    boolean alone =
        !message.isRendering()
            && message.leaves() == 1
            && message.leaf(0).depth() == 0
            && !message.type().startsWith("text/");
    return alone && isOne(message.content(0, HEAD))
        ? of(message.content(0, OpenedMessage.MAX_BYTES))
        : Optional.empty();
  }

  private boolean tag(int expected) {
    if (at >= file.length || (file[at] & 0xff) != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** Goes into an element. */
  private boolean opens(int expected) {
    return tag(expected) && length() >= UNTIL_END;
  }

  private boolean takes(byte[] element) {
    int end = at + element.length;
    if (end > file.length || !Arrays.equals(file, at, end, element, 0, element.length)) {
      return false;
    }
    at = end;
    return true;
  }

  /**
   * X.690 section 8.1.3: {@link #UNTIL_END} for the indefinite form, less for what is no length.
   */
  private int length() {
    if (at >= file.length) {
      return UNTIL_END - 1;
    }
    int first = file[at++] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int octets = first & 0x7f;
    if (octets == 0) {
      return UNTIL_END;
    }
    long length = 0;
    for (int i = 0; i < octets; i++) {
      if (at >= file.length || length > Integer.MAX_VALUE >> 8) {
        return UNTIL_END - 1;
      }
      length = length << 8 | file[at++] & 0xff;
    }
    return (int) length;
  }

  private boolean passes(int expected) {
    return at < file.length && (file[at] & 0xff) == expected && passesAny(MAX_NESTING);
  }

  private boolean passesAny(int nesting) {
    at++;
    int length = length();
    if (length >= 0) {
      at = (int) Math.min(file.length, (long) at + length);
      return true;
    }
    while (length == UNTIL_END && nesting > 0 && at < file.length) {
      if (ends()) {
        return true;
      }
      if (!passesAny(nesting - 1)) {
        return false;
      }
    }
    return false;
  }

  /** X.690 section 8.1.5: the end of contents of an indefinite length. */
  private boolean ends() {
    if (at + 1 < file.length && file[at] == 0 && file[at + 1] == 0) {
      at += 2;
      return true;
    }
    return false;
  }

  /** An octet string in one piece or in several; of one that was cut off what there is. */
  private boolean octets(ByteArrayOutputStream out, int nesting) {
    if (tag(OCTETS)) {
      int length = length();
      if (length < 0) {
        return false;
      }
      int end = (int) Math.min(file.length, (long) at + length);
      out.write(file, at, end - at);
      at = end;
      return true;
    }
    if (nesting > 2 || !tag(OCTETS_IN_PIECES)) {
      return false;
    }
    int length = length();
    long end = length == UNTIL_END ? file.length : (long) at + length;
    while (length >= UNTIL_END && at < Math.min(end, file.length)) {
      if (length == UNTIL_END && ends() || !octets(out, nesting + 1)) {
        break;
      }
    }
    return true;
  }
}
