package org.whosent.indexer.log.exim;

import java.util.List;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What an arrival says, as a record has it. Not thread-safe. */
final class EximArrivalFacts {
  /** A longer address is not kept. */
  private static final int ADDRESS = 1000;

  private final EximTls tls;
  private final boolean loginsHaveNoColon;

  /** See {@link EximSource}. */
  EximArrivalFacts(Words words, boolean loginsHaveNoColon) {
    this.tls = new EximTls(words);
    this.loginsHaveNoColon = loginsHaveNoColon;
  }

  /** Puts it into the facts. */
  void told(EximArrival arrival, SubmissionRecord.Builder facts) {
    facts.mailFrom = arrival.sender().length() > ADDRESS ? null : arrival.sender();
    facts.size = arrival.size();
    facts.messageId = arrival.messageId();
    facts.subject = arrival.subject();
    facts.recipients = recipients(arrival.recipients());
    facts.client = arrival.client();
    facts.clientPort = arrival.clientPort();
    facts.clientName = arrival.clientName();
    facts.helo = arrival.helo();
    facts.protocol = arrival.protocol() == null ? null : EximProtocol.of(arrival.protocol());
    facts.service = EximProtocol.service(arrival.localPort());
    tls.told(arrival.tls(), facts);
    facts.mechanism = arrival.authenticator();
    boolean split = loginsHaveNoColon && arrival.loginBeforeColon() != null;
    facts.user = split ? arrival.loginBeforeColon() : arrival.login();
    facts.origin = origin(arrival);
    boolean ownAccount = facts.origin == Origin.INTERNAL; // Exim's
    facts.localUser = arrival.isLocal() && !ownAccount ? arrival.ident() : null;
  }

  private static List<Recipient> recipients(List<String> addresses) {
    if (addresses.isEmpty()) {
      return List.of();
    }
    return addresses.stream()
        .filter(address -> address.length() <= ADDRESS)
        .map(Recipient::of)
        .toList();
  }

  private static Origin origin(EximArrival arrival) {
    if (arrival.isAuthenticated()) {
      return Origin.AUTHENTICATED;
    }
    if (!arrival.isLocal()) {
      return arrival.isDoubtful() ? null : Origin.UNAUTHENTICATED;
    }
    boolean aboutAnother = arrival.reference() != null && arrival.sender().isEmpty();
    if (aboutAnother) {
      return Origin.INTERNAL; // a bounce, a warning, an automatic reply
    }
    return arrival.ident() == null ? null : Origin.LOCAL;
  }
}
