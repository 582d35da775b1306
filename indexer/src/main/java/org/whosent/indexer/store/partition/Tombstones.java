package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.whosent.indexer.store.segment.StoreFiles;

/**
 * Erased users as keyed fingerprints: enough to know one again when an old log is read, not enough
 * to list them. The key is in {@code keys/erasure.key}, its owner's alone. Not thread-safe.
 */
final class Tombstones {
  private static final String HEADER = "whosent-erasure-key 2\n";

  /** Of the first version, which has no checksum. */
  private static final String UNSUMMED = "whosent-erasure-key 1\n";

  private static final int REMEMBERED = 10_000;

  private final Mac mac;
  private final Map<String, String> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  private Tombstones(byte[] secret) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /**
   * With the key of a data directory.
   *
   * @throws IOException when it is missing or damaged: erased users would come back unnoticed
   */
  static Tombstones read(Path data) throws IOException {
    Path file = file(data);
    try {
      byte[] secret = secret(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (secret.length == 32) {
        return new Tombstones(secret);
      }
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no key for the erased users; restore it from a backup", e);
    } catch (IllegalArgumentException _) {
      // no Base64
    }
    throw new IOException(
        file + ": the key for the erased users is damaged; restore it from a backup");
  }

  /** Empty where it is not as it was written. */
  private static byte[] secret(String text) {
    int end = text.indexOf('\n', HEADER.length());
    String key = end < 0 ? "" : text.substring(HEADER.length(), end);
    boolean sound =
        text.startsWith(UNSUMMED)
            || text.startsWith(HEADER) && text.substring(end + 1).strip().equals(checksum(key));
    return sound ? Base64.getDecoder().decode(key) : new byte[0];
  }

  private static String checksum(String key) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.US_ASCII));
    return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** The same for the next tombstone; with the first one a key is made. */
  static Tombstones forNext(Path data, Manifest manifest) throws IOException {
    Path file = file(data);
    if (manifest.tombstones().isEmpty() && !Files.exists(file)) {
      StoreFiles.createDirectories(file.getParent());
      StoreFiles.syncDirectory(data);
      byte[] secret = new byte[32];
      new SecureRandom().nextBytes(secret);
      String key = Base64.getEncoder().encodeToString(secret);
      String text = HEADER + key + '\n' + checksum(key) + '\n';
      StoreFiles.replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }
    return read(data);
  }

  private static Path file(Path data) {
    return data.resolve("keys").resolve("erasure.key");
  }

  /** The fingerprint of a folded user. */
  String of(String folded) {
    return recent.computeIfAbsent(
        folded,
        user -> HexFormat.of().formatHex(mac.doFinal(user.getBytes(StandardCharsets.UTF_8))));
  }
}
