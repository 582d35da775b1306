package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.whosent.record.BadLineException;

/** Looks at a manifest, for tests of the whole store. */
public final class ManifestState {
  private ManifestState() {}

  /** Whether the file is there and as it was written. */
  public static boolean isSound(Path manifest) throws IOException {
    try {
      ManifestCodec.decode(Files.readAllBytes(manifest));
      return true;
    } catch (NoSuchFileException | BadLineException _) {
      return false;
    }
  }
}
