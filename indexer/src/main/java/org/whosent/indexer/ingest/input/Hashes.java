package org.whosent.indexer.ingest.input;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 for lines and files. Not thread-safe. */
public final class Hashes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];

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
    return HexFormat.of().toHexDigits(lineBits(bytes, 0, length));
  }

  /** The same as a number, of a line that begins there. */
  public long lineBits(byte[] bytes, int from, int length) {
    sha256.update(bytes, from, length);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    return (long) LONGS.get(digest, 0);
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
