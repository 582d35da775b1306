package org.whosent.msa.smtp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.whosent.msa.hop.NextHop;

/** A mail transaction that is open: its envelope and its way onward. Not thread-safe. */
final class MailTransaction implements AutoCloseable {
  private final MailPath reversePath;
  private final NextHop.Transaction onward;
  private final List<MailPath> recipients = new ArrayList<>();
  private final Set<String> distinct = new HashSet<>();

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
    return Collections.unmodifiableList(recipients);
  }

  void add(MailPath recipient) {
    recipients.add(recipient);
    distinct.add(recipient.address());
  }

  /** How many different recipients there are. */
  int distinctRecipients() {
    return distinct.size();
  }

  /** How many different recipients there would be with this one. */
  long distinctWith(MailPath path) {
    return distinct.size() + (distinct.contains(path.address()) ? 0 : 1);
  }

  @Override
  public void close() {
    onward.close();
  }
}
