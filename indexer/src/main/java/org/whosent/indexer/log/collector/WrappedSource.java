package org.whosent.indexer.log.collector;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.record.Times;

/**
 * A log format inside a collector's wrapping: unwraps each line and hands it to the format's own
 * reader. Immutable; its readers belong to one thread.
 *
 * @param service whose lines count, where several may stand in one file; else empty
 */
public record WrappedSource(LogSource inside, String wrapping, String service)
    implements LogSource {

  /** The format as it stands in a file that begins with these lines. */
  public static LogSource of(LogSource inside, List<String> firstLines) {
    LineWrapping wrapping = wrapping(firstLines);
    return wrapping == LineWrapping.NONE
        ? inside
        : new WrappedSource(
            inside,
            wrapping.name(),
            wrapping == LineWrapping.RELAYED
                ? RelayedLine.hosts(firstLines, inside::recognises)
                : wrapping.service(firstLines));
  }

  private static LineWrapping wrapping(List<String> lines) {
    if (lines.isEmpty()) {
      return LineWrapping.NONE;
    }
    LineWrapping first = LineWrapping.of(lines.getFirst());
    if (first.isAroundMost() && around(first, lines) * 2 < lines.size()) {
      first = LineWrapping.NONE;
    }
    return isRelayed(first, lines) ? LineWrapping.RELAYED : first;
  }

  private static long around(LineWrapping wrapping, List<String> lines) {
    String service = wrapping.service(lines);
    return lines.stream().filter(line -> wrapping.unwrap(line, service) != null).count();
  }

  /** A header before another looks as a time and a stream do, if its stamp is ISO's. */
  private static boolean isRelayed(LineWrapping first, List<String> lines) {
    boolean maybe =
        first == LineWrapping.NONE
            || first == LineWrapping.STAMPED
                && (RelayedLine.areSplit(lines) || around(first, lines) < lines.size());
    return maybe && !RelayedLine.hosts(lines).isEmpty();
  }

  /** True for a line that some collector has put something around. */
  public static boolean isWrapped(String line) {
    return LineWrapping.of(line) != LineWrapping.NONE;
  }

  /**
   * The first lines of a file out of what is around them; what is not wrapped alike is left out.
   */
  public static List<String> unwrap(List<String> lines) {
    LineWrapping wrapping = wrapping(lines);
    if (wrapping == LineWrapping.NONE) {
      return lines;
    }
    String service = wrapping.service(lines);
    LinePieces pieces = new LinePieces();
    List<String> inside = new ArrayList<>();
    for (String line : lines) {
      switch (wrapping.unwrap(line, service)) {
        case LineWrapping.Unwrapped.Line last -> {
          String whole = wrapping.cutsLines() ? pieces.end(last) : last.text();
          if (whole != null) {
            inside.add(wrapping.stamped(last, whole));
          }
        }
        case LineWrapping.Unwrapped.Piece piece -> pieces.add(piece);
        case null, default -> {}
      }
    }
    return inside;
  }

  /** True for lines most of which hold another header behind their own. */
  public static boolean arePassedOn(List<String> lines) {
    return RelayedLine.among(lines) * 2 > lines.size();
  }

  /** True for a file of several containers', files' or streams' lines, of which none counts. */
  public static boolean isOfSeveral(List<String> firstLines) {
    return wrapping(firstLines).isOfSeveral(firstLines);
  }

  @Override
  public String name() {
    return inside.name();
  }

  @Override
  public boolean recognises(String line) {
    LineWrapping around = LineWrapping.valueOf(wrapping);
    return around.unwrap(line, service) instanceof LineWrapping.Unwrapped.Line found
        && inside.recognises(around.stamped(found, found.text()));
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
  public boolean turnsRound() {
    return inside.turnsRound();
  }

  @Override
  public boolean linesCrossPieces() {
    return inside.linesCrossPieces() || LineWrapping.valueOf(wrapping).cutsLines();
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new Reader(inside, inside.reader(settings), LineWrapping.valueOf(wrapping), service);
  }

  private static final class Reader implements LogReader {
    private static final String PASSED_ON =
        "lines of some hosts hold another header behind theirs and are not read, since the first"
            + " lines do not show that all that these hosts pass on has one or a program's name;"
            + " index what they passed on in files of its own";

    private static final int HOUR = "2026-11-26T10".length();

    private static final String UNTAGGED =
        "a host of which lines with another header behind its own were read passes on texts too"
            + " that have neither that nor a program's name, where a stranger's may begin; index"
            + " what it passed on of mail servers in files of its own, into a new --data";

    private static final String OTHERS =
        "lines of another program, container, file or stream look like a mail server's and are not"
            + " read, since any other program may print what a stranger sent it; index them in a"
            + " file of their own if a mail server wrote them";

    private final LogSource source;
    private final LogReader inside;
    private final LineWrapping wrapping;
    private final String service;

    private final LinePieces pieces = new LinePieces();

    /**
     * There are lines of others that look like the format's own, or that hosts passed on of which
     * it is not known what else they do.
     */
    private boolean others;

    private boolean untagged;
    private boolean told;

    /** Up to the hour, of the collector's time that the inner reader knows of. */
    private String collected = "";

    Reader(LogSource source, LogReader inside, LineWrapping wrapping, String service) {
      this.source = source;
      this.inside = inside;
      this.wrapping = wrapping;
      this.service = service;
    }

    @Override
    public LineKind read(byte[] line, int length, FactSink sink) {
      String text = new String(line, 0, length, wrapping.charset());
      return switch (wrapping.unwrap(text, service)) {
        case null -> LineKind.NOT_A_LOG;
        case LineWrapping.Unwrapped.Other other -> {
          others = others || wrapping == LineWrapping.RELAYED || source.recognises(other.text());
          untagged |= other == RelayedLine.UNTAGGED;
          yield LineKind.FOREIGN;
        }
        case LineWrapping.Unwrapped.Piece piece -> {
          pieces.add(piece);
          yield LineKind.KNOWN;
        }
        case LineWrapping.Unwrapped.Line last -> {
          String whole = wrapping.cutsLines() ? pieces.end(last) : last.text();
          if (whole == null) {
            yield LineKind.UNKNOWN;
          }
          dated(last.time(), whole);
          byte[] within = wrapping.stamped(last, whole).getBytes(wrapping.charset());
          yield inside.read(within, within.length, sink);
        }
      };
    }

    /**
     * A stamp without a year is of the collector's, however long ago that was: the file may be a
     * download.
     */
    private void dated(String time, String text) {
      boolean lacksYear = !text.isEmpty() && (text.charAt(0) == '<' || text.charAt(0) >= 'A');
      if (!lacksYear
          || time.length() < HOUR
          || time.startsWith(collected) && !collected.isEmpty()) {
        return;
      }
      try {
        inside.fileTime(Times.parse(time));
        collected = time.substring(0, HOUR);
      } catch (DateTimeException e) {
        collected = ""; // it names no offset, or is none
      }
    }

    @Override
    public void inTheMidst() {
      pieces.inTheMidst();
      inside.inTheMidst();
    }

    @Override
    public String problem() {
      String problem = inside.problem();
      if (problem == null && others && !told) {
        told = true;
        return untagged ? UNTAGGED : wrapping == LineWrapping.RELAYED ? PASSED_ON : OTHERS;
      }
      return problem;
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
      collected = "";
      inside.fileTime(time);
    }
  }
}
