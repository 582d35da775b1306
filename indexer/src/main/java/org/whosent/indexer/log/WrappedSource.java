package org.whosent.indexer.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A log format inside a collector's wrapping: unwraps each line and hands it to the format's own
 * reader. Immutable; its readers belong to one thread.
 *
 * @param service whose lines count, where several may stand in one file; else empty
 */
public record WrappedSource(LogSource inside, String wrapping, String service)
    implements LogSource {

  /** The format as it stands in a file that begins with this line. */
  public static LogSource of(LogSource inside, String firstLine) {
    LineWrapping wrapping = LineWrapping.of(firstLine);
    return wrapping == LineWrapping.NONE
        ? inside
        : new WrappedSource(inside, wrapping.name(), wrapping.service(firstLine));
  }

  /**
   * The first lines of a file out of what is around them; what is not wrapped alike is left out.
   */
  public static List<String> unwrap(List<String> lines) {
    LineWrapping wrapping = lines.isEmpty() ? LineWrapping.NONE : LineWrapping.of(lines.getFirst());
    if (wrapping == LineWrapping.NONE) {
      return lines;
    }
    String service = wrapping.service(lines.getFirst());
    return lines.stream()
        .map(line -> wrapping.unwrap(line, service))
        .filter(LineWrapping.Unwrapped.Line.class::isInstance)
        .map(line -> ((LineWrapping.Unwrapped.Line) line).text())
        .toList();
  }

  @Override
  public String name() {
    return inside.name();
  }

  @Override
  public boolean recognises(String line) {
    return LineWrapping.valueOf(wrapping).unwrap(line, service)
            instanceof LineWrapping.Unwrapped.Line found
        && inside.recognises(found.text());
  }

  /** Half a JSON object is none. */
  @Override
  public boolean showsItsEnd() {
    return LineWrapping.valueOf(wrapping).showsItsEnd();
  }

  @Override
  public boolean sessionsNameUsers() {
    return inside.sessionsNameUsers();
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new Reader(inside.reader(settings), LineWrapping.valueOf(wrapping), service);
  }

  private static final class Reader implements LogReader {
    private final LogReader inside;
    private final LineWrapping wrapping;
    private final String service;

    /** Streams in the midst of a long line: what comes next is its rest, however it may look. */
    private final Set<String> unfinished = new HashSet<>();

    Reader(LogReader inside, LineWrapping wrapping, String service) {
      this.inside = inside;
      this.wrapping = wrapping;
      this.service = service;
    }

    @Override
    public LineKind read(byte[] line, int length, FactSink sink) {
      String text = new String(line, 0, length, StandardCharsets.UTF_8);
      return switch (wrapping.unwrap(text, service)) {
        case null -> LineKind.NOT_A_LOG;
        case LineWrapping.Unwrapped.Other _ -> LineKind.FOREIGN;
        case LineWrapping.Unwrapped.Piece piece -> {
          unfinished.add(piece.stream());
          yield LineKind.NOT_A_LOG;
        }
        case LineWrapping.Unwrapped.Line whole -> {
          if (unfinished.remove(whole.stream())) {
            yield LineKind.NOT_A_LOG;
          }
          byte[] within = whole.text().getBytes(StandardCharsets.UTF_8);
          yield inside.read(within, within.length, sink);
        }
      };
    }

    @Override
    public Instant lastTime() {
      return inside.lastTime();
    }

    @Override
    public void lastTime(Instant time) {
      inside.lastTime(time);
    }

    @Override
    public void fileTime(Instant time) {
      inside.fileTime(time);
    }
  }
}
