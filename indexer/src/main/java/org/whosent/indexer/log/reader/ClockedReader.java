package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.TerminalText;
import org.whosent.record.LogHosts;

/**
 * A reader of a format whose time stamps may lack a year or a zone, which a clock knows from the
 * lines before. Belongs to one thread.
 */
public abstract class ClockedReader implements LogReader {
  private final LogSettings settings;

  /** What completes the stamps of the log's lines. */
  protected final StampClock clock;

  private static final int MACHINES = 10_000;

  /** What is known of a machine. */
  private static final class Machine {
    /** The name after {@code by}, and which one of that name, where the line tells. */
    final String name;

    /** When the mail server there wrote a line, as the reader says; null for never. */
    Instant lastOwn;

    Machine(String name) {
      this.name = name;
    }
  }

  private String lastLogHost;
  private String lastHost;
  private Machine machine;

  /** By what the lines call them: in a central log the next line is mostly another host's. */
  private final Map<String, Machine> machines = new HashMap<>();

  private final DroppedLines droppedLines = new DroppedLines();

  private static final String COLOURS =
      "lines that hold a terminal's colours are not read, since not all in them is what the server"
          + " wrote; index the log itself, or make this anew without (grep --color=never)";

  private boolean coloured;
  private boolean toldOfColours;

  private final Replicas replicas = new Replicas();
  private boolean replica;

  /** A reader of one log. */
  protected ClockedReader(LogSettings settings) {
    this.settings = settings;
    this.clock = new StampClock(settings);
  }

  /**
   * Takes note of the line that the clock had last. Nearly every line names the host of the line
   * before, by the very same text.
   *
   * @param logHost as the line names it; empty when it names none
   * @return the name after {@code by}
   */
  protected final String seen(String logHost, Instant time, FactSink sink) {
    if (logHost != lastLogHost) {
      lastHost = settings.hosts().apply(logHost);
      lastLogHost = logHost;
      if (machines.size() >= MACHINES) {
        machines.clear();
      }
      replica = LogHosts.isMadeAnew(logHost) && replicas.met(logHost);
      machine =
          replica
              ? machine(lastHost, List.of(logHost))
              : machines.computeIfAbsent(logHost, _ -> machine(lastHost, LogHosts.of(logHost)));
    }
    sink.seen(lastHost, time, true);
    if (replica) {
      sink.replica(logHost);
    } else {
      sink.machine(logHost);
    }
    return lastHost;
  }

  private static Machine machine(String host, List<String> names) {
    return new Machine(names.isEmpty() ? host : host + ' ' + LogHosts.label(names.getFirst()));
  }

  /** Takes note that the line is the mail server's own. */
  protected final void own(Instant time) {
    machine.lastOwn = time;
  }

  /** Takes a line of another program, which may say that lines of the mail server are lost. */
  protected final LineKind foreign(
      String program, LineBytes line, int start, Instant time, FactSink sink) {
    return DroppedLines.isTold(program)
        ? foreign(program, line.text(start, line.end()), time, sink)
        : LineKind.FOREIGN;
  }

  /** The same of a line that is a text already. */
  protected final LineKind foreign(String program, String message, Instant time, FactSink sink) {
    if (DroppedLines.isTold(program)) {
      droppedLines.read(lastHost, program, message, time, machine.lastOwn, sink);
    }
    return LineKind.FOREIGN;
  }

  /**
   * Whose queue the last line was about, for what is remembered of messages between lines: the name
   * after {@code by}, and which machine of that name, where the line tells.
   */
  protected final String machine() {
    return machine.name;
  }

  /**
   * True for a line that somebody has coloured: a login in it would be another one's. Only for
   * servers that write no escape character, or a sender hides by one.
   *
   * @param text what is read of the line
   */
  protected final boolean isColoured(LineBytes text, byte[] bytes, int length) {
    boolean is = !text.isPlain() && TerminalText.isColoured(bytes, length);
    coloured |= is;
    return is;
  }

  @Override
  public String problem() {
    String problem = clock.problem();
    if (problem == null && coloured && !toldOfColours) {
      toldOfColours = true;
      return COLOURS;
    }
    return problem;
  }

  @Override
  public final Instant lastTime() {
    return clock.last();
  }

  @Override
  public final void lastTime(Instant time) {
    clock.goesOn(time);
  }

  @Override
  public final void fileTime(Instant time) {
    clock.fileTime(time);
  }
}
