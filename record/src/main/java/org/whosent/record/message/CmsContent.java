package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.SignedDataParser;

/**
 * Reads what a CMS SignedData holds (RFC 5652 section 5.2). Alone, so that nobody else loads the
 * library: its jar is signed, and to check that takes the JVM longer than to answer for an ID.
 * Stateless.
 */
final class CmsContent {
  private CmsContent() {}

  /**
   * The content; empty where there is none, or where it is something else than a message. Of what
   * was cut off or damaged it is what stands before that. Never throws.
   */
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
}
