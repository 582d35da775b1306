package org.whosent.indexer.ingest.input;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens a file for reading: through java.io, which costs least and which no interrupt closes; but a
 * name whose octets are not UTF-8 only NIO keeps as it is. Stateless.
 */
final class FileStreams {
  private FileStreams() {}

  /** From that offset on; behind the end there is nothing. */
  static InputStream open(Path path, long offset) throws IOException {
    if (!isText(path)) {
      InputStream in = Files.newInputStream(path);
      try {
        in.skip(offset); // seeks
        return in;
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    }
    FileInputStream in = new FileInputStream(path.toFile());
    try {
      if (offset > 0) {
        in.getChannel().position(offset);
      }
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The characters of the name stand for its octets; what stands for none is U+FFFD. */
  private static boolean isText(Path path) {
    return path.toString().indexOf('\ufffd') < 0;
  }
}
