package org.whosent.indexer.ingest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 for lines and files. Not thread-safe. */
final class Hashes {
  private final MessageDigest sha256;

  Hashes() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The first 64 bits as 16 hex digits: what a {@link org.whosent.record.SourceLine} has. */
  String line(byte[] bytes, int length) {
    sha256.update(bytes, 0, length);
    return HexFormat.of().formatHex(sha256.digest(), 0, 8);
  }

  /** The first 128 bits over all parts, each with its length before it, as 32 hex digits. */
  String identity(byte[]... parts) {
    for (byte[] part : parts) {
      sha256.update((part.length + ":").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      sha256.update(part);
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }
}
