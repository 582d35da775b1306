package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.DovecotMasters;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * What smtpd(8) says of its sessions: who opens a message, over which TLS, who failed to log in,
 * what a before-queue filter answered, what was refused, what was given up. The sessions themselves
 * are known to {@link PostfixSessions}, {@link PostfixLogins} and {@link PostfixGivenUp}. Not
 * thread-safe.
 */
final class PostfixSmtpd {
  static final byte[] CLIENT = LineBytes.word("client=");
  private static final byte[] WARNING = LineBytes.word("warning: ");
  private static final byte[] SASL = LineBytes.word(": SASL ");
  private static final byte[] REJECT = LineBytes.word("NOQUEUE: reject: ");
  private static final byte[] OLD_REJECT = LineBytes.word("reject: "); // Postfix 1.1
  private static final byte[] MILTER_REJECT = LineBytes.word("NOQUEUE: milter-reject: ");
  private static final String PROXY_ACCEPT = "proxy-accept: END-OF-MESSAGE: ";

  /** Of the last messages; a moment's, in which Dovecot's line about a login may be late. */
  private static final int OPENED = 64;

  private record Opened(
      PostfixMessages.Message message, PostfixClient client, String service, Instant begun) {}

  private final Deque<Opened> opened = new ArrayDeque<>();
  private final PostfixSessions sessions;
  private final PostfixLogins logins;
  private final PostfixGivenUp givenUp;
  private final PostfixMessages messages;
  private final PostfixParts parts;
  private final ProxmoxFilter proxmox;
  private final DovecotMasters masters;
  private final SyslogFraming framing;
  private final Words words;

  /**
   * For one log.
   *
   * @param masters of a Dovecot that is asked for clients' passwords
   * @param framing of the line that is read
   * @param words for what every other line repeats
   */
  PostfixSmtpd(
      Forgotten forgotten,
      PostfixMessages messages,
      PostfixParts parts,
      ProxmoxFilter proxmox,
      DovecotMasters masters,
      SyslogFraming framing,
      Words words) {
    this.sessions = new PostfixSessions(forgotten);
    this.logins = new PostfixLogins(forgotten, messages.setBack());
    this.givenUp = new PostfixGivenUp(forgotten, messages, framing);
    this.messages = messages;
    this.parts = parts;
    this.proxmox = proxmox;
    this.masters = masters;
    this.framing = framing;
    this.words = words;
  }

  /** Reads a line without a queue ID; null when it is nothing of use. */
  LineKind withoutQueueId(
      LineBytes line, int start, String host, PostfixProgram program, FactSink sink) {
    boolean facts = PostfixSessions.isBorder(line, start) && givenUp.border(line, start, sink);
    if (logins.read(framing) || sessions.read(framing.host(), framing.process(), line, start)) {
      return facts ? LineKind.USED : LineKind.KNOWN;
    }
    switch (line.at(start)) {
      case 'p' -> {
        return proxied(line.text(start, line.end()), program, sink) ? LineKind.USED : null;
      }
      case 'N' -> {
        if (line.startsWith(REJECT, start) || line.startsWith(MILTER_REJECT, start)) {
          sink.refusal();
          return LineKind.KNOWN;
        }
        return null;
      }
      case 'r' -> {
        if (line.startsWith(OLD_REJECT, start)) {
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

  /** What the line before said is no news; a login that failed again is. */
  LineKind repeated(RepeatedMessage repeated, String host, PostfixProgram program, FactSink sink) {
    String text = repeated.text();
    if (!text.startsWith("warning: ") || !text.contains(": SASL ")) {
      return LineKind.KNOWN;
    }
    for (int i = 1; i < repeated.times(); i++) {
      sink.loginFailure();
    }
    return failedLogin(framing.line().withMessage(text), host, program, sink);
  }

  /** {@code warning: name[address]: SASL PLAIN authentication failed: …}. */
  private static LineKind failedLogin(
      SyslogLine line, String host, PostfixProgram program, FactSink sink) {
    return FailedAuthentication.told(PostfixLoginFailure.of(line, host, program), sink);
  }

  /** {@code client=…} behind a queue ID: the message begins; false when it is no such line. */
  boolean opens(LineBytes line, int rest, PostfixProgram program, SubmissionRecord.Builder facts) {
    PostfixClient client = PostfixClient.parse(line, rest, words);
    // Who logged in stands at the end, so that a long name of the client's host could cut it.
    if (client == null || client.user() != null && framing.isPerhapsCut()) {
      return false;
    }
    boolean handedBack = isBehindFilter(client);
    if (handedBack && client.origQueueId() != null) {
      // The rest of a message's way is no earlier than the message, whatever the clock says.
      facts.time = messages.notBeforeOpening(client.origQueueId(), facts.time);
    }
    PostfixMessages.Message message =
        messages.open(facts.host, facts.transactionId, facts.instance, facts.time);
    message.handedBack = handedBack;
    message.origAddress = client.origAddress();
    givenUp.opened(message, client.text());
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
    if (isPerhapsMasters(client, facts.host)) {
      facts.user = null;
      facts.authorizationId = client.user();
    } else if (client.user() != null && !isToldByXclient(client)) {
      if (opened.size() == OPENED) {
        opened.removeFirst();
      }
      opened.addLast(new Opened(message, client, program.service(), givenUp.begun()));
    }
    facts.mechanism = client.mechanism();
    facts.service = program.service();
    facts.client = client.address();
    facts.clientName = client.name();
    facts.clientPort = client.port();
    PostfixSessions.Tls tls = sessions.of(framing.host(), framing.process(), client.text());
    if (tls != null) {
      facts.tlsVersion = tls.version();
      facts.tlsCipher = tls.cipher();
    }
  }

  private static boolean isToldByXclient(PostfixClient client) {
    return PostfixClient.XCLIENT.equals(client.mechanism());
  }

  /**
   * Reads what Dovecot said just now, of a login before: its line may be written a moment later
   * than Postfix's of what was sent then. True when there were facts in it.
   */
  boolean areMasters(String host, FactSink sink) {
    if (!masters.haveNews()) {
      return false;
    }
    int before = opened.size();
    opened.removeIf(
        each ->
            !each.message.opened.isBefore(framing.time().minus(SetBackClock.DISORDER))
                && masters.maybe(host, each.client.user(), each.client.address(), each.begun)
                && isMasters(each, sink));
    return opened.size() < before;
  }

  /** The account is as whom he acts, and as whom he did when the message was opened. */
  private static boolean isMasters(Opened one, FactSink sink) {
    SubmissionRecord.Builder facts = PostfixParts.of(one.message);
    facts.origin = Origin.AUTHENTICATED;
    facts.authorizationId = one.client.user();
    facts.mechanism = one.client.mechanism();
    facts.service = one.service;
    facts.client = one.client.address();
    facts.clientName = one.client.name();
    facts.clientPort = one.client.port();
    facts.continuations = List.of(one.message.continuation(null).text());
    sink.facts(facts);
    return true;
  }

  /**
   * Where a master user logged in as the account since the client came, Dovecot has told Postfix
   * the account, and its own line does not tell the session. A submission service in front
   * (XCLIENT) knows whose it is.
   */
  private boolean isPerhapsMasters(PostfixClient client, String host) {
    return client.user() != null
        && !isToldByXclient(client)
        && masters.maybe(host, client.user(), client.address(), givenUp.begun());
  }

  /**
   * A filter's session in front of the next filter: it knows no more than the one behind it, where
   * the message is opened for the same client, and who logged in stands in the one before.
   */
  private static boolean isBehindFilter(PostfixClient client) {
    return client != null && client.user() == null && Addresses.isLoopback(client.address());
  }

  /**
   * False where the filter says that it had the message from another client: the lines in which
   * that one's session began are not in the log, and the login is of one before it. A client on
   * this host may be the filter before, which has said nothing of its own client.
   */
  private static boolean isFor(PostfixMessages.Message second, PostfixClient client) {
    return client == null
        || client.address() == null
        || second.origAddress == null
        || second.origAddress.equals(client.address())
        || Addresses.isLoopback(second.origAddress);
  }

  /**
   * False where the line names another login behind the HELO name, as newer versions do: then lines
   * between may be lost, and this one's login not be that one's. Or that name reads so, which is
   * told apart where the filter says whose message it is.
   */
  private static boolean isAgreed(
      String message, PostfixLogins.Login login, PostfixMessages.Message second) {
    PostfixClient client = login.client();
    if (login.changed()) {
      return client.user() == null ? !isNamed(message) : isNamed(message, client.user());
    }
    return client.user() == null
        || client.address() != null && client.address().equals(second.origAddress)
        || !isNamed(message)
        || isNamed(message, client.user());
  }

  /** Behind the HELO name, as newer versions do. */
  private static boolean isNamed(String message) {
    return message.lastIndexOf("> sasl_username=<") > message.lastIndexOf(" helo=<");
  }

  private static boolean isNamed(String message, String user) {
    return message.endsWith("> sasl_username=<" + user + '>');
  }

  /** An older version, or a line that was cut, where only it could tell who it was. */
  private static boolean isUntold(String message, PostfixLogins.Login login) {
    boolean user = login.client() != null && login.client().user() != null;
    return login.changed() && user && !isNamed(message) && !isNamed(message, login.client().user());
  }

  /** {@code proxy-accept: END-OF-MESSAGE: REPLY; from=<…> to=<…> …}: the rest is the client's. */
  private boolean proxied(String message, PostfixProgram program, FactSink sink) {
    if (!message.startsWith(PROXY_ACCEPT)) {
      return false;
    }
    PostfixLogins.Login login = logins.take(framing);
    int end = message.indexOf("; from=<");
    if (login == null
        || end < PROXY_ACCEPT.length()
        || isBehindFilter(login.client())
        || isUntold(message, login)) {
      return false;
    }
    String reply = message.substring(PROXY_ACCEPT.length(), end);
    String named = NextHopReply.queueId(reply);
    boolean joined = false;
    for (String id : named == null ? proxmox.queueIds(messages.machine(), reply) : List.of(named)) {
      PostfixMessages.Message second =
          QueueId.is(id) ? messages.behindProxy(id, login.begun(), framing.time()) : null;
      if (second != null && isFor(second, login.client())) {
        // Its own opening line is the filter's: the transaction goes on as itself.
        SubmissionRecord.Builder facts = PostfixParts.of(second);
        List<PostfixMessages.Message> others = new ArrayList<>(parts.partedFrom(second));
        others.removeIf(
            each -> messages.behindProxy(each.id, login.begun(), framing.time()) == null);
        facts.aliases = others.stream().map(each -> each.id).toList();
        facts.continuations =
            Stream.concat(Stream.of(second), others.stream())
                .map(each -> each.continuation(null).text())
                .toList();
        if (login.client() != null && isAgreed(message, login, second)) {
          opening(login.client(), second, program, facts);
        } else {
          facts.origin = Origin.AUTHENTICATED;
        }
        sink.facts(facts);
        joined = true;
      }
    }
    return joined;
  }
}
