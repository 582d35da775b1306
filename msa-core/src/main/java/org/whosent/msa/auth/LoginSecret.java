package org.whosent.msa.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * The secret from which salts for names that are nobody's are made up. It outlives a restart, or
 * the salts that change with it would be known for made up. Stateless.
 */
public final class LoginSecret {
  /** How many octets it has. */
  public static final int LENGTH = 32;

  private LoginSecret() {}

  /** One for this process. */
  static byte[] random() {
    byte[] secret = new byte[LENGTH];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  /**
   * The secret in a file, made when there is none or it was cut short.
   *
   * @throws IOException when it can be neither read nor made
   */
  public static byte[] readOrCreate(Path file) throws IOException {
    try {
      if (Files.size(file) == LENGTH) {
        return Files.readAllBytes(file);
      }
    } catch (NoSuchFileException e) {
      // the first start
    }
    byte[] secret = random();
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(secret));
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return secret;
  }
}
