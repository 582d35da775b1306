package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.List;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LookAhead;
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
 * <p>A line of these that does not read, or reads in two ways, is counted and gives nothing, an
 * arrival that the message is there: it has no user rather than a wrong one. Never throws for what
 * a line contains.
 *
 * <p>Exim's own files name no host: {@link LogSettings#hosts} is asked for the empty name.
 *
 * <p>A message that comes back from a content filter on this machine has a second queue ID, which
 * is an alias ({@link EximOpenings#cameBack}), or part of the first one if a program handed it in
 * ({@link EximOpenings#handedIn}). An alias is one, too, that Exim itself was told to be of another
 * ({@code R=}, option -oMm, for trusted callers only).
 *
 * <p>What a client may have written by MAIL AUTH names nobody but him: see {@link EximClientText}
 * and {@link EximHeldNames}.
 *
 * <p>Known weak: who may write into Exim's log files can write any of this. Not thread-safe.
 */
final class EximReader extends ClockedReader {
  /** Of an authenticator's name. */
  private static final int AUTHENTICATOR = 100;

  private static final byte[] LOGIN_FAILED = LineBytes.word(" authenticator failed for ");
  private static final byte[] OVERFLOWED =
      LineBytes.word("**** log string overflowed log buffer ****");
  private static final byte[] COMPLETED = LineBytes.word("Completed");
  private static final byte[] COMPLETED_AFTER = LineBytes.word("Completed QT=");

  private final LogSettings settings;
  private final boolean loginsHaveNoColon;
  private final EximArrivalFacts arrivals;
  private final EximFraming framing;

  /** What a submission service of Dovecot says, whose relay this Exim is. */
  private final DovecotSubmission dovecot;

  private final EximMasters masters;
  private final Words words = new Words();
  private final EximDelivery deliveries = new EximDelivery(words);
  private final SetBackClock setBack = new SetBackClock();
  private final EximClientText clientText = new EximClientText();
  private final EximHeldNames heldNames = new EximHeldNames();
  private final EximOpenings openings;
  private LookAhead ahead = LookAhead.NONE;

  /** See {@link EximSource}. */
  EximReader(LogSettings settings, boolean loginsHaveNoColon) {
    super(settings);
    this.settings = settings;
    this.loginsHaveNoColon = loginsHaveNoColon;
    this.arrivals = new EximArrivalFacts(words, loginsHaveNoColon);
    this.dovecot = DovecotSubmission.before(settings);
    this.masters = new EximMasters(dovecot.masters());
    this.framing = new EximFraming(clock, settings.forgotten());
    this.openings = new EximOpenings(settings.forgotten(), heldNames);
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    if (!framing.frame(bytes, length)) {
      return LineKind.NOT_A_LOG;
    }
    LineBytes line = framing.line();
    boolean isOwn = framing.isExim() && !framing.isPiece();
    boolean ofMessage = isOwn && framing.id() != null;
    String mark = ofMessage ? framing.mark() : null;
    String remedy = isOwn ? EximForeignText.remedy(line, framing.start(), ofMessage, mark) : null;
    int reach = remedy == null ? 0 : EximForeignText.reach(framing, length, ahead);
    if (reach == EximForeignText.UNDECIDED) {
      return LineKind.UNDECIDED;
    }
    clientText.line(framing.host(), framing.time(), length);
    heldNames.line(framing.time(), length, clientText.isDoubtful());
    if (clientText.isForged()) {
      return LineKind.UNKNOWN;
    }
    String host = seen(framing.host(), clientText.seen(framing.time()), sink);
    if (!framing.isExim()) {
      if (framing.isTooLong() && EximArrivalLine.hasColon(line, framing.start())) {
        opensClientText(
            null, null, length, EximForeignText.WHOLE_ENTRY, EximForeignText.MAIL_AUTH, sink);
      }
      if (!framing.isDovecots()) {
        return foreign(framing.program(), line, framing.start(), framing.time(), sink);
      }
      String text = line.text(framing.start(), line.end());
      LineKind kind = dovecot.read(framing.time(), host, text, sink);
      return masters.areNow(host, framing.time(), sink) ? LineKind.USED : kind;
    }
    own(framing.time());
    if (framing.isPiece()) {
      return LineKind.KNOWN; // the last one brings the whole
    }
    if (reach > 0) {
      opensClientText(null, null, length, reach, remedy, sink);
    }
    return ofMessage ? withQueueId(host, length, sink) : withoutQueueId(host, sink);
  }

  @Override
  public LogReader meanwhile() {
    LogSettings others =
        new LogSettings(
            settings.zone(),
            settings.year(),
            settings.fileTime(),
            settings.hosts(),
            new Forgotten(),
            settings.zones());
    return new EximMeanwhile(
        new EximReader(others, loginsHaveNoColon),
        id -> openings.get(id) != null,
        clientText.notBefore());
  }

  /** Of the line that was read last. */
  EximFraming framing() {
    return framing;
  }

  @Override
  public void lookAhead(LookAhead ahead) {
    this.ahead = ahead;
  }

  @Override
  public void inTheMidst() {
    heldNames.missing();
  }

  private LineKind withoutQueueId(String host, FactSink sink) {
    LineBytes line = framing.line();
    int start = framing.start();
    if (isFailedLogin(line, start)) {
      if (clientText.isDoubtful()) {
        sink.loginFailure();
        return LineKind.KNOWN;
      }
      String text = line.text(start, line.end());
      return FailedAuthentication.told(EximLoginFailure.of(framing.time(), host, text), sink);
    }
    if (EximRefusal.is(line, start)) {
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

  private LineKind withQueueId(String host, int length, FactSink sink) {
    LineBytes line = framing.line();
    int start = framing.start();
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(framing.time(), host, framing.id());
    String mark = framing.mark();
    boolean arrives = "<=".equals(mark) || "(=".equals(mark);
    boolean doubtful = clientText.isDoubtful();
    boolean behind = !doubtful && setBack.isBehind(facts.time);
    if (arrives) {
      return arrival(line, start, length, facts, sink);
    }
    if (line.startsWith(OVERFLOWED, start)) {
      return unreadable(facts, sink);
    }
    if (doubtful && !isOfItsWriter(facts.transactionId)) {
      return LineKind.KNOWN;
    }
    if (behind) {
      EximOpening opening = openings.get(facts.transactionId);
      boolean open = opening != null && !opening.completed;
      facts.time = open ? opening.notBefore(facts.time, setBack) : facts.time;
    }
    if (mark != null) {
      return switch (mark) {
        case "*>" -> LineKind.KNOWN;
        default -> delivery(mark, line, start, facts, sink);
      };
    }
    if (isCompleted(line, start)) {
      facts.completed = facts.time;
      EximOpening opening = openings.get(facts.transactionId);
      if (opening != null) {
        openings.completed(opening);
      }
      confirm(facts);
      sink.facts(facts);
      return LineKind.USED;
    }
    if (EximRefusal.is(line, start)) {
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
      LineBytes line, int start, int length, SubmissionRecord.Builder facts, FactSink sink) {
    EximArrivalLine read = EximArrivalLine.parse(line, start + 3, words);
    EximArrival arrival = read.arrival();
    if (arrival != null) {
      arrivals.told(arrival, facts);
      if (!framing.host().isEmpty()) { // Dovecot's lines are in no file of Exim's own
        masters.told(facts);
      }
    }
    EximOpening before = openings.get(facts.transactionId);
    boolean ofAnother =
        before != null && before.user != null && !before.user.equals(facts.user)
            || !clientText.isOfLogin(facts.user);
    boolean doubtful = clientText.isDoubtful() && ofAnother;
    if (read.goesOn()) {
      opensClientText(
          facts.transactionId,
          loginsHaveNoColon ? facts.user : null,
          length,
          EximForeignText.WHOLE_ENTRY,
          EximForeignText.MAIL_AUTH,
          sink);
    } else if (read.arrival() == null && EximForeignText.mayGoOn(line, start + 3)) {
      opensClientText(null, null, length, EximForeignText.WHOLE_ENTRY, null, sink);
    }
    if (before != null) {
      before.held = null; // Exim writes one arrival
    }
    if (arrival == null) {
      return unreadable(facts, sink);
    }
    if (doubtful && before != null) {
      return LineKind.UNKNOWN;
    }
    EximHeldNames.Held held = doubtful ? heldNames.hold(facts) : null;
    if (doubtful) {
      facts.user = null;
      facts.localUser = null;
      facts.mechanism = null;
    } else {
      toldOfAnother(arrival, facts, sink);
    }
    boolean fromLoopback =
        facts.origin == Origin.UNAUTHENTICATED && Addresses.isLoopback(facts.client);
    EximOpening opening =
        openings.add(
            facts.transactionId,
            facts.time,
            facts.mailFrom,
            facts.messageId == null && !arrival.isDoubtful() ? "" : facts.messageId,
            fromLoopback && !doubtful,
            facts.user);
    opening.held = before == null ? held : null;
    opening.size = arrival.size();
    if (arrival.isLocal() && arrival.reference() == null && !doubtful) {
      openings.handedIn(opening, arrival.protocol());
    }
    sink.facts(facts);
    return LineKind.USED;
  }

  /**
   * An arrival that does not read, or (by MAIL AUTH, 4.96) one too long to be logged: the message
   * is there, and who sent it is not.
   */
  private LineKind unreadable(SubmissionRecord.Builder facts, FactSink sink) {
    if (openings.get(facts.transactionId) == null) {
      openings.add(facts.transactionId, facts.time, null, null, false, null);
      sink.facts(facts);
    }
    return LineKind.UNKNOWN;
  }

  private void opensClientText(
      String id, String user, int length, int reach, String remedy, FactSink sink) {
    if (!framing.isFromSyslog()) {
      clientText.opens(framing.host(), id, user, framing.time(), length, reach);
      if (remedy != null) {
        sink.clientText(remedy);
      }
    }
  }

  /** {@code R=} of a message that Exim was told to be another's. */
  private void toldOfAnother(EximArrival arrival, SubmissionRecord.Builder facts, FactSink sink) {
    if (facts.origin == Origin.INTERNAL
        || arrival.reference() == null
        || !arrival.isLocal()
        || !EximId.is(arrival.reference())
        || arrival.reference().equals(facts.transactionId)) {
      return;
    }
    facts.aliases = List.of(arrival.reference());
    EximOpening other = openings.get(arrival.reference());
    if (other != null) {
      // With its own time: so much later it may be over, and would seem another one.
      sink.facts(alias(arrival.reference(), other.time, facts.host, facts.transactionId));
    }
  }

  /** Of a doubtful line: it says of a message of its writer's, and of nobody else's. */
  private boolean isOfItsWriter(String id) {
    EximOpening opening = openings.get(id);
    return clientText.isOfMessage(id) || opening != null && clientText.isOfLogin(opening.user);
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
      EximOpening opening = openings.get(facts.transactionId);
      if (opening != null) {
        opening.deferred = setBack.mark(facts.time, framing.time());
      }
    }
    String next = recipient.nextHopId();
    boolean goesOn = recipient.outcome() == Outcome.DELIVERED && next != null;
    EximOpening back =
        goesOn && !clientText.isDoubtful()
            ? openings.cameBack(facts.transactionId, recipient)
            : null;
    if (back != null) {
      facts.aliases = List.of(next);
      sink.facts(alias(next, back.time, facts.host, facts.transactionId));
    }
    if (Boolean.TRUE.equals(recipient.local()) && !clientText.isDoubtful()) {
      toldByProgram(recipient.nextHop(), facts);
    }
    confirm(facts);
    sink.facts(facts);
    return LineKind.USED;
  }

  /** A program took the message, and may have handed it in again: that is the same one. */
  private void toldByProgram(String transport, SubmissionRecord.Builder facts) {
    List<EximOpening> made = openings.madeOf(facts.transactionId);
    facts.aliases = made.stream().map(each -> each.id).toList();
    facts.continuations = made.stream().map(each -> each.continuation(transport)).toList();
  }

  /** Names whom a doubtful arrival named, where this line is Exim's. */
  private void confirm(SubmissionRecord.Builder facts) {
    if (heldNames.isAny() && !clientText.isDoubtful()) {
      heldNames.confirm(openings.get(facts.transactionId), facts);
    }
  }
}
