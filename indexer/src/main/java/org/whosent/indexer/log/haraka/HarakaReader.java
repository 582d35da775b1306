package org.whosent.indexer.log.haraka;

import java.nio.charset.StandardCharsets;
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
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.MeasuredTable;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.TornText;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Haraka's lines, by the plugin that writes them.
 *
 * <table>
 * <caption>What is read</caption>
 * <tr><td>core, {@code [UUID]}</td><td>{@code connect ip=…}, {@code HAProxy src_ip=…}</td></tr>
 * <tr><td>tls, {@code [UUID]}</td><td>{@code secured: cipher=… version=…}</td></tr>
 * <tr><td>the site's, {@code [UUID.N]}</td><td>{@code auth_user=LOGIN txn=UUID.N ip=…
 * mail_from=<…>}: opens the transaction; {@code undefined} where nobody has logged in</td></tr>
 * <tr><td>core, {@code [UUID.N]}</td><td>{@code sender}, {@code recipient}, {@code message mid=…
 * size=…}, {@code disconnect … helo=…}, {@code queue code=… msg=…}: what the next hop replied that
 * {@code queue/smtp_forward} handed the message to, or why it was refused after all</td></tr>
 * <tr><td>outbound</td><td>see {@link HarakaOutbound}; {@code Created transaction: UUID}: Haraka's
 * own mail (2.8 says it as core, behind {@code [outbound]})</td></tr>
 * </table>
 *
 * <p>The login ends where this very transaction's UUID follows, which nobody knew when the account
 * was named. Without such a plugin the records have no origin and no user. Known weak: an account
 * named {@code undefined} or {@code null} is taken for nobody. Not thread-safe.
 */
final class HarakaReader extends ClockedReader {
  private static final Pattern SECURED =
      Pattern.compile(
          "secured:? cipher=([A-Za-z0-9_-]{1,64}) version=([A-Za-z0-9.]{1,16})(?: .*)?",
          Pattern.DOTALL);
  private static final Pattern AFTER_LOGIN =
      Pattern.compile(" ip=([0-9A-Fa-f.:]{2,45}) mail_from=<(.{0,1000})>", Pattern.DOTALL);
  private static final String MESSAGE = "message mid=";
  private static final Pattern AFTER_MESSAGE_ID =
      Pattern.compile(
          " size=([0-9]{1,18}) rcpts=(?:\\S{1,40} delay=[0-9.]{1,20} code=(DENY)[A-Z]{0,20} .*|.*)",
          Pattern.DOTALL);
  private static final Pattern QUEUE =
      Pattern.compile("queue code=(OK|DENY[A-Z]{0,20}) msg=(\".*\")", Pattern.DOTALL);
  private static final Pattern FORWARDING =
      Pattern.compile("forwarding to (\\S{1,255}):([0-9]{1,5})");
  private static final Pattern BEFORE_HELO =
      Pattern.compile("disconnect ip=\\S{1,64} rdns=\\S{1,255} helo=");
  private static final Pattern CREATED =
      Pattern.compile("Created transaction: (" + HarakaLine.UUID + ")(?:\\.[0-9]{1,9})?");

  /** Before what the outbound part of 2.8 says of no message. */
  private static final String BY_CORE = "[outbound] ";

  static final String LOGIN = "auth_user=";
  static final String SENDER = "sender <";
  private static final String RECIPIENT = "recipient <";
  private static final Set<String> NOBODY = Set.of("", "undefined", "null");
  private static final int LOGIN_LENGTH = 1024;
  private static final int HELO = 512;
  private static final int CONNECTIONS = 20_000;

  /** What connections and their transactions' names hold together. */
  private static final long CONNECTIONS_BYTES = 32L << 20;

  /** Messages of which it is kept which recipients are still open. */
  private static final int MESSAGES = 4_000;

  /** What their recipients' addresses hold together. */
  private static final long MESSAGES_BYTES = 16L << 20;

  private final SyslogFraming framing;
  private final MeasuredTable<String, HarakaConnection> connections;
  private final MeasuredTable<String, HarakaOutbound> outbound;
  private final HarakaTimes times;
  private final HarakaMessageId messageId = new HarakaMessageId();

  HarakaReader(LogSettings settings) {
    super(settings);
    this.connections =
        new MeasuredTable<>(CONNECTIONS, CONNECTIONS_BYTES, settings.forgotten(), _ -> null);
    this.outbound =
        new MeasuredTable<>(
            MESSAGES,
            MESSAGES_BYTES,
            settings.forgotten(),
            fates -> fates.isUnderWay() ? null : Instant.MIN);
    this.times = new HarakaTimes(settings.forgotten());
    this.framing = new SyslogFraming(clock);
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    String printed = new String(bytes, 0, length, StandardCharsets.UTF_8);
    HarakaLine line = HarakaLine.parse(printed, framing);
    boolean clients = messageId.holds(line, printed);
    if (clients || line == null) {
      return clients ? LineKind.UNKNOWN : LineKind.NOT_A_LOG;
    }
    clock.last(line.time());
    String host = seen(line.host(), line.time(), sink);
    if (line.plugin() == null) {
      return LineKind.FOREIGN;
    }
    messageId.read(line);
    return read(times.counted(line, host), host, sink);
  }

  private LineKind read(HarakaLine line, String host, FactSink sink) {
    return switch (line.plugin()) {
      case "core" -> core(line, host, sink);
      case "outbound" -> outbound(line, line.text(), host, sink);
      case "tls" -> tls(line, host);
      case "server" -> LineKind.KNOWN;
      default -> plugin(line, host, sink);
    };
  }

  private LineKind tls(HarakaLine line, String host) {
    Matcher matcher = SECURED.matcher(line.text());
    if (matcher.matches() && line.connection() != null) {
      HarakaConnection connection = connection(line, host);
      connection.tlsCipher = matcher.group(1);
      connection.tlsVersion = matcher.group(2);
    }
    return LineKind.KNOWN;
  }

  private HarakaConnection connection(HarakaLine line, String host) {
    return connections.open(host + ' ' + line.connection(), HarakaConnection::new);
  }

  private LineKind plugin(HarakaLine line, String host, FactSink sink) {
    String text = line.text();
    Matcher forwarding = FORWARDING.matcher(text);
    if (line.plugin().equals("queue/smtp_forward") && forwarding.matches()) {
      HarakaOutbound fates = outbound.get(host + ' ' + line.id());
      if (fates != null) {
        fates.forwarding(forwarding.group(1), forwarding.group(2));
      }
      return LineKind.KNOWN;
    }
    if (!text.startsWith(LOGIN)) {
      if (line.plugin().startsWith("auth/") && text.startsWith("delaying for ")) {
        HarakaConnection session = line.connection() == null ? null : connection(line, host);
        sink.loginFailure(
            FailedAuthentication.ofSession(
                line.time(),
                host,
                session == null ? null : session.client,
                session == null ? null : session.port,
                null));
        return LineKind.USED;
      }
      return LineKind.KNOWN; // a plugin may log what it likes
    }
    int end = text.indexOf(" txn=" + line.id() + " ip=");
    if (end < 0 || !isTransaction(line.id())) {
      return LineKind.UNKNOWN;
    }
    Matcher rest =
        AFTER_LOGIN
            .matcher(text)
            .region(end + " txn=".length() + line.id().length(), text.length());
    String login = text.substring(LOGIN.length(), end);
    if (!rest.matches() || login.length() > LOGIN_LENGTH || TornText.isIn(login)) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, line.id());
    boolean nobody = NOBODY.contains(login);
    facts.origin = nobody ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    facts.user = nobody ? null : login;
    facts.mailFrom = rest.group(2);
    HarakaConnection connection = connection(line, host);
    connection.client(facts, rest.group(1));
    connection.tls(facts);
    if (connection.begins(line.id())) {
      connections.changed(connection);
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private LineKind core(HarakaLine line, String host, FactSink sink) {
    String text = line.text();
    if (text.startsWith("connect ip=")) {
      HarakaConnection connection = HarakaConnection.of(text);
      if (connection == null || line.connection() == null) {
        return LineKind.UNKNOWN;
      }
      connections.put(host + ' ' + line.connection(), connection);
      return LineKind.KNOWN;
    }
    if (text.startsWith("HAProxy ") && line.connection() != null) {
      connection(line, host).proxied(text);
      return LineKind.KNOWN;
    }
    if (text.startsWith("disconnect ip=") && line.connection() != null) {
      return disconnect(line, host, sink);
    }
    if (text.startsWith(BY_CORE) && line.id().equals("-")) {
      return outbound(line, text.substring(BY_CORE.length()), host, sink);
    }
    if (!isTransaction(line.id())) {
      return LineKind.KNOWN;
    }
    if (text.startsWith(SENDER)) {
      return sender(line, host, sink);
    }
    if (text.startsWith(RECIPIENT)) {
      return recipient(line, host, sink);
    }
    if (text.startsWith(MESSAGE)) {
      return message(line, host, sink);
    }
    return text.startsWith("queue code=") ? queued(line, host, sink) : LineKind.KNOWN;
  }

  private LineKind sender(HarakaLine line, String host, FactSink sink) {
    String address = HarakaCommand.accepted(line.text(), SENDER, sink);
    if (address == null) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, line.id());
    facts.mailFrom = address;
    connected(connections.get(host + ' ' + line.connection()), facts);
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private LineKind recipient(HarakaLine line, String host, FactSink sink) {
    String address = HarakaCommand.accepted(line.text(), RECIPIENT, sink);
    if (address == null || address.isEmpty()) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, line.id());
    facts.recipients = List.of(Recipient.of(address));
    HarakaOutbound fates = outbound.open(host + ' ' + line.id(), HarakaOutbound::new);
    fates.accepted(address);
    outbound.changed(fates);
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private LineKind message(HarakaLine line, String host, FactSink sink) {
    String text = line.text();
    int end = HarakaLine.valueEnd(text, MESSAGE.length());
    Matcher rest = AFTER_MESSAGE_ID.matcher(text).region(end, text.length());
    if (!rest.matches()) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, line.id());
    String messageId = HarakaLine.unquoted(text.substring(MESSAGE.length(), end)).strip();
    boolean given =
        !messageId.isEmpty() && messageId.length() <= SubmissionRecord.LONGEST_MESSAGE_ID;
    facts.messageId = given ? messageId : null;
    facts.size = Long.valueOf(rest.group(1));
    HarakaConnection connection = connections.get(host + ' ' + line.connection());
    if (connection != null) {
      connection.sent(line.id());
      connections.changed(connection);
    }
    if (rest.group(2) != null) { // by a plugin
      refused(line, host, facts);
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /**
   * Behind the reply stands the transaction's own ID. A plugin that has an outbound queue, or keeps
   * or drops the message, gives a text of its own, without any ID of a next hop.
   */
  private LineKind queued(HarakaLine line, String host, FactSink sink) {
    Matcher queue = QUEUE.matcher(line.text());
    if (!queue.matches()) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, line.id());
    if (!queue.group(1).equals("OK")) {
      refused(line, host, facts);
      sink.refusal();
      sink.facts(facts.build());
      return LineKind.USED;
    }
    String reply = HarakaLine.unquoted(queue.group(2));
    String own = " (" + line.id() + ')';
    HarakaOutbound fates = outbound.get(host + ' ' + line.id());
    if (fates == null || !reply.endsWith(own)) {
      return LineKind.KNOWN;
    }
    reply = reply.substring(0, reply.length() - own.length());
    if (reply.endsWith(own) || NextHopReply.queueId(reply) == null) {
      return LineKind.KNOWN; // with its own ID: a plugin gave it to Haraka's queue
    }
    facts.recipients = fates.forwarded(reply, line);
    outbound.changed(fates);
    if (facts.recipients.isEmpty()) {
      return LineKind.KNOWN;
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** What the connection says when it ends would come too late for a message that is over. */
  private void refused(HarakaLine line, String host, SubmissionRecord.Builder facts) {
    facts.completed = line.time();
    HarakaConnection connection = connections.get(host + ' ' + line.connection());
    if (connection != null) {
      connection.forget(line.id());
      connections.changed(connection);
    }
  }

  /** What the connection says of a message for which no plugin of the site has spoken. */
  private void connected(HarakaConnection connection, SubmissionRecord.Builder facts) {
    if (connection == null || !connection.begins(facts.transactionId)) {
      return;
    }
    connections.changed(connection);
    facts.client = connection.client;
    facts.clientPort = connection.port;
    connection.tls(facts);
  }

  private LineKind disconnect(HarakaLine line, String host, FactSink sink) {
    HarakaConnection connection = connections.remove(host + ' ' + line.connection());
    Matcher before = BEFORE_HELO.matcher(line.text());
    if (connection == null || !before.lookingAt()) {
      return LineKind.KNOWN;
    }
    int end = HarakaLine.valueEnd(line.text(), before.end());
    if (end - before.end() > HELO) {
      return LineKind.KNOWN;
    }
    String helo = HarakaLine.unquoted(line.text().substring(before.end(), end));
    String counts = line.text().substring(end);
    for (String transaction : connection.transactions()) {
      SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, transaction);
      facts.time = times.of(host, transaction, line.time());
      facts.helo = helo;
      facts.completed = connection.gaveUp(transaction, counts) ? facts.time : null;
      sink.facts(facts.build());
    }
    return connection.transactions().isEmpty() ? LineKind.KNOWN : LineKind.USED;
  }

  private LineKind outbound(HarakaLine line, String text, String host, FactSink sink) {
    Matcher created = CREATED.matcher(text);
    if (created.matches()) {
      SubmissionRecord.Builder facts =
          SubmissionRecord.Builder.of(line.time(), host, created.group(1));
      facts.origin = Origin.INTERNAL;
      outbound.open(host + ' ' + created.group(1), HarakaOutbound::new).own();
      times.begins(host, created.group(1), line.time());
      sink.facts(facts.build());
      return LineKind.USED;
    }
    int last = line.id().lastIndexOf('.');
    if (last < 0) {
      return LineKind.KNOWN;
    }
    String transaction = line.id().substring(0, last);
    HarakaOutbound fates = outbound.get(host + ' ' + transaction);
    List<Recipient> found = fates == null ? null : fates.read(line.id(), line);
    if (fates != null) {
      outbound.changed(fates);
    }
    boolean over = fates != null && fates.isOver();
    if (!over && (found == null || found.isEmpty())) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, transaction);
    facts.recipients = found == null ? List.of() : found;
    if (over) {
      outbound.remove(host + ' ' + transaction); // of bounces there may be very many
      facts.time = times.of(host, transaction, line.time());
      facts.completed = facts.time;
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private static boolean isTransaction(String id) {
    int dot = id.indexOf('.');
    return dot > 0 && id.indexOf('.', dot + 1) < 0;
  }
}
