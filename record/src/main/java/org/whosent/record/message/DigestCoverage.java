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
   * something that is a part for another reader only. Of HTML the digests cover the words at most,
   * and not where its links lead; of an attached message nothing.
   *
   * @param delimiters lines that were read as the beginning or the end of a part
   */
  static boolean isWhole(
      OpenedMessage message,
      List<Part> parts,
      List<OpenedMessage.Leaf> leaves,
      int bodyOffset,
      int delimiters) {
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
        && linesLikeDelimiters(message.source(), bodyOffset, leaves) == delimiters;
  }

  /** Unicode's explicit directions, which the text is folded without: they change its order. */
  private static boolean reorders(int c) {
    return c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
  }

  /**
   * Lines outside of all content that begin a part, or would with another boundary: of two
   * boundaries, or two such fields, some readers take the first and some the last.
   */
  private static int linesLikeDelimiters(
      byte[] bytes, int bodyOffset, List<OpenedMessage.Leaf> leaves) {
    int lines = 0;
    int from = bodyOffset;
    for (OpenedMessage.Leaf leaf : leaves) {
      lines += linesLikeDelimiters(bytes, from, leaf.from());
      from = leaf.to();
    }
    return lines + linesLikeDelimiters(bytes, from, bytes.length);
  }

  private static int linesLikeDelimiters(byte[] bytes, int from, int to) {
    int lines = 0;
    for (int at = from; at < to; at++) {
      boolean starts = at == from || bytes[at - 1] == '\n' || bytes[at - 1] == '\r';
      lines += starts && isLikeDelimiter(bytes, at) ? 1 : 0;
    }
    return lines;
  }

  /** Not the mark above a signature: two hyphens and a blank. */
  private static boolean isLikeDelimiter(byte[] bytes, int from) {
    int at = from + 2;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < bytes.length
        && bytes[from] == '-'
        && bytes[from + 1] == '-'
        && bytes[at] != '\n'
        && bytes[at] != '\r';
  }
}
