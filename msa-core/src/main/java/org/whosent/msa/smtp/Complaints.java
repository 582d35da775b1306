package org.whosent.msa.smtp;

import java.util.function.Consumer;
import org.whosent.msa.MsaLog;
import org.whosent.msa.journal.Journal;
import org.whosent.record.JournalEntry;

/**
 * Refusals and failed logins on their way to the journal: lazily, and no more of them than a bound,
 * because strangers cause them and the journal's disk is what all mail depends on. Each kind has a
 * bound of its own, so that nobody hides guesses behind refusals. Thread-safe.
 */
public final class Complaints {
  private static final int MAX_PER_MINUTE = 6000;
  private final Journal journal;
  private final MsaLog log;
  private final PerMinute refusals;
  private final PerMinute failedLogins;
  private final PerMinute lines;
  private final FailureLines lookUps;
  private final FailureLines recipientLookUps;

  public Complaints(Journal journal, MsaLog log) {
    this.journal = journal;
    this.log = log;
    Consumer<String> told = text -> log.line("%s", text);
    this.refusals = new PerMinute("refusals", MAX_PER_MINUTE, told, System::nanoTime);
    this.failedLogins = new PerMinute("failed logins", MAX_PER_MINUTE, told, System::nanoTime);
    this.lines = new PerMinute("failed connections", MAX_PER_MINUTE, told, System::nanoTime);
    this.lookUps = new FailureLines("users: cannot be looked up now", told, System::nanoTime);
    this.recipientLookUps = new FailureLines("localRecipients", told, System::nanoTime);
  }

  /**
   * Writes it down, unless there were too many in this minute.
   *
   * @return false when there were
   */
  public boolean add(JournalEntry entry) {
    PerMinute bound = entry instanceof JournalEntry.LoginFailure ? failedLogins : refusals;
    if (!bound.take()) {
      return false;
    }
    journal.appendLazily(entry);
    return true;
  }

  /** A line for the operator alone about a connection that came to nothing, bounded likewise. */
  void line(String format, Object... arguments) {
    if (lines.take()) {
      log.line(format, arguments);
    }
  }

  /** That users cannot be looked up. */
  FailureLines lookUps() {
    return lookUps;
  }

  /** That recipients cannot. */
  FailureLines recipientLookUps() {
    return recipientLookUps;
  }
}
