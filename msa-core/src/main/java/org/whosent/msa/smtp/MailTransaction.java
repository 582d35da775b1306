package org.whosent.msa.smtp;

import java.util.ArrayList;
import java.util.List;
import org.whosent.msa.hop.NextHop;

/** A mail transaction that is open: its envelope and its way onward. Not thread-safe. */
final class MailTransaction implements AutoCloseable {
  private final MailPath reversePath;
  private final NextHop.Transaction onward;
  private final List<MailPath> recipients = new ArrayList<>();

  MailTransaction(MailPath reversePath, NextHop.Transaction onward) {
    this.reversePath = reversePath;
    this.onward = onward;
  }

  MailPath reversePath() {
    return reversePath;
  }

  NextHop.Transaction onward() {
    return onward;
  }

  /** The recipients that the hop took, in their order; the same may stand twice. */
  List<MailPath> recipients() {
    return recipients;
  }

  @Override
  public void close() {
    onward.close();
  }
}
