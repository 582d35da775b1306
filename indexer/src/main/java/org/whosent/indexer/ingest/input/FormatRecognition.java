package org.whosent.indexer.ingest.input;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.collector.WrappedSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.site.Site;

/**
 * Which format a file is of: the one that was demanded, or what most of its first lines say. A
 * format once recognised is remembered by the file's first line, bounded, where that is of the log
 * itself: others may begin with the same line that is nothing. Not thread-safe.
 */
public final class FormatRecognition {
  /** So much of a file is looked at. */
  static final int SAMPLE = 256 << 10;

  private static final int SAMPLE_LINES = 1000;
  private static final int LINE = 4096;
  private static final int REMEMBERED = 256;

  /** So many lines that are nothing may go before any log. */
  private static final int NOTHING = 10;

  private static final String SEVERAL =
      "its lines are of several containers, files or streams, any of which may print what a"
          + " stranger sent it; export the mail server's alone";

  private final LogSource demanded;
  private final List<LogSource> sources;
  private final Hashes hashes;
  private final Map<String, LogSource> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LogSource> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Remembers nothing yet.
   *
   * @param demanded the format of all files, or null
   * @param site what it says of its logs
   */
  public FormatRecognition(LogSource demanded, Site site, Hashes hashes) {
    this.demanded = demanded == null ? null : demanded.at(site);
    this.sources = LogSources.at(site);
    this.hashes = hashes;
  }

  /** The file's format; empty when its first lines are of none that is known. */
  public Optional<LogSource> of(SourceFile file, byte[] firstLine) throws Unreadable {
    String key = hashes.line(firstLine, firstLine.length);
    LogSource before = known.get(key);
    if (before != null) {
      return Optional.of(before);
    }
    List<String> all = allLines(reading(() -> file.head(SAMPLE)));
    if (UnreadText.isBroken(all)) {
      return Optional.empty();
    }
    List<String> lines = log(all);
    List<String> within = inside(lines);
    Optional<LogSource> inside =
        demanded != null ? Optional.of(demanded) : LogSources.recognise(sources, within);
    Optional<LogSource> found =
        inside.map(source -> source.inFile(within)).map(source -> WrappedSource.of(source, lines));
    if (lines.size() == all.size()) {
      found.ifPresent(source -> known.put(key, source));
    }
    return found;
  }

  /**
   * What is wrong with a file that is of no format that is known; empty for a log into which no
   * server of one has written yet.
   */
  public Optional<String> problem(SourceFile file) throws Unreadable {
    List<String> lines = sample(file);
    Optional<String> unreadable = unreadable(lines);
    if (unreadable.isPresent() || LogSources.areLogLines(inside(lines))) {
      return unreadable;
    }
    List<String> names = LogSources.ALL.stream().map(LogSource::name).toList();
    return Optional.of(
        "no log of a format that is known (%s); --format names one"
            .formatted(String.join(", ", names)));
  }

  private static Optional<String> unreadable(List<String> lines) {
    if (WrappedSource.isOfSeveral(lines)) {
      return Optional.of(SEVERAL);
    }
    Optional<String> known = LogSources.unreadable(inside(lines));
    if (known.isPresent()) {
      return known;
    }
    return UnreadText.why(lines);
  }

  /** A stream's format is known from these first bytes: more of them need not be waited for. */
  public boolean recognisable(byte[] head) {
    return demanded != null || LogSources.recognise(sources, inside(lines(head))).isPresent();
  }

  private List<String> sample(SourceFile file) throws Unreadable {
    return lines(reading(() -> file.head(SAMPLE)));
  }

  private List<String> lines(byte[] head) {
    return log(allLines(head));
  }

  private static List<String> allLines(byte[] head) {
    String text = new String(head, StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < text.length() && lines.size() < SAMPLE_LINES; ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(at, end));
      at = end + 1;
    }
    return lines;
  }

  /**
   * The lines from the first one that is a log's: what is around it is around all. Before it may
   * stand what a program printed first ({@code Attaching to mail}), or the rest of a line that was
   * cut.
   */
  private List<String> log(List<String> lines) {
    int framed = -1;
    for (int i = 0; i < lines.size() && i < NOTHING; i++) {
      if (WrappedSource.isWrapped(lines.get(i)) || isServers(lines.get(i))) {
        return lines.subList(framed < 0 ? i : framed, lines.size());
      }
      framed = framed < 0 && LogSources.areLogLines(List.of(lines.get(i))) ? i : framed;
    }
    int wrapped = behindMuch(lines);
    return lines.subList(wrapped > 0 ? wrapped : Math.max(framed, 0), lines.size());
  }

  /**
   * Where a container's log begins behind all that its image prints at start-up, which may be a
   * hundred lines: the first line that is wrapped, if most of those behind it are so and no server
   * has written any other; else -1.
   */
  private int behindMuch(List<String> lines) {
    int first = -1;
    int wrapped = 0;
    for (int i = NOTHING; i < lines.size(); i++) {
      if (WrappedSource.isWrapped(lines.get(i))) {
        first = first < 0 ? i : first;
        wrapped++;
      } else if (isServers(lines.get(i))) {
        return -1;
      }
    }
    return first >= 0 && wrapped * 2 > lines.size() - first ? first : -1;
  }

  private boolean isServers(String line) {
    return LogSources.recognise(sources, List.of(line)).isPresent();
  }

  /** The lines without what a collector has put around them, and not too long. */
  private static List<String> inside(List<String> lines) {
    return WrappedSource.unwrap(lines).stream()
        .map(line -> line.substring(0, Math.min(line.length(), LINE)))
        .toList();
  }
}
