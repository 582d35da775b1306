package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.List;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.MessageTable;
import org.whosent.indexer.log.reader.ClockedReader;
import org.whosent.indexer.log.reader.DovecotSubmission;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Exim's lines behind the queue ID.
 *
 * <table>
 * <caption>What is read</caption>
 * <tr><td>{@code <=}, {@code (=}</td><td>opens the transaction; see {@link EximArrivalGrammar}</td></tr>
 * <tr><td>{@code =>}, {@code ->}, {@code >>}, {@code **}, {@code ==}</td><td>a recipient's fate; see
 * {@link EximDelivery}</td></tr>
 * <tr><td>{@code Completed}</td><td>the end</td></tr>
 * </table>
 *
 * <p>A line of these that does not read, or reads in two ways, is counted and gives nothing: a
 * message whose arrival is not understood has no user rather than a wrong one. Never throws for
 * what a line contains.
 *
 * <p>Exim's own files name no host: {@link LogSettings#hosts} is asked for the empty name.
 *
 * <p>A message that comes back from a content filter on this machine has a second queue ID. It is
 * an alias when all of it is in our own log: it came over loopback without a login, with the same
 * sender and Message-ID (or none, as the first), and the delivery over loopback was answered with
 * that ID. So is one that Exim itself was told to be of another ({@code R=}, option -oMm, for
 * trusted callers only).
 *
 * <p>Known weak: who may write into Exim's log files can write any of this; an ACL's {@code
 * logwrite} that repeats a stranger's text with line feeds does. Not thread-safe.
 */
final class EximReader extends ClockedReader {
  private static final int ADDRESS = 1000;

  /** Messages that may still come back from a filter. */
  private static final int REMEMBERED = 20_000;

  /** Longer senders and Message-IDs are not remembered. */
  private static final int REMEMBERED_LENGTH = 256;

  /** Of an authenticator's name. */
  private static final int AUTHENTICATOR = 100;

  private static final byte[] LOGIN_FAILED = LineBytes.word(" authenticator failed for ");
  private static final byte[] REJECTED = LineBytes.word("rejected ");

  /** Also where it says {@code temporarily} before. */
  private static final byte[] REJECTED_OF_CLIENT = LineBytes.word(" rejected ");

  private static final byte[] COMPLETED = LineBytes.word("Completed");
  private static final byte[] COMPLETED_AFTER = LineBytes.word("Completed QT=");

  /** A message's opening, to know it when it comes back. */
  private static final class Opening extends MessageTable.Entry {
    private final Instant time;
    private final String sender;

    /** Empty where it has none; null where that is too long to remember. */
    private final String messageId;

    private final boolean maybeReturned;

    /** In the order of the log, whatever the clock says. */
    private final long number;

    private boolean completed;

    /** The last attempt that failed: no further line of the message is earlier. */
    private SetBackClock.Mark deferred;

    Opening(
        String id,
        Instant time,
        String sender,
        String messageId,
        boolean maybeReturned,
        long number) {
      super("", id); // one server wrote the log, or IDs of several do not meet
      this.time = time;
      this.sender = sender;
      this.messageId = messageId;
      this.maybeReturned = maybeReturned;
      this.number = number;
    }

    /** The time that counts for a line that is earlier than one before. */
    Instant notBefore(Instant line, SetBackClock clock) {
      return deferred == null ? SetBackClock.notBefore(time, line) : clock.after(deferred, line);
    }
  }

  private final Forgotten forgotten;
  private final boolean loginsHaveNoColon;
  private final EximFraming framing;

  /** What a submission service of Dovecot says, whose relay this Exim is. */
  private final DovecotSubmission dovecot;

  private final Words words = new Words();
  private final EximDelivery deliveries = new EximDelivery(words);
  private final SetBackClock setBack = new SetBackClock();
  private final MessageTable<Opening> openings = new MessageTable<>();
  private long arrivals;

  /** What the last line with TLS said of it, whole and in its parts. */
  private String lastTls;

  private String tlsVersion;
  private String tlsCipher;

  /** See {@link EximSource}. */
  EximReader(LogSettings settings, boolean loginsHaveNoColon) {
    super(settings);
    this.forgotten = settings.forgotten();
    this.loginsHaveNoColon = loginsHaveNoColon;
    this.dovecot = DovecotSubmission.before(settings);
    this.framing = new EximFraming(clock, forgotten);
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    if (!framing.frame(bytes, length)) {
      return LineKind.NOT_A_LOG;
    }
    String host = seen(framing.host(), framing.time(), sink);
    LineBytes line = framing.line();
    if (!framing.isExim()) {
      return framing.isDovecots()
          ? dovecot.read(framing.time(), host, line.text(framing.start(), line.end()), sink)
          : foreign(framing.program(), line, framing.start(), framing.time(), sink);
    }
    own(framing.time());
    if (framing.isPiece()) {
      return LineKind.KNOWN; // the last one brings the whole
    }
    return framing.id() == null ? withoutQueueId(host, sink) : withQueueId(host, sink);
  }

  private LineKind withoutQueueId(String host, FactSink sink) {
    LineBytes line = framing.line();
    int start = framing.start();
    if (isFailedLogin(line, start)) {
      String text = line.text(start, line.end());
      return FailedAuthentication.told(EximLoginFailure.of(framing.time(), host, text), sink);
    }
    if (isRefusal(line, start)) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    return EximUnused.isKnown(line, start) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  /** {@code plain authenticator failed for …}. */
  static boolean isFailedLogin(LineBytes line, int start) {
    int at = start;
    while (at - start < AUTHENTICATOR && EximText.isName(line.at(at))) {
      at++;
    }
    return at > start && line.startsWith(LOGIN_FAILED, at);
  }

  /** {@code H=… rejected RCPT <…>: …}; counted, so that a stranger's words in it do no harm. */
  private static boolean isRefusal(LineBytes line, int start) {
    byte first = line.at(start);
    boolean ofClient = (first == 'H' || first == 'U' || first == 'F') && line.at(start + 1) == '=';
    return ofClient
        ? line.indexOf(REJECTED_OF_CLIENT, start) >= 0
        : line.startsWith(REJECTED, start);
  }

  private LineKind withQueueId(String host, FactSink sink) {
    LineBytes line = framing.line();
    int start = framing.start();
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(framing.time(), host, framing.id());
    String mark = framing.mark();
    boolean arrives = "<=".equals(mark) || "(=".equals(mark);
    if (setBack.isBehind(facts.time) && !arrives) {
      Opening opening = opening(facts.transactionId);
      boolean open = opening != null && !opening.completed;
      facts.time = open ? opening.notBefore(facts.time, setBack) : facts.time;
    }
    if (mark != null) {
      return switch (mark) {
        case "<=", "(=" -> arrival(line, start, facts, sink);
        case "*>" -> LineKind.KNOWN;
        default -> delivery(mark, line, start, facts, sink);
      };
    }
    if (isCompleted(line, start)) {
      facts.completed = facts.time;
      Opening opening = opening(facts.transactionId);
      if (opening != null) {
        opening.completed = true;
      }
      sink.facts(facts);
      return LineKind.USED;
    }
    if (isRefusal(line, start)) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    return EximUnused.isKnownOfMessage(line, start) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private static boolean isCompleted(LineBytes line, int start) {
    return line.startsWith(COMPLETED, start)
        && (line.end() == start + COMPLETED.length || line.startsWith(COMPLETED_AFTER, start));
  }

  private LineKind arrival(
      LineBytes line, int start, SubmissionRecord.Builder facts, FactSink sink) {
    EximArrival arrival = EximArrival.parse(line, start + 3, words);
    if (arrival == null || arrival.sender().length() > ADDRESS) {
      return LineKind.UNKNOWN;
    }
    facts.mailFrom = arrival.sender();
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
    tls(arrival.tls(), facts);
    facts.mechanism = arrival.authenticator();
    boolean split = loginsHaveNoColon && arrival.loginBeforeColon() != null;
    facts.user = split ? arrival.loginBeforeColon() : arrival.login();
    facts.localUser = arrival.isLocal() ? arrival.ident() : null;
    facts.origin = origin(arrival);
    if (facts.origin == Origin.INTERNAL) {
      facts.localUser = null; // Exim's own account
    } else if (arrival.reference() != null
        && arrival.isLocal()
        && EximId.is(arrival.reference())
        && !arrival.reference().equals(facts.transactionId)) {
      facts.aliases = List.of(arrival.reference());
      Opening other = opening(arrival.reference());
      if (other != null) {
        // With its own time: so much later it may be over, and would seem another one.
        sink.facts(alias(arrival.reference(), other.time, facts.host, facts.transactionId));
      }
    }
    opened(
        new Opening(
            facts.transactionId,
            facts.time,
            shortOnly(facts.mailFrom),
            facts.messageId == null && !arrival.isDoubtful() ? "" : shortOnly(facts.messageId),
            facts.origin == Origin.UNAUTHENTICATED && Addresses.isLoopback(facts.client),
            ++arrivals));
    sink.facts(facts);
    return LineKind.USED;
  }

  private Opening opening(String id) {
    return openings.get("", id);
  }

  private void opened(Opening opening) {
    openings.put(opening);
    if (openings.size() > REMEMBERED) {
      Opening oldest = openings.removeOldest();
      if (!oldest.completed) {
        forgotten.lastHeard(oldest.time);
      }
    }
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

  private static String shortOnly(String text) {
    return text == null || text.length() > REMEMBERED_LENGTH ? null : text;
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

  private static SubmissionRecord alias(String id, Instant time, String host, String other) {
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, id);
    facts.aliases = List.of(other);
    return facts.build();
  }

  private LineKind delivery(
      String mark, LineBytes line, int start, SubmissionRecord.Builder facts, FactSink sink) {
    Recipient recipient = deliveries.parse(mark, line, start + 3, facts.time);
    if (recipient == null) {
      return EximUnused.isKnownOfMessage(line, start) ? LineKind.KNOWN : LineKind.UNKNOWN;
    }
    facts.recipients = List.of(recipient);
    if (recipient.outcome() == Outcome.DEFERRED) {
      Opening opening = opening(facts.transactionId);
      if (opening != null) {
        opening.deferred = setBack.mark(facts.time, framing.time());
      }
    }
    String next = recipient.nextHopId();
    if (recipient.outcome() == Outcome.DELIVERED && next != null && cameBack(facts, recipient)) {
      facts.aliases = List.of(next);
      sink.facts(alias(next, opening(next).time, facts.host, facts.transactionId));
    }
    sink.facts(facts);
    return LineKind.USED;
  }

  /** Asks first what most deliveries to others answer: looking up is what costs. */
  private boolean cameBack(SubmissionRecord.Builder facts, Recipient recipient) {
    // By the address: a stranger's server may be called "x[127.0.0.1]".
    boolean toLoopback = recipient.local() == null;
    if (!EximId.is(recipient.nextHopId()) || !toLoopback) {
      return false;
    }
    Opening two = opening(recipient.nextHopId());
    if (two == null || !two.maybeReturned || two.id.equals(facts.transactionId)) {
      return false;
    }
    Opening one = opening(facts.transactionId);
    return one != null
        && one.messageId != null
        && one.messageId.equals(two.messageId)
        && one.sender != null
        && one.sender.equals(two.sender)
        && two.number > one.number;
  }

  /** {@code TLS1.3:ECDHE_…:256}: GnuTLS and newer Exims say TLS1.3, older ones TLSv1.3. */
  private void tls(String logged, SubmissionRecord.Builder facts) {
    if (logged == null) {
      return;
    }
    if (!logged.equals(lastTls)) {
      int colon = logged.indexOf(':');
      int end = colon < 0 ? -1 : logged.indexOf(':', colon + 1);
      String version = colon < 0 ? logged : words.of(logged, 0, colon);
      lastTls = logged;
      tlsVersion = isBareVersion(version) ? "TLSv" + version.substring(3) : version;
      tlsCipher = colon < 0 ? null : words.of(logged, colon + 1, end < 0 ? logged.length() : end);
    }
    facts.tlsVersion = tlsVersion;
    facts.tlsCipher = tlsCipher;
  }

  private static boolean isBareVersion(String text) {
    return text.length() == 6
        && text.startsWith("TLS1.")
        && text.charAt(5) >= '0'
        && text.charAt(5) <= '9';
  }
}
