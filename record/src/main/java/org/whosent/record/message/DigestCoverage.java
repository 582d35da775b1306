package org.whosent.record.message;

import java.util.List;

/**
 * Whether the digests of a message's text and attachments cover all that a reader is shown. Where
 * mail programs disagree what that is, they do not. Stateless.
 */
final class DigestCoverage {
  private DigestCoverage() {}

  /**
   * Plain text, all of which is shown, and attachments each of which has a digest; and nowhere
   * anything that another reader would see otherwise. Of HTML the digests cover the words at most,
   * and not where its links lead; of an attached message nothing.
   *
   * @param delimiters lines that were read as the beginning or the end of a part
   */
  static boolean isWhole(
      OpenedMessage message, List<Part> parts, List<OpenedMessage.Leaf> leaves, int delimiters) {
    long text = 0;
    int texts = 0;
    int attachments = 0;
    for (OpenedMessage.Leaf leaf : leaves) {
      if (AttachmentDigests.counts(leaf.part())) {
        attachments++;
      } else if (leaf.part().is("text/plain") && !leaf.part().attachment()) {
        text += leaf.to() - leaf.from();
        texts++;
      } else {
        return false;
      }
    }
    // Of a choice one is shown, and of related parts the first.
    boolean choice =
        texts > 1
            && parts.stream().anyMatch(part -> part.isMultipart() && !part.is("multipart/mixed"));
    return !choice
        && text <= MessageText.MAX_TEXT
        && attachments == message.digests().attachmentDigests().size()
        && message.text().chars().noneMatch(DigestCoverage::reorders)
        && OneReading.holds(message.source(), parts, leaves, delimiters);
  }

  /** Unicode's Bidi_Control, which the text is folded without: they change its order. */
  private static boolean reorders(int c) {
    return c == 0x61c
        || c == 0x200e
        || c == 0x200f
        || c >= 0x202a && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
