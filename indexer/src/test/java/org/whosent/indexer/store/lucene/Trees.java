package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Directories as wholes: copied, listed, and looked through byte by byte. */
final class Trees {
  private Trees() {}

  static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    StoreFiles.deleteTree(to);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  /** The files whose bytes, or whose unpacked blocks, have the text in them. */
  static List<Path> containing(Path tree, String text) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files(tree)) {
      byte[] bytes = Files.readAllBytes(file);
      boolean there = contains(bytes, text);
      if (file.toString().endsWith(".blocks")) {
        try (BlockReader reader = new BlockReader(file, bytes.length, new BlockCache())) {
          for (long offset = 0; offset < bytes.length; ) {
            BlockFormat.Head head = reader.head(offset);
            if (head == null) {
              throw new IOException("unreadable bytes in " + file);
            }
            there |= contains(reader.contents(offset, head), text);
            offset += BlockFormat.HEAD_BYTES + head.packedLength();
          }
        }
      }
      if (there) {
        found.add(file);
      }
    }
    return found;
  }

  private static boolean contains(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .contains(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }
}
