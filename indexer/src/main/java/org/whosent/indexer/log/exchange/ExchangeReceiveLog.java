package org.whosent.indexer.log.exchange;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.MeasuredTable;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Exchange's SMTP receive protocol log: each line of each SMTP session, by its {@code session-id}.
 * What the client says stands in lines of its own ({@code <}), so that it cannot pass for what
 * Exchange says: who logged in is a line of Exchange's own ({@code *}) with the account as data and
 * {@code authenticated} as context.
 *
 * <p>A message makes a record when Exchange has taken it: {@code 250 2.6.0 <message-id>
 * [InternalId=N, Hostname=…] … Queued mail for delivery} (2007 and 2010 without a host name); N is
 * the record's ID, which message tracking has too. The name that was typed in a failed login stands
 * behind {@code User Name: } in the context of a line between the command and its reply. Accounts
 * of servers ({@code NAME$}, {@code NT AUTHORITY\…}) are no users. A login that Exchange refuses
 * after all (2013 and later log it before they know of a mailbox server to hand the session to) is
 * none. In a session that another server of the operator's hands on ({@code XPROXY}, which Exchange
 * takes from nobody else) that server's login counts no more: it is that server's client who sends,
 * who logs in behind it once more, or is named by message tracking alone.
 *
 * <p>Bounded: 20,000 sessions that hold 32 MiB together, of each 1,000 commands whose reply is to
 * come and 2,000 recipients; of a message with more the recipients are not known. What is forgotten
 * is counted. Not thread-safe.
 */
final class ExchangeReceiveLog {
  private static final Pattern TAKEN =
      Pattern.compile(
          "250 2\\.6\\.0 (?:(<.{0,8190}>) )?\\[InternalId=([0-9]{1,18})"
              + "(?:, Hostname=[^\\]]{1,255})?\\].*",
          Pattern.DOTALL);
  private static final Pattern PATH =
      Pattern.compile("(?i)(?:MAIL FROM|RCPT TO): ?<([^>]{0,1000})>.*", Pattern.DOTALL);
  private static final Pattern TLS =
      Pattern.compile(
          "TLS protocol SP_PROT_TLS([0-9])_([0-9])_SERVER negotiation succeeded.*", Pattern.DOTALL);
  private static final Pattern ENDPOINT = Pattern.compile("(.{2,60}):([0-9]{1,5})", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final String TYPED = "User Name: ";
  private static final String SERVERS = "NT AUTHORITY\\";
  private static final int PENDING = 1000;
  private static final int RECIPIENTS = 2000;
  private static final int SESSIONS = 20_000;
  private static final long SESSIONS_BYTES = 32L << 20;

  private static final class Session extends MeasuredTable.Session {
    private static final int BASE = 400;

    /** Of a recipient beside its address. */
    private static final int RECIPIENT = 120;

    private boolean whole;

    /** Of its last row. */
    private int number = -1;

    private String user;

    /** Who is named has yet to be told that he is let in. */
    private boolean unconfirmed;

    /** The command whose reply is still to come, or null. */
    private String proxying;

    /** For whom a server hands the session on; null where none does. */
    private ExchangeProxied proxied;

    private String helo;
    private String tlsVersion;
    private String mechanism;

    /** In the login that goes on, or null. */
    private String typed;

    private String mailFrom;
    private final List<Recipient> recipients = new ArrayList<>();

    /** Commands whose reply is still to come: MAIL as the empty text, RCPT as its address. */
    private final Deque<String> pending = new ArrayDeque<>();

    /** Of these two. */
    private long bytes;

    /** There were too many: which recipients were taken is not known. */
    private boolean tooMany;

    /** Of a session whose beginning was not read it cannot be said that nobody logged in. */
    Session(boolean whole) {
      this.whole = whole;
    }

    /** The reply to a login, and to a server that hands a client on. */
    void answered(String reply, boolean refused) {
      user = unconfirmed && refused ? null : user;
      unconfirmed = false;
      if (startsWith(reply, "250 XProxy")) { // what was asked may stand before what is read
        proxied = ExchangeProxied.of(proxying == null ? "" : proxying);
        user = null;
        proxying = null;
      }
      proxying = refused ? null : proxying;
    }

    void nextMessage() {
      mailFrom = null;
      tooMany = false;
      forgetRecipients();
    }

    private void forgetRecipients() {
      recipients.clear();
      pending.clear();
      bytes = 0;
    }

    /** A command was given whose reply is to come; false when there are too many. */
    boolean await(String address) {
      if (tooMany) {
        return true;
      }
      if (pending.size() >= PENDING) {
        return none();
      }
      pending.add(address);
      bytes += bytes(address);
      return true;
    }

    /** The command that the reply is to; null when it is to none that matters. */
    String answered() {
      String command = pending.poll();
      bytes -= bytes(command);
      return command;
    }

    /** A recipient was taken; false when there are too many. */
    boolean taken(String address) {
      if (recipients.size() >= RECIPIENTS) {
        return none();
      }
      recipients.add(Recipient.of(address));
      bytes += RECIPIENT + bytes(address);
      return true;
    }

    private boolean none() {
      forgetRecipients();
      tooMany = true;
      return false;
    }

    @Override
    protected long bytes() {
      return BASE
          + bytes
          + bytes(user)
          + bytes(proxying)
          + (proxied == null ? 0 : bytes(proxied.client()) + bytes(proxied.helo()))
          + bytes(helo)
          + bytes(mechanism)
          + bytes(typed)
          + bytes(mailFrom);
    }
  }

  private final Forgotten forgotten;
  private final MeasuredTable<String, Session> sessions;

  ExchangeReceiveLog(Forgotten forgotten) {
    this.forgotten = forgotten;
    this.sessions = new MeasuredTable<>(SESSIONS, SESSIONS_BYTES, forgotten, _ -> null);
  }

  /**
   * Reads a row.
   *
   * @param server who forwarded it; empty where it did not come over a network
   */
  LineKind read(
      ExchangeColumns columns,
      List<String> cells,
      Instant time,
      String server,
      String host,
      FactSink sink) {
    String own = columns.cell(cells, "session-id");
    if (own.isEmpty() || own.length() > 64) {
      return LineKind.UNKNOWN;
    }
    String id = server + ' ' + own;
    String data = columns.cell(cells, "data");
    String event = columns.cell(cells, "event");
    if (event.equals("+")) {
      sessions.put(id, new Session(true));
    }
    if (!server.isEmpty() && !event.equals("-")) {
      number(id, columns.cell(cells, "sequence-number"));
    }
    if (event.equals("+")) {
      return LineKind.KNOWN;
    }
    if (event.equals("-")) {
      sessions.remove(id);
      return LineKind.KNOWN;
    }
    Session session = session(id);
    LineKind kind = LineKind.KNOWN;
    switch (event) {
      case "<" -> command(session, data);
      case "*" -> information(session, data, columns.cell(cells, "context"));
      default -> kind = reply(session, data, columns, cells, time, host, sink);
    }
    sessions.changed(session);
    return kind;
  }

  /**
   * Rows that came over a network may be lost or change places, which their numbers show. Then it
   * cannot be said any more that nobody logged in, nor which reply is which command's.
   */
  private void number(String id, String number) {
    Session session = session(id);
    int expected = session.number + 1;
    session.number = NUMBER.matcher(number).matches() ? Integer.parseInt(number) : -1;
    if (session.number != expected) {
      session.whole = false;
      session.nextMessage();
    }
  }

  private Session session(String id) {
    return sessions.open(id, () -> new Session(false));
  }

  private void command(Session session, String data) {
    if (startsWith(data, "EHLO ") || startsWith(data, "HELO ")) {
      session.helo = StampedReader.cut(data.substring(5).strip(), 512);
      session.nextMessage();
    } else if (startsWith(data, "AUTH ")) {
      session.mechanism = StampedReader.mechanism(data);
      session.typed = null;
    } else if (ExchangeProxied.isCommand(data)) {
      session.proxying = StampedReader.cut(data, 1000);
    } else if (startsWith(data, "RSET")) {
      session.nextMessage();
    } else if (startsWith(data, "MAIL FROM") || startsWith(data, "RCPT TO")) {
      Matcher path = PATH.matcher(data);
      boolean mail = startsWith(data, "MAIL");
      if (mail) {
        session.nextMessage();
        session.mailFrom = path.matches() ? path.group(1) : null;
      }
      if (!session.await(mail || !path.matches() ? "" : path.group(1))) {
        forgotten.unfinished();
      }
    }
  }

  private static boolean startsWith(String data, String verb) {
    return data.regionMatches(true, 0, verb, 0, verb.length());
  }

  private static void information(Session session, String data, String context) {
    if (context.equals("authenticated")
        && !data.isEmpty()
        && data.length() <= StampedReader.LOGIN) {
      session.user = data;
      session.unconfirmed = true;
    }
    if (context.startsWith(TYPED)) {
      String typed = context.substring(TYPED.length());
      session.typed = typed.equals("NULL") ? null : FailedAuthentication.login(typed);
    }
    Matcher tls = TLS.matcher(context);
    if (tls.matches()) {
      session.tlsVersion = "TLSv" + tls.group(1) + '.' + tls.group(2);
    }
  }

  private LineKind reply(
      Session session,
      String data,
      ExchangeColumns columns,
      List<String> cells,
      Instant time,
      String host,
      FactSink sink) {
    boolean refused = data.startsWith("4") || data.startsWith("5");
    session.answered(data, refused);
    Matcher taken = TAKEN.matcher(data);
    if (taken.matches()) {
      sink.facts(message(session, taken, columns, cells, time, host));
      session.nextMessage();
      return LineKind.USED;
    }
    String command = session.answered();
    if (command != null && !command.isEmpty() && data.startsWith("250 2.1.5")) {
      if (!session.taken(command)) {
        forgotten.unfinished();
      }
    } else if (data.startsWith("535 ")) {
      sink.loginFailure(failure(session, data, columns, cells, time, host));
      return LineKind.USED;
    } else if (refused) {
      sink.refusal();
    }
    return LineKind.KNOWN;
  }

  private static SubmissionRecord message(
      Session session,
      Matcher taken,
      ExchangeColumns columns,
      List<String> cells,
      Instant time,
      String host) {
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, taken.group(2));
    boolean server =
        session.proxying != null
            || session.user != null
                && (session.user.endsWith("$") || session.user.startsWith(SERVERS));
    facts.user = server ? null : session.user;
    boolean nobody = session.whole && session.proxied == null;
    if (!server && (nobody || session.user != null)) {
      facts.origin = session.user == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    }
    facts.messageId = taken.group(1);
    facts.mailFrom = session.mailFrom;
    facts.recipients = session.recipients;
    facts.helo = session.helo;
    facts.tlsVersion = session.tlsVersion;
    facts.protocol =
        session.tlsVersion == null
            ? session.user == null ? "ESMTP" : "ESMTPA"
            : session.user == null ? "ESMTPS" : "ESMTPSA"; // RFC 3848
    String connector = columns.cell(cells, "connector-id");
    facts.service = connector.isEmpty() || connector.length() > 200 ? null : connector;
    if (session.proxied == null) {
      client(columns.cell(cells, "remote-endpoint"), facts);
    } else {
      session.proxied.tell(facts);
    }
    return facts.build();
  }

  private static void client(String remote, SubmissionRecord.Builder facts) {
    Matcher endpoint = ENDPOINT.matcher(remote);
    if (endpoint.matches()) {
      String address = endpoint.group(1);
      boolean brackets = address.startsWith("[") && address.endsWith("]");
      facts.client =
          StampedReader.client(brackets ? address.substring(1, address.length() - 1) : address);
      facts.clientPort = StampedReader.port(endpoint.group(2));
    }
  }

  private static JournalEntry.LoginFailure failure(
      Session session,
      String reply,
      ExchangeColumns columns,
      List<String> cells,
      Instant time,
      String host) {
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, "");
    client(columns.cell(cells, "remote-endpoint"), facts);
    String connector = columns.cell(cells, "connector-id");
    return new JournalEntry.LoginFailure(
        time,
        host,
        connector.isEmpty() || connector.length() > 200 ? null : connector,
        facts.client,
        facts.clientPort,
        session.helo,
        session.typed,
        session.mechanism,
        StampedReader.cut(reply, StampedReader.REASON));
  }
}
