package org.whosent.indexer.log.exim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.reader.DovecotMasters;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.record.Continuation;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * Whose messages a master user of Dovecot's may have sent: Exim's {@code dovecot} authenticator is
 * told the account alone, and Dovecot's own line ({@link DovecotMasters}) does not tell Exim's
 * session. Then nobody is named, and the account is as whom somebody acted.
 *
 * <p>Exim does not log when a client came. A session that is older than a day is not thought of.
 * Not thread-safe.
 */
final class EximMasters {
  private static final Duration LONGEST_SESSION = Duration.ofDays(1);

  /** Of the last messages; a moment's, in which Dovecot's line about a login may be late. */
  private static final int ARRIVED = 64;

  private final DovecotMasters masters;
  private final Deque<SubmissionRecord> arrived = new ArrayDeque<>();

  EximMasters(DovecotMasters masters) {
    this.masters = masters;
  }

  /** Takes the account's name from an arrival that may be a master user's. */
  void told(SubmissionRecord.Builder facts) {
    if (facts.user == null) {
      return;
    }
    if (isPerhaps(facts.host, facts.user, facts.client, facts.time)) {
      facts.authorizationId = facts.user;
      facts.user = null;
      return;
    }
    if (arrived.size() == ARRIVED) {
      arrived.removeFirst();
    }
    arrived.addLast(facts.build());
  }

  private boolean isPerhaps(String host, String user, String client, Instant time) {
    return masters.maybe(host, user, client, time.minus(LONGEST_SESSION));
  }

  /**
   * Reads what Dovecot said just now, of a login before: its line may be written a moment later
   * than Exim's of what was sent then. True when there were facts in it.
   */
  boolean areNow(String host, Instant time, FactSink sink) {
    if (!masters.haveNews()) {
      return false;
    }
    int before = arrived.size();
    arrived.removeIf(
        each ->
            !each.time().isBefore(time.minus(SetBackClock.DISORDER))
                && isPerhaps(host, each.user(), each.client(), each.time())
                && isMasters(each, sink));
    return arrived.size() < before;
  }

  /** The account is as whom he acts, and as whom he did when the message arrived. */
  private static boolean isMasters(SubmissionRecord arrival, FactSink sink) {
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(arrival.time(), arrival.host(), arrival.transactionId());
    facts.origin = Origin.AUTHENTICATED;
    facts.authorizationId = arrival.user();
    facts.mechanism = arrival.mechanism();
    facts.client = arrival.client();
    facts.continuations =
        List.of(new Continuation(arrival.transactionId(), arrival.time(), null, null).text());
    sink.facts(facts.build());
    return true;
  }
}
