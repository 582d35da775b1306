package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.SignedDataParser;

/**
 * What is signed in a CMS SignedData (RFC 5652 section 5) that holds its content, as S/MIME's
 * {@code application/pkcs7-mime; smime-type=signed-data} does (RFC 8551 section 3.5.2): a MIME
 * entity. The signature is not looked at: whoever asks wants to read the mail. Of one that was cut
 * off or damaged there is what stands before that. Never throws. Stateless.
 */
final class SignedContent {
  /** Signatures one in another, and of one message, that are taken off. */
  static final int MAX_DEPTH = 4;

  /** Octets that tell whether a file is one. */
  static final int HEAD = 32;

  /** Between a SEQUENCE's tag and what is in it, the octets of its length. */
  private static final int MOST_LENGTH_OCTETS = 6;

  private static final byte[] SIGNED_DATA = HexFormat.of().parseHex("06092a864886f70d010702");

  private SignedContent() {}

  /** Whether it begins like one, with its content or without; {@link #HEAD} octets tell. */
  static boolean isOne(byte[] head) {
    if (head.length == 0 || head[0] != (BERTags.CONSTRUCTED | BERTags.SEQUENCE)) {
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

  /** The content; empty where there is none, or where it is something else than a message. */
  static Optional<byte[]> of(byte[] file) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (InputStream in = open(file)) {
      in.transferTo(content);
    } catch (IOException | RuntimeException e) {
      // The library answers what is no such file, or is not whole, by exceptions of many kinds.
    }
    return content.size() > 0 ? Optional.of(content.toByteArray()) : Optional.empty();
  }

  private static InputStream open(byte[] file) throws IOException {
    if (new ASN1StreamParser(file).readObject() instanceof ASN1SequenceParser sequence) {
      ContentInfoParser outer = new ContentInfoParser(sequence);
      if (CMSObjectIdentifiers.signedData.equals(outer.getContentType())) {
        SignedDataParser signed = SignedDataParser.getInstance(outer.getContent(BERTags.SEQUENCE));
        signed.getDigestAlgorithms().toASN1Primitive(); // stands before the content
        ContentInfoParser inner = signed.getEncapContentInfo();
        if (CMSObjectIdentifiers.data.equals(inner.getContentType())
            && inner.getContent(BERTags.OCTET_STRING) instanceof ASN1OctetStringParser octets) {
          return octets.getOctetStream();
        }
      }
    }
    return InputStream.nullInputStream();
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
}
