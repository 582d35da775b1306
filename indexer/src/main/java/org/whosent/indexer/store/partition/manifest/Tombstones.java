package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.whosent.indexer.store.bytes.StoreFiles;

/**
 * Erased users as keyed fingerprints: enough to know one again when an old log is read, not enough
 * to list them. The key is in {@code keys/erasure.key}, its owner's alone, and once more beside it:
 * without it no log could be read any more. Not thread-safe. Public for batches, views, and {@code
 * Erasing}.
 */
public final class Tombstones {
  private static final String HEADER = "whosent-erasure-key 2\n";

  /** Of the first version, which has no checksum. */
  private static final String UNSUMMED = "whosent-erasure-key 1\n";

  private static final int SECRET_BYTES = 32;
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
   * @throws IOException when neither of its files has it: erased users would come back unnoticed
   */
  public static Tombstones read(Path data) throws IOException {
    byte[] secret = key(file(data));
    if (secret == null) {
      secret = key(copy(data));
    }
    if (secret == null) {
      throw new IOException(lost(data));
    }
    return new Tombstones(secret);
  }

  private static String lost(Path data) {
    return file(data)
        + ": the key for the erased users is missing or damaged, and so is its copy; restore one of"
        + " them from a backup";
  }

  /** The key in a file; null where it is missing, or not as it was written. */
  private static byte[] key(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      int end = text.indexOf('\n', HEADER.length());
      String key = end < 0 ? "" : text.substring(HEADER.length(), end);
      boolean sound =
          text.startsWith(UNSUMMED)
              || text.startsWith(HEADER) && text.substring(end + 1).strip().equals(checksum(key));
      byte[] secret = Base64.getDecoder().decode(key);
      return sound && secret.length == SECRET_BYTES ? secret : null;
    } catch (NoSuchFileException | IllegalArgumentException _) {
      return null;
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException _) { // an error of the disk
      return null;
    }
  }

  private static byte[] text(byte[] secret) {
    String key = Base64.getEncoder().encodeToString(secret);
    return (HEADER + key + '\n' + checksum(key) + '\n').getBytes(StandardCharsets.US_ASCII);
  }

  private static String checksum(String key) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.US_ASCII));
    return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** The same for the next tombstone; with the first one a key is made. */
  public static Tombstones forNext(Path data, Manifest manifest) throws IOException {
    if (manifest.tombstones().isEmpty() && key(file(data)) == null && key(copy(data)) == null) {
      StoreFiles.createDirectories(file(data).getParent());
      StoreFiles.syncDirectory(data);
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      StoreFiles.put(copy(data), text(secret));
      StoreFiles.replace(file(data), text(secret));
    }
    return read(data);
  }

  /** What is wrong with one of the two files of the key, where there are tombstones; or null. */
  public static String damage(Path data, Manifest manifest) throws IOException {
    if (manifest.tombstones().isEmpty()) {
      return null;
    }
    byte[] secret = key(file(data));
    byte[] second = key(copy(data));
    if (secret == null && second == null) {
      return lost(data);
    }
    if (secret == null) {
      return file(data)
          + " is missing or damaged; its copy is read instead, and the next change puts it right";
    }
    return Arrays.equals(secret, second)
        ? null
        : copy(data) + " is missing or damaged; the next change makes another";
  }

  /**
   * Makes the two files what they were, by the one that is sound; under the writer's lock. Where
   * the disk is full it waits for another time: a purge must not.
   */
  static void repair(Path data, Manifest manifest) throws IOException {
    if (manifest.tombstones().isEmpty()) {
      return;
    }
    byte[] first = key(file(data));
    byte[] secret = first == null ? key(copy(data)) : first;
    if (secret == null) {
      return; // whoever needs it says so
    }
    for (Path file : List.of(copy(data), file(data))) {
      if (!isAsWritten(file, secret)) {
        try {
          StoreFiles.replace(file, text(secret));
        } catch (IOException _) {
          return; // 'whosent status' says it
        }
      }
    }
  }

  /** Not so is a sound one without a checksum either. */
  private static boolean isAsWritten(Path file, byte[] secret) {
    try {
      return Arrays.equals(text(secret), Files.readAllBytes(file));
    } catch (IOException _) {
      return false;
    }
  }

  private static Path file(Path data) {
    return data.resolve("keys").resolve("erasure.key");
  }

  private static Path copy(Path data) {
    return data.resolve("keys").resolve("erasure.key.copy");
  }

  /** The fingerprint of a folded user. */
  public String of(String folded) {
    return recent.computeIfAbsent(
        folded,
        user -> HexFormat.of().formatHex(mac.doFinal(user.getBytes(StandardCharsets.UTF_8))));
  }
}
