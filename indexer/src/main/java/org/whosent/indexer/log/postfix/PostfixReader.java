package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.reader.ClockedReader;
import org.whosent.indexer.log.reader.DovecotSubmission;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.Beginnings;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Postfix's lines, by the grammar of the daemon that writes them.
 *
 * <table>
 * <caption>What is read, after {@code QUEUEID:}</caption>
 * <tr><td>smtpd</td><td>{@code client=…}: opens the transaction; see {@link PostfixClient}, and
 * {@link PostfixSmtpd} for lines without a queue ID</td></tr>
 * <tr><td>pickup</td><td>{@code uid=N from=<…>}: opens it for a local account; with {@code orig_id=}
 * it goes on under a new queue ID; see {@link PostfixPickup}</td></tr>
 * <tr><td>cleanup</td><td>{@code message-id=…}; {@code warning: header Subject: …} where a
 * header_checks rule logs it; who sent what it holds or discards, see {@link PostfixEnvelope}</td></tr>
 * <tr><td>qmgr</td><td>{@code from=<…>, size=…, nrcpt=…}; {@code removed}</td></tr>
 * <tr><td>delivery agents</td><td>{@code to=<…>…}; see {@link PostfixDelivery}</td></tr>
 * <tr><td>bounce</td><td>{@code … notification: QUEUEID}: that one is Postfix's own mail</td></tr>
 * </table>
 *
 * <p>Where the log cuts the daemon's name off, the same grammars decide: all are anchored behind
 * the queue ID, where nothing but a daemon's own words can stand. An unknown line is counted; the
 * reader never throws for one.
 *
 * <p>What a content filter gives back is joined to what went in: {@link PostfixMessages} says when.
 *
 * <p>Known weak: the TLS facts need {@code smtpd_tls_loglevel} of 1; who may write to /dev/log on
 * the mail host can write any of these lines, and who may connect from there to the port to which
 * the filter gives mail back can claim any queue ID by XFORWARD. A filter that splits a message in
 * several names only one of them in its reply; {@link AmavisFilter} knows the others. Not
 * thread-safe.
 */
public final class PostfixReader extends ClockedReader {
  private static final byte[] TO = LineBytes.word("to=");
  private static final byte[] MESSAGE_ID_FIELD = LineBytes.word("message-id=");
  private static final byte[] REMOVED = LineBytes.word("removed");

  /** Of a line; behind so many bytes of its text Postfix cuts it ({@code msg_syslog.c}). */
  private static final int LONGEST = 2000;

  private static final Set<String> REMOVED_BY_CLEANUP = Set.of(" (canceled)", " (discarded)");
  private static final Pattern NOTIFICATION =
      Pattern.compile(
          "(?:sender|postmaster) (?:non-delivery|delivery status|delay|success) notification:"
              + " ([0-9A-Za-z]{6,24})");

  private static final Beginnings HEADER_ACTIONS =
      new Beginnings(List.of("warning: header ", "info: header ", "hold: header "));

  private final Words words = new Words();

  /** Of their own: each message brings a new one, and would push the others out. */
  private final Words queueIds = new Words();

  private final PostfixDelivery deliveries = new PostfixDelivery(words);
  private final SyslogFraming framing;
  private final PostfixTags tags;
  private final PostfixSmtpd smtpd;
  private final PostfixPickup pickup;
  private final PostfixMessages messages;
  private final PostfixParts parts;
  private final ProxmoxFilter proxmox;
  private final AmavisFilter amavis;
  private final MailScannerFilter mailScanner;
  private final DovecotSubmission dovecot;

  private final SetBackClock setBack = new SetBackClock();

  /** The line that is read stands behind a later one. */
  private boolean behind;

  /** Its end may be missing, and the address in it have been made to end it as another would. */
  private boolean isCut;

  /** A reader of one log in which Postfix's lines show its daemons, or its own name. */
  public PostfixReader(LogSettings settings) {
    this(settings, Set.of());
  }

  /** See {@link PostfixSource}. */
  PostfixReader(LogSettings settings, Set<String> syslogNames) {
    this(settings, syslogNames, false);
  }

  /** See {@link SyslogFraming} for the copies. */
  PostfixReader(LogSettings settings, Set<String> syslogNames, boolean copies) {
    super(settings);
    this.tags = new PostfixTags(syslogNames);
    this.dovecot = new DovecotSubmission(settings.forgotten(), this::opening);
    this.messages = new PostfixMessages(settings.forgotten(), dovecot::isUsed, setBack);
    this.proxmox = new ProxmoxFilter(settings.forgotten());
    this.amavis = new AmavisFilter(settings.forgotten());
    this.parts = new PostfixParts(messages, proxmox, amavis);
    this.mailScanner = new MailScannerFilter(messages, parts);
    this.framing = new SyslogFraming(clock, copies);
    this.smtpd =
        new PostfixSmtpd(
            settings.forgotten(), messages, parts, proxmox, dovecot.masters(), framing, words);
    this.pickup = new PostfixPickup(messages, parts);
  }

  /** What is known of a Dovecot submission service in front, whose lines may stand among these. */
  public DovecotSubmission dovecot() {
    return dovecot;
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    if (!framing.frame(bytes, length)) {
      return LineKind.NOT_A_LOG;
    }
    String host = seen(framing.host(), framing.time(), sink);
    behind = setBack.isBehind(framing.time());
    isCut = length >= LONGEST || framing.isPerhapsCut();
    messages.at(machine());
    PostfixTags.Tag tag = tags.of(framing);
    LineBytes line = framing.message();
    int start = framing.messageStart();
    if (tag.program() == null) {
      if (framing.program().equals(ProxmoxFilter.PROGRAM)) {
        return proxmox.read(machine(), framing.time(), line.text(start, line.end()))
            ? LineKind.KNOWN
            : LineKind.FOREIGN;
      }
      if (AmavisFilter.PROGRAMS.contains(framing.program())) {
        String text = line.text(start, line.end());
        return amavis.read(machine(), framing.process(), framing.time(), text)
            ? LineKind.KNOWN
            : LineKind.FOREIGN;
      }
      if (framing.program().equals(MailScannerFilter.PROGRAM)) {
        return mailScanner.read(line.text(start, line.end()), framing.time(), sink)
            ? LineKind.USED
            : LineKind.FOREIGN;
      }
      if (!DovecotSubmission.isOwn(framing.program(), line, start)) {
        return foreign(framing.program(), line, start, framing.time(), sink);
      }
      LineKind kind = dovecot.read(framing.time(), host, line.text(start, line.end()), sink);
      return smtpd.areMasters(host, sink) ? LineKind.USED : kind;
    }
    own(framing.time());
    int idEnd = QueueId.end(line, start);
    if (tag.foreign()) {
      boolean user = idEnd > 0 && line.startsWith(PostfixSmtpd.CLIENT, idEnd + 2);
      return user ? LineKind.UNKNOWN : LineKind.FOREIGN; // perhaps a name that the log has cut
    }
    if (isColoured(line, bytes, length)) {
      return LineKind.UNKNOWN;
    }
    return idEnd < 0
        ? withoutQueueId(line, start, host, tag, sink)
        : withQueueId(line, start, idEnd, host, tag, sink);
  }

  private LineKind withoutQueueId(
      LineBytes line, int start, String host, PostfixTags.Tag tag, FactSink sink) {
    boolean session = tag.maybe(PostfixProgram.SMTPD);
    LineKind kind = session ? smtpd.withoutQueueId(line, start, host, tag.program(), sink) : null;
    if (kind != null) {
      return kind;
    }
    String message = line.text(start, line.end());
    RepeatedMessage repeated = RepeatedMessage.of(message);
    if (repeated != null) {
      return session ? smtpd.repeated(repeated, host, tag.program(), sink) : LineKind.KNOWN;
    }
    String tooLarge = PostfixRefused.tooLarge(message);
    if (tooLarge != null && (session || tag.maybe(PostfixProgram.CLEANUP))) {
      SubmissionRecord.Builder facts =
          SubmissionRecord.Builder.of(time(tooLarge, (byte) 'w'), host, tooLarge);
      facts.instance = tag.program().instance();
      facts.completed = facts.time;
      sink.facts(facts);
      return LineKind.USED;
    }
    return PostfixUnused.isKnown(message) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private LineKind withQueueId(
      LineBytes line, int start, int idEnd, String host, PostfixTags.Tag tag, FactSink sink) {
    int rest = idEnd + 2;
    String id = line.text(start, idEnd, queueIds);
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time(id, line.at(rest)), host, id);
    facts.instance = tag.program().instance();
    boolean used =
        switch (line.at(rest)) {
          case 't' ->
              line.startsWith(TO, rest)
                  && tag.maybe(PostfixProgram.AGENT)
                  && delivery(line, rest, tag.program(), facts, sink);
          case 'f' ->
              line.startsWith(PostfixQueued.FROM, rest)
                  && tag.maybe(PostfixProgram.QMGR)
                  && queued(line, rest, facts, sink);
          case 'c' ->
              line.startsWith(PostfixSmtpd.CLIENT, rest)
                  && tag.maybe(PostfixProgram.SMTPD)
                  && smtpd.opens(line, rest, tag.program(), facts);
          case 'm' ->
              line.startsWith(MESSAGE_ID_FIELD, rest)
                  && tag.maybe(PostfixProgram.CLEANUP)
                  && cleaned(line, rest, facts, sink);
          case 'r' ->
              line.startsWith(REMOVED, rest)
                  && tag.maybe(PostfixProgram.REMOVER)
                  && removed(line, rest, facts, sink);
          default -> false;
        };
    if (!used) {
      String text = line.text(rest, line.end());
      if (text.startsWith("client=") && tag.maybe(PostfixProgram.SMTPD)) {
        return LineKind.UNKNOWN; // it may name a user
      }
      used = rarely(text, tag, facts, sink);
      if (!used) {
        return PostfixUnused.isKnownOfMessage(text) ? LineKind.KNOWN : LineKind.UNKNOWN;
      }
    }
    sink.facts(facts);
    return LineKind.USED;
  }

  /** That of the line, but for one that a clock which was set back has put before its message. */
  private Instant time(String id, byte first) {
    Instant time = framing.time();
    boolean opens = first == 'c' || first == 'u'; // client=, uid=
    return behind && !opens ? messages.notBeforeOpening(id, time) : time;
  }

  /** What one in a hundred lines says behind the queue ID; false when it is nothing of use. */
  private boolean rarely(
      String text, PostfixTags.Tag tag, SubmissionRecord.Builder facts, FactSink sink) {
    if (text.startsWith("uid=") && tag.maybe(PostfixProgram.PICKUP)) {
      return pickup.read(text, isCut, facts);
    }
    if (tag.maybe(PostfixProgram.BOUNCE) && notification(text, facts)) {
      return true;
    }
    boolean cleanup = tag.maybe(PostfixProgram.CLEANUP);
    boolean held =
        (cleanup || tag.maybe(PostfixProgram.SMTPD)) && PostfixEnvelope.held(text, facts);
    if (cleanup && HEADER_ACTIONS.begin(text)) {
      return PostfixHeader.read(text, facts) || held;
    }
    if (held || PostfixRefused.read(text, tag, facts, sink)) {
      return true;
    }
    boolean refused = text.startsWith("reject: ") || text.startsWith("milter-reject: ");
    if (refused && tag.maybe(PostfixProgram.SMTPD)) {
      sink.refusal();
    }
    return false;
  }

  /** qmgr's {@code from=<…>}: the message is in the queue, or was there for too long. */
  private boolean queued(LineBytes line, int rest, SubmissionRecord.Builder facts, FactSink sink) {
    if (PostfixQueued.isExpired(line, rest)) {
      facts.expired = facts.time;
      return true;
    }
    String sender = PostfixQueued.read(line, rest, words, facts);
    if (sender == null) {
      return false;
    }
    PostfixMessages.Message message = messages.message(facts.transactionId);
    if (message != null) {
      message.sender(sender);
      parts.behindPipe(message, sink);
    }
    return true;
  }

  /** cleanup's {@code message-id=}: the line counts even where the message has none. */
  private boolean cleaned(LineBytes line, int rest, SubmissionRecord.Builder facts, FactSink sink) {
    String messageId = line.text(rest + MESSAGE_ID_FIELD.length, line.end()).strip();
    boolean is =
        !messageId.isEmpty()
            && !messageId.equals("<>")
            && messageId.length() <= SubmissionRecord.LONGEST_MESSAGE_ID;
    facts.messageId = is ? messageId : null;
    parts.cleaned(facts, sink);
    return true;
  }

  /** Postfix 3.10's cleanup says so of what it threw away itself, too. */
  private boolean removed(LineBytes line, int rest, SubmissionRecord.Builder facts, FactSink sink) {
    int end = rest + REMOVED.length;
    if (line.end() != end) {
      String more = line.text(end, line.end()).stripTrailing();
      if (!more.isEmpty() && !REMOVED_BY_CLEANUP.contains(more)) {
        return false;
      }
    }
    facts.completed = facts.time;
    PostfixMessages.Message message = messages.message(facts.transactionId);
    if (message != null) {
      message.removed(facts.time);
      parts.removed(message, facts.time, sink);
    } else {
      messages.removedWithoutOpening(facts.transactionId);
    }
    return true;
  }

  /** What a client opened here, for a Dovecot that handed it over. */
  private DovecotSubmission.Opening opening(String host, String queueId, Instant reply) {
    PostfixMessages.Message message = messages.message(queueId);
    return message == null || !message.ofClient
        ? null
        : new DovecotSubmission.Opening(
            queueId,
            message.opened,
            message.instance,
            message.user,
            setBack.wasSetBack(message.opened, reply, SetBackClock.SOON));
  }

  private boolean delivery(
      LineBytes line,
      int rest,
      PostfixProgram program,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    Recipient recipient = deliveries.parse(line, rest, program.daemon(), facts.time);
    if (recipient == null || isCut) {
      return false;
    }
    facts.recipients = List.of(recipient);
    if (recipient.outcome() == Outcome.DEFERRED) {
      PostfixMessages.Message message = messages.message(facts.transactionId);
      if (message != null) {
        message.deferred(setBack.mark(facts.time, framing.time()));
      }
    }
    if (recipient.outcome() == Outcome.DELIVERED) {
      parts.handedOver(recipient, line, rest, facts, sink);
    }
    return true;
  }

  private boolean notification(String rest, SubmissionRecord.Builder facts) {
    Matcher matcher = NOTIFICATION.matcher(rest);
    if (!matcher.matches() || !QueueId.is(matcher.group(1))) {
      return false;
    }
    facts.transactionId = matcher.group(1);
    facts.time =
        behind ? messages.notBeforeOpening(facts.transactionId, framing.time()) : framing.time();
    facts.origin = Origin.INTERNAL;
    return true;
  }
}
