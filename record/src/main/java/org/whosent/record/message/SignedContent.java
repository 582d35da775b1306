package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is signed in a CMS SignedData (RFC 5652 section 5) that holds its content, as S/MIME's
 * {@code application/pkcs7-mime; smime-type=signed-data} does (RFC 8551 section 3.5.2): a MIME
 * entity. The signature is not looked at: whoever asks wants to read the mail. {@link CmsContent}
 * reads it. Stateless.
 */
final class SignedContent {
  /** Signatures one in another, and of one message, that are taken off. */
  static final int MAX_DEPTH = 4;

  /** Octets that tell whether a file is one. */
  static final int HEAD = 32;

  /** The tag of one, which is always constructed (X.690 section 8.9). */
  private static final byte SEQUENCE = 0x30;

  /** Between a SEQUENCE's tag and what is in it, the octets of its length. */
  private static final int MOST_LENGTH_OCTETS = 6;

  private static final byte[] SIGNED_DATA = HexFormat.of().parseHex("06092a864886f70d010702");

  private SignedContent() {}

  /** Whether it begins like one, with its content or without; {@link #HEAD} octets tell. */
  static boolean isOne(byte[] head) {
    if (head.length == 0 || head[0] != SEQUENCE) {
      return false;
    }
    for (int at = 2; at < 2 + MOST_LENGTH_OCTETS; at++) {
      int end = at + SIGNED_DATA.length;
      if (end <= head.length && Arrays.equals(head, at, end, SIGNED_DATA, 0, SIGNED_DATA.length)) {
        return true;
      }
    }
    return false;
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
        ? CmsContent.of(message.content(0, OpenedMessage.MAX_BYTES))
        : Optional.empty();
  }
}
