package org.whosent.indexer.log.collector;

import java.nio.charset.StandardCharsets;
import org.whosent.indexer.log.collector.LineWrapping.Unwrapped;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * A line of Docker's json-file driver: {@code {"log":"…\n","stream":"stdout","time":"…"}}; a piece
 * of one, where no line feed ends it. Stateless.
 */
final class DockerLine {
  /**
   * The buffer out of which Docker writes lines ({@code daemon/logger/copier.go}). A piece of
   * another length is what a container left when it ended, or holds bytes that are no UTF-8, in
   * whose place Docker has written others.
   */
  private static final int DOCKERS_PIECE = 16 << 10;

  private DockerLine() {}

  /** The line in it; null when there is none. */
  static Unwrapped unwrapped(String line) {
    if (!line.startsWith("{")) {
      return null;
    }
    String[] fields = new String[3];
    boolean read =
        read(
            line,
            (name, in) -> {
              switch (name) {
                case "log" -> fields[0] = in.text();
                case "stream" -> fields[1] = in.text();
                case "time" -> fields[2] = in.text();
                default -> in.skip();
              }
            });
    if (!read || fields[0] == null || fields[2] == null || !isStream(fields[1])) {
      return null;
    }
    String text = fields[0];
    return text.endsWith("\n")
        ? new Unwrapped.Line(fields[1], fields[2], "", text.substring(0, text.length() - 1))
        : new Unwrapped.Piece(
            fields[1],
            fields[2],
            text,
            text.getBytes(StandardCharsets.UTF_8).length == DOCKERS_PIECE);
  }

  private static boolean isStream(String name) {
    return "stdout".equals(name) || "stderr".equals(name);
  }

  private static boolean read(String line, JsonIn.Fields fields) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      JsonIn.object(bytes, 0, bytes.length, fields);
      return true;
    } catch (BadLineException e) {
      return false;
    }
  }
}
