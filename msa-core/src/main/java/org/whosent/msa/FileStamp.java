package org.whosent.msa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What tells one state of a file from the next without reading it. Immutable.
 *
 * @param changed the inode's change time, where there is one: two changes within the clock's grain
 *     and of equal size still differ in this
 */
public record FileStamp(Object fileKey, FileTime modified, Object changed, long size) {
  /**
   * The stamp of a file now.
   *
   * @throws IOException when it cannot be looked at
   */
  public static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Object changed;
    try {
      changed = Files.getAttribute(path, "unix:ctime");
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      changed = null;
    }
    return new FileStamp(
        attributes.fileKey(), attributes.lastModifiedTime(), changed, attributes.size());
  }
}
