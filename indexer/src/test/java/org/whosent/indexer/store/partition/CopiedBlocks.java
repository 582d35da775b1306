package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.store.segment.BlockText;
import org.whosent.indexer.store.segment.Compression;

/** Shows that blocks of a store were copied, and not packed once more. */
final class CopiedBlocks {
  private final Map<Path, List<String>> before;

  private CopiedBlocks(Map<Path, List<String>> before) {
    this.before = before;
  }

  /**
   * Packs all days of a store, each into one segment of more than 24 blocks, and so that whoever
   * packs one of them again makes other bytes of it.
   *
   * @param dictionary bytes of it, or 0: a dictionary that was trained on blocks which change may
   *     change too, and then all that wanted what is gone of it is packed anew
   */
  static CopiedBlocks pack(Path data, int dictionary) throws IOException {
    AnyPacking.pack(data, new Compression(1, 30, dictionary, 1 << 16));
    Map<Path, List<String>> frames = frames(data);
    frames.forEach((file, all) -> assertTrue(all.size() > 24, file + " has " + all.size()));
    return new CopiedBlocks(frames);
  }

  /** By directory and kind of file, in their order. */
  private static Map<Path, List<String>> frames(Path data) throws IOException {
    Map<Path, List<String>> frames = new TreeMap<>();
    for (Path file : Trees.files(data)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".records") || name.endsWith(".private")) {
        Path kind = data.relativize(file).resolveSibling(name.substring(name.lastIndexOf('.') + 1));
        frames.computeIfAbsent(kind, _ -> new ArrayList<>()).addAll(BlockText.frames(file));
      }
    }
    return frames;
  }

  /**
   * Most of what lies behind the first block that is not there any more was copied, of each file.
   *
   * @param data where most of it is now
   * @param early the first such block is among the first few
   */
  void check(Path data, boolean early, String say) throws IOException {
    Map<Path, List<String>> after = frames(data);
    before.forEach(
        (file, frames) -> {
          Set<String> there = new HashSet<>(after.get(file));
          int first = 0;
          while (first < frames.size() && there.contains(frames.get(first))) {
            first++;
          }
          int last = frames.size();
          long copied = frames.subList(first, last).stream().filter(there::contains).count();
          String what = say + ", " + file + ": of " + last + " blocks the first to change is ";
          what += first + ", and " + copied + " behind it were copied";
          assertTrue(first < last && (!early || first < 4), what);
          assertTrue(2 * copied > last - first, what);
        });
  }
}
