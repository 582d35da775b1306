package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks into unpacked blocks, for tests that say a text is nowhere. */
public final class BlockText {
  private BlockText() {}

  /**
   * Whether a text is in any block of a segment's file.
   *
   * @throws IOException when a block cannot be read: nothing can be said of it
   */
  public static boolean contains(Path file, String text) throws IOException {
    int magic =
        file.toString().endsWith(".records")
            ? SegmentFormat.RECORDS_MAGIC
            : SegmentFormat.PRIVATE_MAGIC;
    String wanted = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    MappedFile mapped = new MappedFile(file, magic, Files.size(file));
    boolean found = new String(mapped.clients(), StandardCharsets.ISO_8859_1).contains(wanted);
    for (int i = 0; i < mapped.blocks(); i++) {
      MappedFile.Contents block = mapped.block(i);
      found |= new String(block.unpacked(), StandardCharsets.ISO_8859_1).contains(wanted);
      found |= new String(block.raw(), StandardCharsets.ISO_8859_1).contains(wanted);
    }
    mapped.close();
    return found;
  }
}
