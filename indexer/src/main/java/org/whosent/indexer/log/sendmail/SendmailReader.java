package org.whosent.indexer.log.sendmail;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.MessageTimes;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.reader.SyslogReader;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Continuation;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * Sendmail's lines, by the grammar of the code that writes them ({@code sm_syslog} calls, 8.8 to
 * 8.18).
 *
 * <table>
 * <caption>What is read</caption>
 * <tr><td>without queue ID</td><td>{@code connect from}, {@code STARTTLS=server}, {@code
 * AUTH=server}: see {@link SendmailSessions}</td></tr>
 * <tr><td>{@code ID: from=…}</td><td>opens the transaction; see {@link SendmailSender}</td></tr>
 * <tr><td>{@code ID: to=…}</td><td>see {@link SendmailDelivery}</td></tr>
 * <tr><td>{@code ID: done; …}</td><td>ends it (log level 10)</td></tr>
 * <tr><td>{@code ID: NEWID: DSN: …} and its like</td><td>the new one is Sendmail's own mail</td></tr>
 * <tr><td>{@code ID: NEWID: clone: …}, {@code ID: split: …}</td><td>one message that goes on under
 * other IDs as well: see {@link SendmailParts}</td></tr>
 * </table>
 *
 * <p>A message whose line says that there was a login, and whose session's login was not read, gets
 * no origin and no user, and its line counts as not understood. Known weak: log levels below 9 do
 * not write logins; virtual users are logged by what they map to, so that the recipient that the
 * client gave may be missing. Not thread-safe.
 */
final class SendmailReader extends SyslogReader {
  private static final Pattern QUEUE_ID = Pattern.compile("[A-Za-z0-9]{3,12}[0-9]{5,8}");
  private static final Pattern OWN_MAIL =
      Pattern.compile(
          "([A-Za-z0-9]{8,20}): (?:DSN|return to sender|postmaster notify|sender notify"
              + "|return receipt|delivery report): .*",
          Pattern.DOTALL);
  private static final int LONGEST_QUEUE_ID = 20;

  private final SendmailSessions sessions;
  private final SendmailPieces pieces;

  /** When the MTA opened what a process of this machine gave it without a login. */
  private final SessionTable<String, Instant> fromHere;

  /** A message's sender, to know it from an addressee. */
  private record Sender(String text, Instant time) {}

  private final SessionTable<String, Sender> senders;
  private final MessageTimes times;

  SendmailReader(LogSettings settings) {
    super(settings);
    this.senders = new SessionTable<>(SessionTable.MANY, settings.forgotten(), Sender::time);
    this.sessions = new SendmailSessions(settings.forgotten());
    this.pieces = new SendmailPieces(settings.forgotten());
    this.times = new MessageTimes(settings.forgotten());
    this.fromHere = new SessionTable<>(SessionTable.MANY, settings.forgotten(), opened -> opened);
  }

  static boolean isSendmail(String program) {
    return program.equals("sendmail") || program.startsWith("sm-");
  }

  static boolean isQueueId(String text) {
    return QUEUE_ID.matcher(text).matches();
  }

  @Override
  protected boolean isOwn(SyslogLine line) {
    return isSendmail(line.program());
  }

  @Override
  protected LineKind read(SyslogLine line, String host, FactSink sink) {
    sessions.seen(line.time());
    String whole = pieces.read(line.host() + ' ' + line.process(), line.message());
    if (whole == null) {
      return waits(line, host, sink);
    }
    String message = LoggedBytes.printed(whole);
    int colon = message.indexOf(": ");
    String id = colon > 0 && colon <= LONGEST_QUEUE_ID ? message.substring(0, colon) : null;
    if (id != null && isQueueId(id)) {
      return ofMessage(line, host, id, message.substring(colon + 2), sink);
    }
    String rest = "NOQUEUE".equals(id) ? message.substring(colon + 2) : message;
    LineKind session = sessions.read(line.host(), line.process(), line.time(), rest);
    if (session != null) {
      return session;
    }
    LineKind refused = refused(line, host, rest, sink);
    return refused == null ? kind(SendmailUnused.isKnown(rest)) : refused;
  }

  /** A piece whose rest says what it is about: of a message the record names this line too. */
  private LineKind waits(SyslogLine line, String host, FactSink sink) {
    String id = line.message().substring(0, line.message().indexOf('['));
    if (!isQueueId(id)) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, id);
    facts.time = times.of(machine() + ' ' + id, line.time());
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** What is said of a session and of a message alike; null when it is neither of these. */
  private static LineKind refused(SyslogLine line, String host, String rest, FactSink sink) {
    if (rest.startsWith("AUTH failure")) {
      return FailedAuthentication.told(SendmailLoginFailure.of(line.time(), host, rest), sink);
    }
    if (SendmailUnused.isRefusal(rest)) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    return null;
  }

  private static LineKind kind(boolean known) {
    return known ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private LineKind ofMessage(SyslogLine line, String host, String id, String rest, FactSink sink) {
    if (rest.startsWith("from=")) {
      return sender(line, host, id, rest, sink);
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, id);
    String key = machine() + ' ' + id;
    facts.time = times.of(key, line.time());
    if (rest.startsWith("to=")) {
      SendmailDelivery.Delivery delivery = SendmailDelivery.parse(rest, facts.time, senderOf(id));
      if (delivery == null) {
        return LineKind.UNKNOWN;
      }
      if (delivery.recipients().isEmpty()) {
        return LineKind.KNOWN;
      }
      facts.recipients = delivery.recipients();
      if (delivery.mspToMta()) {
        toMta(line, host, facts, delivery.recipients().getFirst().nextHopId(), sink);
      }
      sink.facts(facts.build());
      return LineKind.USED;
    }
    if (rest.startsWith("done; delay=")) {
      facts.completed = facts.time;
      senders.remove(key);
      times.over(key);
      sink.facts(facts.build());
      return LineKind.USED;
    }
    Matcher own = OWN_MAIL.matcher(rest);
    if (own.matches() && isQueueId(own.group(1))) {
      facts.transactionId = own.group(1);
      facts.time = line.time();
      facts.origin = Origin.INTERNAL;
      times.opened(machine() + ' ' + own.group(1), line.time());
      sink.facts(facts.build());
      return LineKind.USED;
    }
    List<String> parts = SendmailParts.of(rest);
    if (!parts.isEmpty()) {
      facts.aliases = parts;
      facts.continuations = parts.stream().map(part -> goesOn(part, line.time()).text()).toList();
      sink.facts(facts.build());
      return LineKind.USED;
    }
    LineKind refused = refused(line, host, rest, sink);
    return refused == null ? kind(SendmailUnused.isKnownOfMessage(rest)) : refused;
  }

  private Continuation goesOn(String part, Instant time) {
    times.opened(machine() + ' ' + part, time);
    return new Continuation(part, time, null, null);
  }

  /**
   * The submission program's queue gave the message to this machine's MTA. Where the MTA's line
   * about it was read, both are one transaction; in another file, each names the other.
   */
  private void toMta(
      SyslogLine line, String host, SubmissionRecord.Builder facts, String mta, FactSink sink) {
    facts.aliases = List.of(mta);
    Instant opened = fromHere.remove(machine() + ' ' + mta);
    if (opened != null) {
      facts.continuations = List.of(new Continuation(mta, opened, null, null).text());
      return;
    }
    SubmissionRecord.Builder there = SubmissionRecord.Builder.of(line.time(), host, mta);
    there.aliases = List.of(facts.transactionId);
    sink.facts(there.build());
  }

  private String senderOf(String id) {
    Sender sender = senders.get(machine() + ' ' + id);
    return sender == null ? null : sender.text();
  }

  private LineKind sender(SyslogLine line, String host, String id, String rest, FactSink sink) {
    SendmailSender sender = SendmailSender.parse(rest);
    if (sender == null) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, id);
    times.opened(machine() + ' ' + id, line.time());
    facts.mailFrom = sender.mailFrom();
    if (sender.mailFrom() != null) {
      senders.put(machine() + ' ' + id, new Sender(sender.mailFrom(), line.time()));
    }
    facts.size = sender.size();
    facts.messageId = sender.messageId();
    facts.service = sender.daemon();
    facts.protocol = sender.protocol();
    if (sender.isGivenUp()) {
      facts.completed = line.time();
    }
    LineKind kind = LineKind.USED;
    if (sender.isOwn()) {
      facts.origin = Origin.INTERNAL;
    } else if (sender.relay().account() != null) {
      facts.origin = Origin.LOCAL;
      facts.localUser = sender.relay().account();
    } else {
      facts.client = sender.relay().address();
      facts.clientName = sender.relay().name();
      SendmailSessions.Found found =
          sessions.of(
              line.host(),
              line.process(),
              line.time(),
              id,
              sender.relayText(),
              sender.protocol(),
              sender.saysLogin());
      facts.tlsVersion = found.tlsVersion();
      facts.tlsCipher = found.tlsCipher();
      if (found.certain()) {
        facts.origin = found.user() == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
        facts.user = found.user();
        facts.mechanism = found.mechanism();
        if (found.user() == null && sender.relay().isLoopback()) {
          fromHere.put(machine() + ' ' + id, line.time());
        }
      } else {
        kind = LineKind.UNKNOWN; // whose it is
      }
    }
    sink.facts(facts.build());
    return kind;
  }
}
