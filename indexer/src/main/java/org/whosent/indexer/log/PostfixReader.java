package org.whosent.indexer.log;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Continuation;
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
 * <tr><td>pickup</td><td>{@code uid=N from=<…>}: opens it for a local account</td></tr>
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
final class PostfixReader implements LogReader {
  private static final Set<String> SMTPD = Set.of("smtpd", "qmqpd");
  private static final Set<String> PICKUP = Set.of("pickup");
  private static final Set<String> CLEANUP = Set.of("cleanup");
  private static final Set<String> QMGR = Set.of("qmgr", "nqmgr", "oqmgr");
  private static final Set<String> REMOVERS =
      Set.of("qmgr", "nqmgr", "oqmgr", "cleanup", "postsuper");
  private static final Set<String> BOUNCE = Set.of("bounce", "trace", "defer");
  private static final Set<String> AGENTS =
      Set.of(
          "smtp", "lmtp", "relay", "local", "virtual", "pipe", "error", "retry", "discard", "spawn",
          "qmgr", "nqmgr", "oqmgr");

  private static final String SIZE = ">, size=";
  private static final String COUNT = ", nrcpt=";
  private static final String QUEUE = " (queue ";
  private static final Pattern PICKED_UP =
      Pattern.compile("uid=([0-9]{1,10}) from=<(.*)>(?: orig_id=([0-9A-Za-z]{6,24}))?");
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
  private static final Pattern LOOPBACK_RELAY =
      Pattern.compile("[^\\[\\]]{0,255}\\[(?:127\\.[0-9.]{5,11}|::1)](?::[0-9]{1,5})?");

  /** qmgr's last word; a sender's {@code >} before it is quoted, and the line ends here. */
  private static final List<String> EXPIRED =
      List.of(
          ">, status=expired, returned to sender", ">, status=force-expired, returned to sender");

  private static final int ADDRESS = 1000;
  private static final int MESSAGE_ID = 2000;
  private static final int PROGRAMS = 1000;

  private final LogSettings settings;
  private final Words words = new Words();
  private final SyslogFraming framing;
  private final PostfixSessions sessions;
  private final PostfixLogins logins;
  private final PostfixMessages messages;
  private final DovecotSubmission dovecot;
  private final Map<String, Optional<PostfixProgram>> programs = new HashMap<>();

  /** The same where the log may have cut the name off. */
  private final Map<String, Optional<PostfixProgram>> cutPrograms = new HashMap<>();

  PostfixReader(LogSettings settings) {
    this.settings = settings;
    this.sessions = new PostfixSessions(settings.forgotten());
    this.logins = new PostfixLogins(settings.forgotten());
    this.messages = new PostfixMessages(settings.forgotten());
    this.dovecot = new DovecotSubmission(settings.forgotten());
    this.framing = new SyslogFraming(new StampClock(settings));
  }

  /** What is known of a Dovecot submission service in front, whose lines may stand among these. */
  DovecotSubmission dovecot() {
    return dovecot;
  }

  @Override
  public Instant lastTime() {
    return framing.clock().last();
  }

  @Override
  public void lastTime(Instant time) {
    framing.clock().last(time);
  }

  @Override
  public void fileTime(Instant time) {
    framing.clock().fileTime(time);
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    SyslogLine line = framing.parse(bytes, length);
    if (line == null) {
      return LineKind.NOT_A_LOG;
    }
    String host = settings.hosts().apply(line.host());
    sink.seen(host, line.time(), true);
    PostfixProgram program = program(line);
    if (program == null) {
      return DovecotSubmission.isOwn(line.program(), line.message())
          ? dovecot.read(line.time(), host, line.message(), sink)
          : LineKind.FOREIGN;
    }
    String id = QueueId.at(line.message());
    return id == null
        ? withoutQueueId(line, host, program, sink)
        : withQueueId(line, host, program, id, line.message().substring(id.length() + 2), sink);
  }

  private PostfixProgram program(SyslogLine line) {
    Map<String, Optional<PostfixProgram>> known = line.structured() ? cutPrograms : programs;
    Optional<PostfixProgram> program = known.get(line.program());
    if (program == null) {
      if (known.size() >= PROGRAMS) {
        known.clear();
      }
      program = Optional.ofNullable(PostfixProgram.of(line));
      known.put(line.program(), program);
    }
    return program.orElse(null);
  }

  private LineKind withoutQueueId(
      SyslogLine line, String host, PostfixProgram program, FactSink sink) {
    String message = line.message();
    if (program.maybe(SMTPD) && logins.read(host, line)) {
      return LineKind.KNOWN;
    }
    if (program.maybe(SMTPD) && sessions.read(host, line.process(), message)) {
      return LineKind.KNOWN;
    }
    if (program.maybe(SMTPD) && proxied(line, host, program, sink)) {
      return LineKind.USED;
    }
    if ((message.startsWith("NOQUEUE: reject: ") || message.startsWith("NOQUEUE: milter-reject: "))
        && program.maybe(SMTPD)) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    // "warning: name[address]: SASL PLAIN authentication failed: …"
    if (message.startsWith("warning: ") && message.contains(": SASL ") && program.maybe(SMTPD)) {
      JournalEntry.LoginFailure failure = FailedAuthentication.postfix(line, host, program);
      if (failure != null) {
        sink.loginFailure(failure);
        return LineKind.USED;
      }
      sink.loginFailure();
      return LineKind.KNOWN;
    }
    return PostfixUnused.isKnown(message) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private LineKind withQueueId(
      SyslogLine line, String host, PostfixProgram program, String id, String rest, FactSink sink) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = line.time();
    facts.host = host;
    facts.instance = program.instance();
    facts.transactionId = id;
    boolean used;
    if (rest.startsWith("to=") && program.maybe(AGENTS)) {
      used = delivery(rest, id, program, facts, sink);
    } else if (rest.startsWith("from=<")
        && program.maybe(QMGR)
        && EXPIRED.stream().anyMatch(rest::endsWith)) {
      facts.expired = line.time();
      used = true;
    } else if (rest.startsWith("from=<") && program.maybe(QMGR)) {
      used = from(rest, facts);
      PostfixMessages.Message message = used ? messages.of(host, id) : null;
      if (message != null) {
        message.sender(facts.mailFrom);
        parts(message, sink);
      }
    } else if (rest.startsWith("client=") && program.maybe(SMTPD)) {
      used = client(rest, line, program, facts);
      if (!used) {
        return LineKind.UNKNOWN;
      }
    } else if (rest.startsWith("message-id=") && program.maybe(CLEANUP)) {
      String messageId = rest.substring("message-id=".length()).strip();
      used = !messageId.isEmpty() && !messageId.equals("<>") && messageId.length() <= MESSAGE_ID;
      facts.messageId = used ? messageId : null;
      cleaned(facts, sink);
      used = true; // the line counts even where the message has none
    } else if (isRemoved(rest) && program.maybe(REMOVERS)) {
      facts.completed = line.time();
      PostfixMessages.Message message = messages.of(host, id);
      if (message != null) {
        message.removed(line.time());
      }
      used = true;
    } else if (rest.startsWith("uid=") && program.maybe(PICKUP)) {
      used = pickup(rest, id, facts, sink);
    } else if (program.maybe(BOUNCE) && NOTIFICATION.matcher(rest).matches()) {
      used = notification(rest, facts);
    } else if (program.maybe(CLEANUP) && startsWithAny(rest, HEADER_ACTIONS)) {
      used = PostfixHeader.read(rest, facts);
    } else if (program.maybe(CLEANUP) && startsWithAny(rest, REFUSED)) {
      // The queue file goes away with the reply: nothing of this message comes any more.
      facts.completed = line.time();
      sink.refusal();
      used = true;
    } else {
      used = false;
      boolean refused = rest.startsWith("reject: ") || rest.startsWith("milter-reject: ");
      if (refused && program.maybe(SMTPD)) {
        sink.refusal();
      }
    }
    if (used) {
      sink.facts(facts);
      return LineKind.USED;
    }
    return PostfixUnused.isKnownOfMessage(rest) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private boolean client(
      String rest, SyslogLine line, PostfixProgram program, SubmissionRecord.Builder facts) {
    PostfixClient client = PostfixClient.parse(rest, words);
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
        backFromFilter(client.origQueueId(), message, facts);
        return true;
      }
    }
    opening(client, line, program, facts);
    return true;
  }

  private void opening(
      PostfixClient client,
      SyslogLine line,
      PostfixProgram program,
      SubmissionRecord.Builder facts) {
    facts.origin = client.user() == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    facts.user = client.user();
    dovecot.opened(
        facts.host,
        new DovecotSubmission.Opening(
            facts.transactionId, facts.time, facts.instance, client.user()));
    facts.mechanism = client.mechanism();
    facts.service = program.service();
    facts.client = client.address();
    facts.clientName = client.name();
    facts.clientPort = client.port();
    PostfixSessions.Tls tls = sessions.of(facts.host, line.process(), client.text());
    if (tls != null) {
      facts.tlsVersion = tls.version();
      facts.tlsCipher = tls.cipher();
    }
  }

  /** A filter on this host says of which message in our queue this one is the rest of the way. */
  private void backFromFilter(
      String firstId, PostfixMessages.Message second, SubmissionRecord.Builder facts) {
    PostfixMessages.Message first = messages.of(facts.host, firstId);
    facts.instance = first == null ? null : first.instance;
    facts.transactionId = firstId;
    facts.aliases = List.of(second.id);
    facts.continuations = List.of(second.continuation(null).text());
  }

  private static boolean isHere(String address) {
    return address != null && (address.startsWith("127.") || address.equals("::1"));
  }

  private static boolean isLoopback(String relay) {
    return (relay.contains("[127.") || relay.contains("[::1]"))
        && LOOPBACK_RELAY.matcher(relay).matches();
  }

  /** cleanup's first line; under another instance's name when only the listener has its own. */
  private void cleaned(SubmissionRecord.Builder facts, FactSink sink) {
    PostfixMessages.Message message = messages.of(facts.host, facts.transactionId);
    if (message == null) {
      return;
    }
    boolean first = message.cleaned(facts.time);
    if (facts.messageId != null) {
      messages.messageId(message, facts.messageId);
    }
    if (first
        && message.instance != null
        && facts.instance != null
        && !message.instance.equals(facts.instance)) {
      SubmissionRecord.Builder listener = part(message);
      listener.continuations =
          List.of(new Continuation(facts.transactionId, facts.time, facts.instance, null).text());
      sink.facts(listener);
    }
  }

  private static SubmissionRecord.Builder part(PostfixMessages.Message message) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = message.opened;
    facts.host = message.host;
    facts.instance = message.instance;
    facts.transactionId = message.id;
    return facts;
  }

  private void parts(PostfixMessages.Message message, FactSink sink) {
    for (PostfixMessages.Part part : messages.behindPipe(message)) {
      SubmissionRecord.Builder facts = part(part.first());
      facts.aliases = List.of(part.second().id);
      facts.continuations =
          List.of(part.second().continuation(PostfixMessages.pipe(part.first())).text());
      sink.facts(facts);
    }
  }

  /** {@code proxy-accept: END-OF-MESSAGE: REPLY; from=<…> to=<…> …}: the rest is the client's. */
  private boolean proxied(SyslogLine line, String host, PostfixProgram program, FactSink sink) {
    String message = line.message();
    if (!message.startsWith(PROXY_ACCEPT)) {
      return false;
    }
    PostfixLogins.Login login = logins.take(host, line.process());
    int end = message.indexOf("; from=<");
    String id =
        login == null || end < PROXY_ACCEPT.length()
            ? null
            : NextHopReply.queueId(message.substring(PROXY_ACCEPT.length(), end));
    PostfixMessages.Message second =
        id == null || !QueueId.is(id)
            ? null
            : messages.behindProxy(host, id, login.time(), line.time());
    if (second == null) {
      return false;
    }
    // Its own opening line is the filter's: the transaction goes on as itself.
    SubmissionRecord.Builder facts = part(second);
    facts.continuations = List.of(second.continuation(null).text());
    opening(login.client(), line, program, facts);
    sink.facts(facts);
    return true;
  }

  private boolean pickup(String rest, String id, SubmissionRecord.Builder facts, FactSink sink) {
    Matcher matcher = PICKED_UP.matcher(rest);
    if (!matcher.matches() || matcher.group(2).length() > ADDRESS) {
      return false;
    }
    String before = matcher.group(3);
    if (before != null && QueueId.is(before)) {
      // postsuper -r queued an old message anew: whoever sent it, it was not this uid.
      SubmissionRecord.Builder old = new SubmissionRecord.Builder();
      old.time = facts.time;
      old.host = facts.host;
      old.instance = facts.instance;
      old.transactionId = before;
      old.aliases = List.of(id);
      sink.facts(old);
      facts.aliases = List.of(before);
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

  private boolean from(String rest, SubmissionRecord.Builder facts) {
    // Nothing that the sender chose stands behind the last ">, size=".
    int end = rest.lastIndexOf(SIZE);
    int start = "from=<".length();
    if (end < start || end - start > ADDRESS) {
      return false;
    }
    int size = end + SIZE.length();
    int sizeEnd = digits(rest, size, 18);
    int count = sizeEnd + COUNT.length();
    int countEnd = rest.startsWith(COUNT, sizeEnd) ? digits(rest, count, 9) : count;
    if (sizeEnd == size || countEnd == count || !isQueue(rest, countEnd)) {
      return false;
    }
    facts.mailFrom = words.of(rest, start, end);
    facts.size = Long.parseLong(rest, size, sizeEnd, 10);
    return true;
  }

  /** Where at most so many digits end. */
  private static int digits(String text, int from, int most) {
    int at = from;
    while (at < text.length()
        && at < from + most
        && text.charAt(at) >= '0'
        && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** {@code " (queue active)"} and nothing more. */
  private static boolean isQueue(String text, int from) {
    int at = from + QUEUE.length();
    if (!text.startsWith(QUEUE, from)) {
      return false;
    }
    while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
      at++;
    }
    return at > from + QUEUE.length() && at == text.length() - 1 && text.charAt(at) == ')';
  }

  private boolean delivery(
      String rest,
      String id,
      PostfixProgram program,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    Recipient recipient = PostfixDelivery.parse(rest, program.daemon(), facts.time, words);
    if (recipient == null) {
      return false;
    }
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
      filtered(recipient, id, facts, sink);
    }
    return true;
  }

  /** Was this the hand-over to a content filter of ours? */
  private void filtered(
      Recipient recipient, String id, SubmissionRecord.Builder facts, FactSink sink) {
    String relay = recipient.nextHop();
    String replyId = recipient.nextHopId();
    if (relay == null) {
      return;
    }
    if (replyId != null && isLoopback(relay) && QueueId.is(replyId)) {
      PostfixMessages.Message second = messages.behindRelay(facts.host, id, replyId, facts.time);
      if (second != null) {
        facts.aliases = List.of(second.id);
        facts.continuations = List.of(second.continuation(null).text());
      }
    } else if (recipient.reply().startsWith("delivered via " + relay + " service")) {
      PostfixMessages.Message message = messages.of(facts.host, id);
      if (message != null) {
        messages.piped(message, relay, facts.time);
        parts(message, sink);
      }
    }
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

  /** Postfix 3.10's cleanup says so of what it threw away itself, too. */
  private static boolean isRemoved(String rest) {
    return rest.equals("removed") || rest.equals("removed (canceled)");
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
