package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.segment.text.IndexText;

/** Unpacks the files of a segment, for tests that say a text is nowhere. */
public final class BlockText {
  private BlockText() {}

  /**
   * Whether a text is in any block of a segment's file, or is part of a term of its index.
   *
   * @throws IOException when something cannot be read: nothing can be said of it
   */
  public static boolean contains(Path file, String text) throws IOException {
    String wanted = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    if (file.toString().endsWith(".index")) {
      return IndexText.terms(file).contains(wanted);
    }
    int magic =
        file.toString().endsWith(".records")
            ? SegmentFormat.RECORDS_MAGIC
            : SegmentFormat.PRIVATE_MAGIC;
    Unpacker unpacker = new Unpacker();
    SegmentFile opened = new SegmentFile(file, magic, Files.size(file), unpacker, new Quota());
    boolean found = new String(opened.clients(), StandardCharsets.ISO_8859_1).contains(wanted);
    found |= new String(opened.learnt(), StandardCharsets.ISO_8859_1).contains(wanted);
    for (int i = 0; i < opened.blocks(); i++) {
      SegmentFile.Contents block = opened.block(i);
      found |= new String(block.unpacked(), StandardCharsets.ISO_8859_1).contains(wanted);
      found |= new String(block.raw(), StandardCharsets.ISO_8859_1).contains(wanted);
    }
    opened.close();
    unpacker.close();
    return found;
  }

  /** The zstd frames of a segment's file in their order, as hex digits. */
  public static Set<String> frames(Path file) throws IOException {
    int magic = Bytes.integer(Files.readAllBytes(file), 0);
    Set<String> frames = new LinkedHashSet<>();
    try (Unpacker unpacker = new Unpacker();
        SegmentFile opened =
            new SegmentFile(file, magic, Files.size(file), unpacker, new Quota())) {
      for (int i = 0; i < opened.blocks(); i++) {
        frames.add(HexFormat.of().formatHex(opened.frame(opened.block(i))));
      }
    }
    return frames;
  }
}
