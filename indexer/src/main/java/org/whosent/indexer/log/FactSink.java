package org.whosent.indexer.log;

import java.time.Instant;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/** Takes what a line says. Belongs to one thread. */
public interface FactSink {

  /**
   * Facts of one transaction, from the line that is being read: just what this line says, with the
   * line's time, without provenance (the reader of the file adds it).
   */
  void facts(SubmissionRecord facts);

  /**
   * The same for a reader of millions of lines. The builder and the lists in it are the sink's from
   * now on, and soon another thread's: the reader never looks at them again.
   */
  default void facts(SubmissionRecord.Builder facts) {
    facts(facts.build());
  }

  /**
   * A log line of that host was read.
   *
   * @param host the name after {@code by}
   * @param continuous false when the time since the host's line before is a hole: nobody was there
   */
  void seen(String host, Instant time, boolean continuous);

  /**
   * The facts that come next are of the machine that the log calls so; before the first, of the
   * line's own. Said before {@link #facts} where several machines may go by one name after {@code
   * by}.
   *
   * @param logHost as the line names it; empty where it names none, or where they are about another
   */
  default void machine(String logHost) {}

  /**
   * The same, of one of several machines that are there at once under names that say nothing by
   * themselves ({@link org.whosent.record.LogHosts#isMadeAnew}).
   */
  default void replica(String logHost) {}

  /**
   * Lines are not in the log that should be, by what the daemon that wrote it says of itself.
   *
   * @param host the name after {@code by}; empty where it writes for others
   */
  default void dropped(String host, Instant from, Instant until) {}

  /**
   * The line that is being read holds a client's text, line feeds and all.
   *
   * @param remedy what to set in the server, so that it does not write such lines; one line
   */
  default void clientText(String remedy) {}

  /**
   * The line that is being read still matters to lines much further behind it than is looked back
   * when reading goes on there: it is to be shown again then.
   *
   * @param what of two lines with the same the later one alone matters
   */
  default void lasting(String what) {}

  /** A refused command or message; counted only. */
  void refusal();

  /** A failed authentication of which the line tells nothing that is kept; counted only. */
  void loginFailure();

  /** A failed authentication, from the line that is being read, with the line's time and host. */
  void loginFailure(JournalEntry.LoginFailure failure);
}
