package org.whosent.msa.smtp;

import org.whosent.msa.MsaLog;
import org.whosent.msa.journal.Journal;
import org.whosent.record.JournalEntry;

/**
 * Refusals and failed logins on their way to the journal: lazily, and no more of them than a bound,
 * because strangers cause them and the journal's disk is what all mail depends on. Thread-safe.
 */
public final class Complaints {
  private static final int MAX_PER_MINUTE = 6000;
  private final Journal journal;
  private final MsaLog log;
  private long minute;
  private int inMinute;

  public Complaints(Journal journal, MsaLog log) {
    this.journal = journal;
    this.log = log;
  }

  /**
   * Writes it down, unless there were too many in this minute.
   *
   * @return false when there were
   */
  public boolean add(JournalEntry entry) {
    synchronized (this) {
      long now = System.nanoTime() / 60_000_000_000L;
      if (now != minute) {
        minute = now;
        inMinute = 0;
      }
      if (++inMinute == MAX_PER_MINUTE + 1) {
        log.line("more than %d refusals in a minute: the others are not noted", MAX_PER_MINUTE);
      }
      if (inMinute > MAX_PER_MINUTE) {
        return false;
      }
    }
    journal.appendLazily(entry);
    return true;
  }
}
