package org.whosent.indexer.log;

import java.time.Instant;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/** Takes nothing: for lines that are shown to a reader for what it remembers of them. */
public class NoFacts implements FactSink {
  @Override
  public void facts(SubmissionRecord facts) {}

  @Override
  public void facts(SubmissionRecord.Builder facts) {}

  @Override
  public void seen(String host, Instant time, boolean continuous) {}

  @Override
  public void refusal() {}

  @Override
  public void loginFailure() {}

  @Override
  public void loginFailure(JournalEntry.LoginFailure failure) {}
}
