package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.login.LoginFile;
import org.whosent.indexer.store.segment.BlockText;
import org.whosent.indexer.store.segment.SegmentFormat;

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
    lay(from, to);
  }

  /** Copies everything over what is there. */
  static void lay(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
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
      if (SegmentFormat.number(file.getFileName().toString()) >= 0) {
        there |= BlockText.contains(file, text);
      }
      if (file.toString().endsWith(".blocks")) {
        StringBuilder logins = new StringBuilder();
        LoginFile.read(file, login -> logins.append(login));
        there |= logins.indexOf(text) >= 0;
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
