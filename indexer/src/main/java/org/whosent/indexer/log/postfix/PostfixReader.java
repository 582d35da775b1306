package org.whosent.indexer.log.postfix;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.ClockedReader;
import org.whosent.indexer.log.reader.DovecotSubmission;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Postfix's lines, by the grammar of the daemon that writes them.
 *
 * <table>
 * <caption>What is read, after {@code QUEUEID:}</caption>
 * <tr><td>smtpd</td><td>{@code client=…}: opens the transaction; see {@link PostfixClient}</td></tr>
 * <tr><td>pickup</td><td>{@code uid=N from=<…>}: opens it for a local account; with {@code orig_id=}
 * it goes on under a new queue ID</td></tr>
 * <tr><td>cleanup</td><td>{@code message-id=…}; {@code warning: header Subject: …} where a
 * header_checks rule logs it</td></tr>
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
 * several names only one of them in its reply. amavis' own lines are not read. Not thread-safe.
 */
public final class PostfixReader extends ClockedReader {
  private static final byte[] TO = LineBytes.word("to=");
  private static final byte[] CLIENT = LineBytes.word("client=");
  private static final byte[] MESSAGE_ID_FIELD = LineBytes.word("message-id=");
  private static final byte[] REMOVED = LineBytes.word("removed");
  private static final byte[] WARNING = LineBytes.word("warning: ");
  private static final byte[] SASL = LineBytes.word(": SASL ");
  private static final byte[] REJECT = LineBytes.word("NOQUEUE: reject: ");
  private static final byte[] MILTER_REJECT = LineBytes.word("NOQUEUE: milter-reject: ");
  private static final Pattern PICKED_UP =
      Pattern.compile("uid=([0-9]{1,10}) from=<(.*)>(?: orig_id=([0-9A-Za-z]{6,24}))?", Pattern.DOTALL);
  private static final Pattern NOTIFICATION =
      Pattern.compile(
          "(?:sender|postmaster) (?:non-delivery|delivery status|delay|success) notification:"
              + " ([0-9A-Za-z]{6,24})");

  private static final List<String> HEADER_ACTIONS =
      List.of("warning: header ", "info: header ", "hold: header ");

  /** What cleanup writes of a message that the client is told was not taken. */
  private static final List<String> REFUSED =
      List.of(
          "milter-reject: END-OF-MESSAGE ",
          "reject: header ",
          "reject: mime-header ",
          "reject: nested-header ",
          "reject: body ",
          "reject: content ");

  private static final String PROXY_ACCEPT = "proxy-accept: END-OF-MESSAGE: ";
  private static final int ADDRESS = 1000;
  private static final int MESSAGE_ID = 2000;
  private static final int PROGRAMS = 1000;

  private final Words words = new Words();

  /** Of their own: each message brings a new one, and would push the others out. */
  private final Words queueIds = new Words();

  private final PostfixDelivery deliveries = new PostfixDelivery(words);
  private final SyslogFraming framing;
  private final PostfixSessions sessions;
  private final PostfixLogins logins;
  private final PostfixMessages messages;
  private final PostfixParts parts;
  private final DovecotSubmission dovecot;
  private final Map<String, Tag> programs = new HashMap<>();

  /** The same where the log may have cut the name off. */
  private final Map<String, Tag> cutPrograms = new HashMap<>();

  /** A tag that was met, and what its daemon may write; no program when it is not Postfix. */
  private record Tag(PostfixProgram program, int roles, boolean foreign) {
    static Tag of(SyslogFraming line) {
      PostfixProgram program = PostfixProgram.of(line.program(), line.isStructured());
      return program == null
          ? new Tag(null, 0, true)
          : new Tag(program, program.roles(), program.isForeign());
    }

    boolean maybe(int role) {
      return (roles & role) != 0;
    }
  }

  /** A reader of one log. */
  public PostfixReader(LogSettings settings) {
    this(settings, false);
  }

  /** See {@link SyslogFraming}. */
  PostfixReader(LogSettings settings, boolean copies) {
    super(settings);
    this.sessions = new PostfixSessions(settings.forgotten());
    this.logins = new PostfixLogins(settings.forgotten());
    this.dovecot = new DovecotSubmission(settings.forgotten(), this::opening);
    this.messages = new PostfixMessages(settings.forgotten(), dovecot::isUsed);
    this.parts = new PostfixParts(messages);
    this.framing = new SyslogFraming(clock, copies);
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
    String host = host(framing.host());
    sink.seen(host, framing.time(), true);
    Tag tag = tag();
    LineBytes line = framing.message();
    int start = framing.messageStart();
    if (tag.program == null) {
      return DovecotSubmission.isOwn(framing.program(), line, start)
          ? dovecot.read(framing.time(), host, line.text(start, line.end()), sink)
          : LineKind.FOREIGN;
    }
    int idEnd = QueueId.end(line, start);
    if (tag.foreign) {
      boolean user = idEnd > 0 && line.startsWith(CLIENT, idEnd + 2);
      return user ? LineKind.UNKNOWN : LineKind.FOREIGN; // perhaps a name that the log has cut
    }
    return idEnd < 0
        ? withoutQueueId(line, start, host, tag, sink)
        : withQueueId(line, start, idEnd, host, tag, sink);
  }

  private Tag tag() {
    Map<String, Tag> known = framing.isStructured() ? cutPrograms : programs;
    Tag tag = known.get(framing.program());
    if (tag == null) {
      if (known.size() >= PROGRAMS) {
        known.clear();
      }
      tag = Tag.of(framing);
      known.put(framing.program(), tag);
    }
    return tag;
  }

  private LineKind withoutQueueId(LineBytes line, int start, String host, Tag tag, FactSink sink) {
    if (tag.maybe(PostfixProgram.SMTPD)) {
      if (logins.read(host, framing) || sessions.read(host, framing.process(), line, start)) {
        return LineKind.KNOWN;
      }
      LineKind kind = ofSession(line, start, host, tag.program, sink);
      if (kind != null) {
        return kind;
      }
    }
    String message = line.text(start, line.end());
    RepeatedMessage repeated = RepeatedMessage.of(message);
    if (repeated != null) {
      return repeated(repeated, host, tag, sink);
    }
    return PostfixUnused.isKnown(message) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  /** What the line before said of a message is no news; a login that failed again is. */
  private LineKind repeated(RepeatedMessage repeated, String host, Tag tag, FactSink sink) {
    String text = repeated.text();
    if (!tag.maybe(PostfixProgram.SMTPD)
        || !text.startsWith("warning: ")
        || !text.contains(": SASL ")) {
      return LineKind.KNOWN;
    }
    for (int i = 1; i < repeated.times(); i++) {
      sink.loginFailure();
    }
    return failedLogin(framing.line().withMessage(text), host, tag.program, sink);
  }

  /** What smtpd says of a session besides; null when it is nothing of use. */
  private LineKind ofSession(
      LineBytes line, int start, String host, PostfixProgram program, FactSink sink) {
    switch (line.at(start)) {
      case 'p' -> {
        return proxied(line.text(start, line.end()), host, program, sink) ? LineKind.USED : null;
      }
      case 'N' -> {
        if (line.startsWith(REJECT, start) || line.startsWith(MILTER_REJECT, start)) {
          sink.refusal();
          return LineKind.KNOWN;
        }
        return null;
      }
      case 'w' -> {
        return line.startsWith(WARNING, start) && line.indexOf(SASL, start) >= 0
            ? failedLogin(framing.line(), host, program, sink)
            : null;
      }
      default -> {
        return null;
      }
    }
  }

  /** {@code warning: name[address]: SASL PLAIN authentication failed: …}. */
  private static LineKind failedLogin(
      SyslogLine line, String host, PostfixProgram program, FactSink sink) {
    JournalEntry.LoginFailure failure = PostfixLoginFailure.of(line, host, program);
    if (failure != null) {
      sink.loginFailure(failure);
      return LineKind.USED;
    }
    sink.loginFailure();
    return LineKind.KNOWN;
  }

  private LineKind withQueueId(
      LineBytes line, int start, int idEnd, String host, Tag tag, FactSink sink) {
    int rest = idEnd + 2;
    String id = line.text(start, idEnd, queueIds);
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = framing.time();
    facts.host = host;
    facts.instance = tag.program.instance();
    facts.transactionId = id;
    boolean used =
        switch (line.at(rest)) {
          case 't' ->
              line.startsWith(TO, rest)
                  && tag.maybe(PostfixProgram.AGENT)
                  && delivery(line, rest, tag.program, facts, sink);
          case 'f' ->
              line.startsWith(PostfixQueued.FROM, rest)
                  && tag.maybe(PostfixProgram.QMGR)
                  && queued(line, rest, facts, sink);
          case 'c' ->
              line.startsWith(CLIENT, rest)
                  && tag.maybe(PostfixProgram.SMTPD)
                  && client(line, rest, tag.program, facts);
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

  /** What one in a hundred lines says behind the queue ID; false when it is nothing of use. */
  private boolean rarely(String text, Tag tag, SubmissionRecord.Builder facts, FactSink sink) {
    if (text.startsWith("uid=") && tag.maybe(PostfixProgram.PICKUP)) {
      return pickup(text, facts, sink);
    }
    if (tag.maybe(PostfixProgram.BOUNCE) && notification(text, facts)) {
      return true;
    }
    if (tag.maybe(PostfixProgram.CLEANUP)) {
      if (startsWithAny(text, HEADER_ACTIONS)) {
        return PostfixHeader.read(text, facts);
      }
      if (startsWithAny(text, REFUSED)) {
        // The queue file goes away with the reply: nothing of this message comes any more.
        facts.completed = facts.time;
        sink.refusal();
        return true;
      }
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
    if (!PostfixQueued.read(line, rest, words, facts)) {
      return false;
    }
    PostfixMessages.Message message = messages.of(facts.host, facts.transactionId);
    if (message != null) {
      message.sender(facts.mailFrom);
      parts.behindPipe(message, sink);
    }
    return true;
  }

  /** cleanup's {@code message-id=}: the line counts even where the message has none. */
  private boolean cleaned(LineBytes line, int rest, SubmissionRecord.Builder facts, FactSink sink) {
    String messageId = line.text(rest + MESSAGE_ID_FIELD.length, line.end()).strip();
    boolean is =
        !messageId.isEmpty() && !messageId.equals("<>") && messageId.length() <= MESSAGE_ID;
    facts.messageId = is ? messageId : null;
    parts.cleaned(facts, sink);
    return true;
  }

  /** Postfix 3.10's cleanup says so of what it threw away itself, too. */
  private boolean removed(LineBytes line, int rest, SubmissionRecord.Builder facts, FactSink sink) {
    int end = rest + REMOVED.length;
    if (line.end() != end && !line.text(end, line.end()).equals(" (canceled)")) {
      return false;
    }
    facts.completed = facts.time;
    PostfixMessages.Message message = messages.of(facts.host, facts.transactionId);
    if (message != null) {
      message.removed(facts.time);
      parts.removed(message, facts.time, sink);
    }
    return true;
  }

  private boolean client(
      LineBytes line, int rest, PostfixProgram program, SubmissionRecord.Builder facts) {
    PostfixClient client = PostfixClient.parse(line, rest, words);
    if (client == null) {
      return false;
    }
    PostfixMessages.Message message =
        messages.open(facts.host, facts.transactionId, facts.instance, facts.time);
    message.handedBack = client.user() == null && isHere(client.address());
    if (client.origQueueId() != null) {
      // XFORWARD IDENT (XFORWARD_README): believed from smtpd_authorized_xforward_hosts only.
      facts.aliases = List.of(client.origQueueId());
      if (message.handedBack && message.isPartOf(client.origQueueId())) {
        parts.goesOn(client.origQueueId(), message, facts);
        return true;
      }
    }
    opening(client, message, program, facts);
    return true;
  }

  private void opening(
      PostfixClient client,
      PostfixMessages.Message message,
      PostfixProgram program,
      SubmissionRecord.Builder facts) {
    message.ofClient = true;
    message.user = client.user();
    facts.origin = client.user() == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    facts.user = client.user();
    facts.mechanism = client.mechanism();
    facts.service = program.service();
    facts.client = client.address();
    facts.clientName = client.name();
    facts.clientPort = client.port();
    PostfixSessions.Tls tls = sessions.of(facts.host, framing.process(), client.text());
    if (tls != null) {
      facts.tlsVersion = tls.version();
      facts.tlsCipher = tls.cipher();
    }
  }

  /** What a client opened here, for a Dovecot that handed it over. */
  private DovecotSubmission.Opening opening(String host, String queueId) {
    PostfixMessages.Message message = messages.of(host, queueId);
    return message == null || !message.ofClient
        ? null
        : new DovecotSubmission.Opening(queueId, message.opened, message.instance, message.user);
  }

  private static boolean isHere(String address) {
    return address != null && (address.startsWith("127.") || address.equals("::1"));
  }

  /** {@code proxy-accept: END-OF-MESSAGE: REPLY; from=<…> to=<…> …}: the rest is the client's. */
  private boolean proxied(String message, String host, PostfixProgram program, FactSink sink) {
    if (!message.startsWith(PROXY_ACCEPT)) {
      return false;
    }
    PostfixLogins.Login login = logins.take(host, framing.process());
    int end = message.indexOf("; from=<");
    String id =
        login == null || end < PROXY_ACCEPT.length()
            ? null
            : NextHopReply.queueId(message.substring(PROXY_ACCEPT.length(), end));
    PostfixMessages.Message second =
        id == null || !QueueId.is(id)
            ? null
            : messages.behindProxy(host, id, login.time(), framing.time());
    if (second == null) {
      return false;
    }
    // Its own opening line is the filter's: the transaction goes on as itself.
    SubmissionRecord.Builder facts = PostfixParts.of(second);
    facts.continuations = List.of(second.continuation(null).text());
    opening(login.client(), second, program, facts);
    sink.facts(facts);
    return true;
  }

  private boolean pickup(String rest, SubmissionRecord.Builder facts, FactSink sink) {
    String id = facts.transactionId;
    Matcher matcher = PICKED_UP.matcher(rest);
    if (!matcher.matches() || matcher.group(2).length() > ADDRESS) {
      return false;
    }
    String before = matcher.group(3);
    if (before != null && QueueId.is(before)) {
      // postsuper -r put an old message into a new queue file: whoever sent it, it was not this
      // uid. The old name is the daemon's own word: pickup(8) has it from the file, which is the
      // mail system's, and it ends the line.
      PostfixMessages.Message again = messages.open(facts.host, id, facts.instance, facts.time);
      if (!before.equals(id)) {
        String instance = messages.of(facts.host, before) == null ? facts.instance : null;
        parts.goesOn(before, again, facts);
        facts.instance = instance == null ? facts.instance : instance; // the queue is the same
        again.fileBefore = before;
        again.instanceBefore = facts.instance;
      }
      return true;
    }
    facts.origin = Origin.LOCAL;
    facts.localUser = "uid:" + matcher.group(1);
    messages.open(facts.host, id, facts.instance, facts.time).systemAccount =
        isSystemAccount(Long.parseLong(matcher.group(1)));
    // What pickup calls from is the account's name, before rewriting; the sender is qmgr's.
    return true;
  }

  /** LSB: 1 to 999 are the system's, and nobody's number is 65534; pipe(8) never runs as root. */
  private static boolean isSystemAccount(long uid) {
    return uid >= 1 && uid <= 999 || uid == 65534;
  }

  private boolean delivery(
      LineBytes line,
      int rest,
      PostfixProgram program,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    Recipient recipient = deliveries.parse(line, rest, program.daemon(), facts.time);
    if (recipient == null) {
      return false;
    }
    String id = facts.transactionId;
    boolean forwarded =
        recipient.outcome() == Outcome.DELIVERED
            && "local".equals(recipient.nextHop())
            && recipient.reply().startsWith("forwarded as ")
            && recipient.nextHopId() != null
            && QueueId.is(recipient.nextHopId());
    if (forwarded) {
      // local(8) made a new message of it (.forward, aliases): its own words, in its own queue.
      facts.aliases = List.of(recipient.nextHopId());
      SubmissionRecord.Builder forward = new SubmissionRecord.Builder();
      forward.time = facts.time;
      forward.host = facts.host;
      forward.instance = facts.instance;
      forward.transactionId = recipient.nextHopId();
      forward.aliases = List.of(id);
      sink.facts(forward);
    }
    facts.recipients = List.of(recipient);
    if (recipient.outcome() == Outcome.DELIVERED && !forwarded) {
      parts.handedOver(recipient, id, facts, sink);
    }
    return true;
  }

  private static boolean notification(String rest, SubmissionRecord.Builder facts) {
    Matcher matcher = NOTIFICATION.matcher(rest);
    if (!matcher.matches() || !QueueId.is(matcher.group(1))) {
      return false;
    }
    facts.transactionId = matcher.group(1);
    facts.origin = Origin.INTERNAL;
    return true;
  }

  private static boolean startsWithAny(String text, List<String> beginnings) {
    for (String beginning : beginnings) {
      if (text.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }
}
