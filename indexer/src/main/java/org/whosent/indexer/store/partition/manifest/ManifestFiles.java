package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.BadLineException;
import org.whosent.record.IoReason;
import org.whosent.record.JsonIn;

/**
 * The manifest on disk, and its copy for the case that one of them rots or is lost. Stateless.
 *
 * <p>The copy is put in place first, and the manifest next: so it is never older than the manifest
 * once the directory was forced, and files that only an older one names are deleted after that.
 * Where the power fails between the two it is newer, by a commit whose files are all on disk. While
 * the manifest is sound nobody looks at the copy; a writer makes them the same before it deletes
 * anything. Public for views, batches and {@code Renewal}.
 */
public final class ManifestFiles {
  private ManifestFiles() {}

  /**
   * The manifest, and where it was.
   *
   * @param manifest null where there is none, nor records
   * @param bytes as encoded
   * @param damage of the other file of the two: what is wrong, and what to do; or null
   */
  public record Found(Manifest manifest, byte[] bytes, String damage) {}

  private static final String ANOTHER = "; the next change makes another";
  private static final Found NONE = new Found(null, new byte[0], null);

  private static Path copy(Path data) {
    return data.resolve("MANIFEST.copy");
  }

  /**
   * What stands on disk; null when there is none.
   *
   * @throws IOException also when both files are damaged or lost, since an index that has records
   *     must never read as one that has none, and when it is of another version
   */
  public static Manifest read(Path data) throws IOException {
    return find(data).manifest();
  }

  /** The same, with what is wrong with MANIFEST where its copy had to be taken. */
  public static Found find(Path data) throws IOException {
    Path file = Manifest.file(data);
    try {
      return load(file);
    } catch (NoSuchFileException _) {
      return lost(data, file);
    } catch (DamageException e) {
      try {
        return instead(data, e.getMessage());
      } catch (NoSuchFileException | DamageException _) {
        throw new IOException(
            e.getMessage()
                + ", and it has no sound copy; restore it together with 'days', 'held' and 'logins'"
                + " from one backup, or move all these and MANIFEST.copy away and read the logs"
                + " again (holds and erasures are then forgotten)",
            e);
      }
    }
  }

  private static Found lost(Path data, Path file) throws IOException {
    try {
      Found copy = instead(data, file + " is missing");
      return Files.exists(file) ? find(data) : copy; // the first one comes behind its copy
    } catch (NoSuchFileException | DamageException _) {
      for (String name : List.of("days", "held")) {
        if (Files.exists(data.resolve(name)) && !Files.exists(file)) { // or just made
          throw new IOException(
              data
                  + ": there are records and no MANIFEST; restore it together with 'days', 'held'"
                  + " and 'logins' from one backup, or move '"
                  + name
                  + "' away and read the logs again (holds and erasures are then forgotten)");
        }
      }
      return Files.exists(file) ? find(data) : NONE;
    }
  }

  private static Found instead(Path data, String damage) throws IOException {
    Found copy = load(copy(data));
    return new Found(
        copy.manifest,
        copy.bytes,
        damage + "; MANIFEST.copy is read instead, and the next change puts it right");
  }

  /**
   * Reads one of the two.
   *
   * @throws DamageException when its bytes are not those that were written
   */
  private static Found load(Path file) throws IOException {
    byte[] bytes = bytes(file);
    try {
      return new Found(ManifestCodec.decode(bytes), bytes, null);
    } catch (ManifestCodec.OtherFormatException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    } catch (BadLineException | IllegalArgumentException | DateTimeException e) {
      throw new DamageException(file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      if (Files.size(file) > JsonIn.MAX_BYTES) {
        throw new DamageException(file + ": too long", null);
      }
      return Files.readAllBytes(file);
    } catch (FileSystemException | DamageException e) {
      throw e;
    } catch (IOException e) { // an error of the disk has no file's name in its message
      throw new DamageException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** What is wrong with either of the two; null when nothing is. */
  public static String damage(Path data, Found found) {
    return found.damage == null ? damageOfCopy(data, found) : found.damage;
  }

  private static String damageOfCopy(Path data, Found found) {
    if (found.manifest == null) {
      return null;
    }
    try {
      Manifest copy = load(copy(data)).manifest;
      return copy.sequence() >= found.manifest.sequence()
          ? null
          : copy(data) + ": older than the MANIFEST" + ANOTHER;
    } catch (NoSuchFileException _) {
      // Not of a store that no newer program has written to.
      return ManifestCodec.isOfThisFormat(found.bytes)
          ? copy(data) + " is missing" + ANOTHER
          : null;
    } catch (IOException e) {
      return e.getMessage() + ANOTHER;
    }
  }

  /**
   * Replaces both.
   *
   * @throws IOException also when the caller's lock was taken away
   */
  public static void write(Path data, Manifest manifest) throws IOException {
    byte[] bytes = ManifestCodec.encode(manifest);
    if (bytes.length > JsonIn.MAX_BYTES) {
      throw new IOException("the manifest would be longer than " + JsonIn.MAX_BYTES + " bytes");
    }
    WriterLock.refuseLost(data);
    StoreFiles.put(copy(data), bytes);
    StoreFiles.replace(Manifest.file(data), bytes);
  }

  /**
   * Makes the two the same, as what was found; under the writer's lock, and before anything goes
   * that the other one may name.
   */
  static void repair(Path data, Found found) throws IOException {
    if (found.damage != null) {
      StoreFiles.replace(Manifest.file(data), found.bytes);
      return;
    }
    Path copy = copy(data);
    byte[] there;
    try {
      there = bytes(copy);
    } catch (NoSuchFileException _) {
      return; // the next manifest makes one
    } catch (DamageException _) {
      there = new byte[0];
    }
    if (!Arrays.equals(there, found.bytes)) {
      Files.delete(copy); // needs no room on a full disk; the next manifest makes another
      StoreFiles.syncDirectory(data);
    }
  }
}
