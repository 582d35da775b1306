package org.whosent.msa.smtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.whosent.msa.hop.Envelope.Body;
import org.whosent.msa.hop.NextHop;

/** A mail transaction that is open: its envelope and its way onward. Not thread-safe. */
final class MailTransaction implements AutoCloseable {
  private final MailPath reversePath;
  private final MailParameters parameters;
  private final NextHop.Transaction onward;
  private final List<MailPath> recipients = new ArrayList<>();
  private final Set<String> distinct = new HashSet<>();

  private Chunks chunks;

  MailTransaction(MailPath reversePath, MailParameters parameters, NextHop.Transaction onward) {
    this.reversePath = reversePath;
    this.parameters = parameters;
    this.onward = onward;
  }

  MailPath reversePath() {
    return reversePath;
  }

  Body body() {
    return parameters.body();
  }

  /** True when addresses and header may be in UTF-8. */
  boolean utf8() {
    return parameters.utf8();
  }

  /** The sender's name for this message in notifications, or null. */
  String envelopeId() {
    return parameters.dsn().envelopeId();
  }

  /** What came by BDAT so far; null when nothing did. */
  Chunks chunks() {
    return chunks;
  }

  void begin(Chunks begun) {
    this.chunks = begun;
  }

  /** How long the next command may take to come: between chunks their pace is kept too. */
  Duration commandTimeout(Duration most) {
    Duration left = chunks == null ? most : chunks.pace().left();
    return left.compareTo(most) < 0 ? left : most;
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
    if (chunks != null) {
      chunks.close();
    }
    onward.close();
  }
}
