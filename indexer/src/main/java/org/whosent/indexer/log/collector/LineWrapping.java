package org.whosent.indexer.log.collector;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.TerminalText;

/**
 * What a collector has put around every line of a log, below the format itself: {@code journalctl
 * -o json}, Docker's json-file driver, the CRI's log files (containerd, CRI-O), and what {@code
 * docker logs -t}, {@code docker compose logs}, {@code docker service logs} and {@code kubectl logs
 * --prefix} print.
 *
 * <p>A file is wrapped as its first line is, or not at all; a line that is not wrapped so is no log
 * line. JSON is read strictly, so that no text in it can add a field. A line in it must have the
 * header that its format has outside, or be a {@link BareLine}. Stateless.
 */
enum LineWrapping {
  /** Nothing. */
  NONE,
  /** One JSON object an entry; see {@link JournalEntry}. */
  JOURNALD,
  /** {@code {"log":"…\n","stream":"stdout","time":"…"}}. */
  DOCKER,
  /** {@code TIME stdout F …}. */
  CRI,
  /**
   * {@code TIME …} before a line that begins with a time itself or is OpenSMTPD's without one, or
   * {@code TIME STREAM …}, as {@code aws logs tail} prints it.
   */
  STAMPED,
  /** {@code SERVICE-1 | …} or {@code [pod/POD/CONTAINER] …}, each perhaps {@link #STAMPED}. */
  COMPOSED,
  /** {@code SERVICE.1.TASK@NODE | …}, perhaps with a time before it. */
  SWARM,
  /** {@code POD CONTAINER …}, perhaps with a time; see {@link ServiceLine}. */
  STERN,
  /** {@code NAMESPACE POD CONTAINER …}, the same of all namespaces. */
  STERN_ALL,
  /** A stamp of multilog's, svlogd's or s6-log's; see {@link SupervisedLine}. */
  SUPERVISED,
  /** Columns with tabs between them; see {@link PapertrailLine}. */
  PAPERTRAIL,
  /** {@code FILE:} or a number before each line; see {@link GreppedLine}. */
  GREPPED,
  /** Another host's header before some lines' own; see {@link RelayedLine}. */
  RELAYED,
  /** {@code TIME<TAB>TAG<TAB>{…}}: fluentd's files. */
  FLUENTD,
  /** One JSON object a line, of some collector; see {@link CollectedLine}. */
  COLLECTED;

  /** A line out of its wrapping. */
  sealed interface Unwrapped {
    /**
     * What the line's own program wrote.
     *
     * @param time the collector's, which is no earlier than the line's own; empty where there is
     *     none
     * @param host the collector's, for a line that has none of its own; empty where that says
     *     nothing
     */
    record Line(String stream, String time, String host, String text) implements Unwrapped {
      public Line {
        text = TerminalText.plain(text);
      }
    }

    /**
     * What another service printed.
     *
     * @param text the line inside, as far as it is known
     */
    record Other(String text) implements Unwrapped {}

    /**
     * A piece of a longer line, which the stream's next one goes on.
     *
     * @param whole false where it may not be what the program wrote, to the last byte
     */
    record Piece(String stream, String time, String text, boolean whole) implements Unwrapped {}
  }

  private static final Pattern CONTAINER_LINE =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5}))"
              + " (stdout|stderr) ([FP])(?::[A-Z:]{0,20})? (.*)",
          Pattern.DOTALL);

  /** What a stamp begins with, up to the colon behind its hour. */
  static final String STAMP =
      "(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:)";

  /** What a line with a header begins with. */
  static final String BEGINS = "(?=(?:<[0-9]{1,3}>)?(?:1 )?" + STAMP + ")";

  /** An object is no stream: behind the first blank in it there may be a client's words. */
  private static final Pattern STAMPED_LINE =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)"
              + " (?:(?:(?<stream>(?!\\{)[^ ]{1,512}) )??"
              + BEGINS
              + "|(?=\\{\"@?timestamp\":\"|"
              + BareLine.OPENSMTPD
              + "))");

  /** The time stands there alone: a record holds it only where it was told to. */
  private static final Pattern FLUENTD_LINE =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5}))\t(?<tag>[^\t]{0,300})"
              + "\t(?<object>\\{.*)",
          Pattern.DOTALL);

  /** What is around the lines of a file that begins so. */
  static LineWrapping of(String firstLine) {
    for (LineWrapping wrapping :
        List.of(
            JOURNALD,
            DOCKER,
            CRI,
            SUPERVISED,
            STAMPED,
            COMPOSED,
            SWARM,
            STERN,
            STERN_ALL,
            PAPERTRAIL,
            GREPPED,
            FLUENTD,
            COLLECTED)) {
      if (wrapping.isAround(firstLine)) {
        return wrapping;
      }
    }
    return NONE;
  }

  /** True where the first half of a line cannot be taken for a whole one. */
  boolean showsItsEnd() {
    return this == JOURNALD || this == DOCKER || this == FLUENTD || this == COLLECTED;
  }

  /** True where a long line is cut to pieces. */
  boolean cutsLines() {
    return switch (this) {
      case DOCKER, CRI, JOURNALD, SUPERVISED, FLUENTD, COLLECTED -> true;
      case NONE, STAMPED, COMPOSED, SWARM, STERN, STERN_ALL, PAPERTRAIL, GREPPED, RELAYED -> false;
    };
  }

  /** True for what a line that is nothing might look like: most of a file's must be wrapped so. */
  boolean isAroundMost() {
    return this == STERN || this == STERN_ALL || this == GREPPED;
  }

  /** In what a line is decoded: where bytes are not the collector's own text they stay as are. */
  Charset charset() {
    return this == CRI || this == RELAYED ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
  }

  private boolean isAround(String line) {
    return switch (this) {
      case NONE -> true;
      case JOURNALD -> {
        JournalEntry entry = JournalEntry.of(line);
        yield entry != null && entry.isJournals();
      }
      case DOCKER,
          CRI,
          STAMPED,
          STERN,
          STERN_ALL,
          SUPERVISED,
          PAPERTRAIL,
          GREPPED,
          FLUENTD,
          COLLECTED ->
          unwrap(line, "") != null;
      case COMPOSED -> ServiceLine.isComposed(line);
      case SWARM -> ServiceLine.isSwarms(line);
      case RELAYED -> false; // of which the first line does not tell
    };
  }

  /**
   * The line inside; null when there is none.
   *
   * @param service as {@link #service} has it
   */
  Unwrapped unwrap(String line, String service) {
    return switch (this) {
      case NONE -> new Unwrapped.Line("", "", "", line);
      case JOURNALD -> {
        JournalEntry entry = JournalEntry.of(line);
        yield entry == null ? null : entry.unwrapped(service);
      }
      case DOCKER -> DockerLine.unwrapped(line);
      case CRI -> container(line);
      case STAMPED -> stampedOf(line, service);
      case COMPOSED -> ServiceLine.composed(line, service);
      case SWARM -> ServiceLine.swarms(line, service);
      case STERN, STERN_ALL -> ServiceLine.sterns(this, line, service);
      case SUPERVISED -> SupervisedLine.unwrapped(line);
      case PAPERTRAIL -> PapertrailLine.unwrapped(line);
      case GREPPED -> GreppedLine.unwrapped(line, service);
      case RELAYED -> RelayedLine.unwrapped(line, service);
      case FLUENTD, COLLECTED -> {
        Unwrapped found = collected(found(line), service);
        yield found instanceof Unwrapped.Other ? found : tagged(found, object(line));
      }
    };
  }

  /** A container's line with the collector's time where it begins without one. */
  String stamped(Unwrapped.Line last, String whole) {
    String stamped =
        last.time().isEmpty() ? null : BareLine.stamped(last.time(), last.host(), whole);
    return stamped == null ? whole : stamped;
  }

  /** The same, of the one stream that counts. */
  private static Unwrapped stampedOf(String line, String service) {
    Unwrapped.Line found = stamped(line, "");
    return found == null || streamOf(line).equals(service)
        ? found
        : new Unwrapped.Other(found.text());
  }

  private static String streamOf(String line) {
    Matcher stamp = STAMPED_LINE.matcher(line);
    return stamp.lookingAt() && stamp.group("stream") != null
        ? Origin.ofStream(stamp.group("stream"))
        : "";
  }

  /** The line behind a time; null when there is none. */
  static Unwrapped.Line stamped(String line, String stream) {
    Matcher stamp = STAMPED_LINE.matcher(line);
    return stamp.lookingAt()
        ? new Unwrapped.Line(stream, stamp.group(1), "", line.substring(stamp.end()))
        : null;
  }

  /** What names no origin is believed where nothing does, or where its program is told. */
  private static Unwrapped collected(CollectedLine.Found found, String service) {
    if (found == null) {
      return null;
    }
    return found.origin().equals(service) || found.origin().isEmpty() && found.isTold()
        ? new Unwrapped.Line("", found.time(), "", found.text())
        : new Unwrapped.Other(found.text());
  }

  /**
   * Whose lines count in a file that begins so; empty where that is no question, and {@link
   * Origin#NONE} where nobody's do. Any service but the mail server may print what strangers sent
   * it: one that is there alone counts, of containers that are named with all that they print, of
   * others with what looks like a line.
   */
  String service(List<String> firstLines) {
    if (this == GREPPED) {
      return GreppedLine.files(firstLines);
    }
    return this == RELAYED ? RelayedLine.hosts(firstLines) : Origin.counting(origins(firstLines));
  }

  /** True where these lines are of several origins, of which none counts. */
  boolean isOfSeveral(List<String> lines) {
    Set<String> origins = this == GREPPED ? GreppedLine.origins(lines) : origins(lines);
    return Origin.counting(origins).equals(Origin.NONE);
  }

  private Set<String> origins(List<String> lines) {
    Set<String> origins = new HashSet<>();
    for (String line : lines) {
      origins.add(originOf(line));
    }
    return origins;
  }

  private String originOf(String line) {
    return switch (this) {
      case JOURNALD -> {
        JournalEntry entry = JournalEntry.of(line);
        yield entry == null ? "" : entry.container();
      }
      case STAMPED -> named(streamOf(line), stamped(line, "") != null);
      case COMPOSED, SWARM, STERN, STERN_ALL -> ServiceLine.service(this, line);
      case FLUENTD, COLLECTED -> {
        CollectedLine.Found found = found(line);
        String object = object(line);
        yield found != null
            ? named(found.origin(), !found.isTold())
            : object == null ? "" : CollectedLine.container(object);
      }
      default -> "";
    };
  }

  private static String named(String origin, boolean should) {
    return origin.isEmpty() && should ? Origin.UNNAMED : origin;
  }

  /** A piece is lost with its rest, which may look like any line: who collected it has cut it. */
  private static Unwrapped tagged(Unwrapped found, String object) {
    CollectedLine.Tagged tag = object == null ? null : CollectedLine.tagged(object);
    if (tag == null) {
      return found;
    }
    if (!tag.isLast()) {
      return new Unwrapped.Piece(tag.stream(), "", "", false);
    }
    return found instanceof Unwrapped.Line line && !tag.isPart()
        ? new Unwrapped.Line(tag.stream(), line.time(), line.host(), line.text())
        : new Unwrapped.Line(tag.stream(), "", "", "");
  }

  /** The JSON of such a line, or null. */
  private String object(String line) {
    if (this == COLLECTED) {
      return line.startsWith("{") ? line : null;
    }
    Matcher fluentd = FLUENTD_LINE.matcher(line);
    return fluentd.matches() ? fluentd.group("object") : null;
  }

  private CollectedLine.Found found(String line) {
    if (this == COLLECTED) {
      return line.startsWith("{") ? CollectedLine.find(line, null) : null;
    }
    Matcher fluentd = FLUENTD_LINE.matcher(line);
    if (!fluentd.matches()) {
      return null;
    }
    CollectedLine.Found found = CollectedLine.find(fluentd.group("object"), fluentd.group(1));
    // Its tag says where it is from, if nothing else does.
    boolean isNamed = found == null || found.isTold() || !found.origin().isEmpty();
    return isNamed ? found : found.of(Origin.ofStream(fluentd.group("tag")));
  }

  private static Unwrapped container(String line) {
    Matcher matcher = CONTAINER_LINE.matcher(line);
    if (!matcher.matches()) {
      return null;
    }
    return matcher.group(3).equals("F")
        ? new Unwrapped.Line(matcher.group(2), matcher.group(1), "", matcher.group(4))
        : new Unwrapped.Piece(matcher.group(2), matcher.group(1), matcher.group(4), true);
  }
}
