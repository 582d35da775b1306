package org.whosent.indexer.ingest.input;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 for lines and files. Not thread-safe. */
public final class Hashes {
  private static final int LINE_BYTES = 8;
  private static final String DIGITS = "0123456789abcdef";

  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];
  private final byte[] hex = new byte[2 * LINE_BYTES];

  /** Of nothing yet. */
  public Hashes() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The first 64 bits as 16 hex digits: what a {@link org.whosent.record.SourceLine} has. */
  public String line(byte[] bytes, int length) {
    return line(bytes, 0, length);
  }

  /** The same of a line that begins there. */
  public String line(byte[] bytes, int from, int length) {
    sha256.update(bytes, from, length);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    for (int i = 0; i < LINE_BYTES; i++) {
      hex[2 * i] = (byte) DIGITS.charAt(digest[i] >>> 4 & 0xf);
      hex[2 * i + 1] = (byte) DIGITS.charAt(digest[i] & 0xf);
    }
    return new String(hex, StandardCharsets.ISO_8859_1);
  }

  /** The first 128 bits over all parts, each with its length before it, as 32 hex digits. */
  public String identity(byte[]... parts) {
    for (byte[] part : parts) {
      sha256.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
      sha256.update(part);
    }
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }
}
