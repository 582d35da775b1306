package org.whosent.indexer.log.opensmtpd;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.MessageTimes;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.reader.SyslogReader;
import org.whosent.indexer.log.text.Beginnings;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * OpenSMTPD's lines. A message's ID is 32 bits in hexadecimal; with 32 more it is an envelope's,
 * one for each recipient.
 *
 * <table>
 * <caption>What is read, after the session's ID</caption>
 * <tr><td>{@code smtp connected, tls, authentication}</td><td>see {@link OpenSmtpdSessions}</td></tr>
 * <tr><td>{@code smtp message}</td><td>opens the transaction, for whom the session is</td></tr>
 * <tr><td>{@code smtp envelope}</td><td>sender and recipient</td></tr>
 * <tr><td>{@code mta delivery}, {@code mda delivery}</td><td>what became of the recipient</td></tr>
 * <tr><td>{@code … Expire for ENVELOPE}</td><td>given up on</td></tr>
 * </table>
 *
 * <p>5.x says of sessions and messages the same in other words ({@link OpenSmtpd5Line}), and every
 * delivery as 6.x says what it gives up on.
 *
 * <p>Addresses hold no blanks and no brackets: OpenSMTPD refuses quoted local parts. Known weak: it
 * logs no Message-ID, no account of a local command, and a recipient behind an alias only as what
 * it led to; a bounce and a local command with the null reverse-path look alike, and both are taken
 * for the server's own. Not thread-safe.
 */
final class OpenSmtpdReader extends SyslogReader {
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{16}) (smtp|mta|mda) (?:event=)?(.*)", Pattern.DOTALL);
  private static final String ADDRESS = "<([^<> ]{0,1000})>";
  private static final Pattern MESSAGE =
      Pattern.compile(
          "message(?: address=\\S+ host=\\S+)? msgid=([0-9a-f]{8})"
              + "(?: from="
              + ADDRESS
              + "(?: to="
              + ADDRESS
              + ")?)? size=([0-9]{1,18}) (?:nrcpt|ndest)=[0-9]{1,9} proto=([A-Z0-9]{1,16})");
  private static final Pattern ENVELOPE =
      Pattern.compile("envelope evpid=([0-9a-f]{8})[0-9a-f]{8} from=" + ADDRESS + " to=" + ADDRESS);

  /** 6.0 to 6.3 name what a local one was written to only where it differs, and then a comma. */
  private static final Pattern DELIVERY =
      Pattern.compile(
          "delivery evpid=([0-9a-f]{8})[0-9a-f]{8} from=<[^<> ]{0,1000}> to="
              + ADDRESS
              + "(?: rcpt="
              + ADDRESS
              + ",?)?(?: source=\"?[^\" ]{0,255}\"? relay=\"?([^\"]{0,512}?)\"?"
              + "| user=\\S{1,255}(?: method=[a-z?]{1,16})?)"
              + " delay=\\S{1,40} result=\"?([A-Za-z]{2,16})\"? stat=\"?(.*?)\"?",
          Pattern.DOTALL);

  private static final Pattern FATE =
      Pattern.compile(
          "(delivery|relay): ([A-Za-z]{2,16}) for ([0-9a-f]{8})[0-9a-f]{8}:"
              + "(?: session=[0-9a-f]{16},)? from=<[^<> ]{0,1000}>, to="
              + ADDRESS
              + "(?:, rcpt="
              + ADDRESS
              + ")?(?:, source=[^, ]{0,255})?(?:, relay=([^,]{0,512}?),?|, user=\\S{1,255},"
              + " method=([a-z?]{1,16}),|,) delay=[^, ]{1,40}, stat=(.*)",
          Pattern.DOTALL);

  /**
   * What a filter prints on its standard error, behind its name, or a process of the daemon's says
   * of itself. It may be any client's words.
   */
  private static final Pattern PRINTED =
      Pattern.compile("(?!(?:delivery|relay): )[A-Za-z0-9._-]{1,64}: .*", Pattern.DOTALL);

  private static final Pattern STATUS =
      Pattern.compile("[245][0-9]{2}[ -]([245]\\.[0-9]{1,3}\\.[0-9]{1,3})\\b.*", Pattern.DOTALL);

  private static final Beginnings KNOWN =
      new Beginnings(
          List.of(
              "Exiting",
              "info: ",
              "warn: ",
              "debug: ",
              "smtp-out: ",
              "smtp-in: ",
              "smtp: ", // smtpctl trace, with all that clients and servers said
              "mta: ",
              "mda: ",
              "<<< [",
              "queue: ",
              "queue-",
              "scheduler: ",
              "smtpd: ",
              "fatal: ",
              "expand: ", // what smtpd -T traces, and the rest of this list
              "lookup: ",
              "rule #",
              "no rule matched",
              "mproc: ",
              "imsg: ",
              "io: ",
              "stat: ",
              "ramstat: ",
              "bounce: ",
              "proxy 0x",
              "filters init ",
              "filter session",
              "envelope: ",
              "profile-",
              "setup_",
              "subrcpt: ",
              "commands executed from aliases run with ",
              "mta_postfork: "));

  private static final Beginnings KNOWN_EVENTS =
      new Beginnings(
          List.of(
              "connecting ",
              "connected",
              "disconnected",
              "closed", // 6.0 to 6.3
              "error ",
              "host-rejects",
              "tls ",
              "starttls ",
              "server-cert",
              "client-cert",
              "cert-check",
              "bad-input",
              "failed-command ",
              "report",
              "timeout",
              "link-",
              "proxy",
              "rset",
              "lmtp",
              "delivery-",
              "auth"));

  private final OpenSmtpdSessions sessions;
  private final MessageTimes times;

  /**
   * Machines that write as 6.x and 7.x do. There a filter whose name is {@code smtp-in} may print
   * what looks like 5.x's; nor do sessions of the two ever meet.
   */
  private final Set<String> newer = new HashSet<>();

  OpenSmtpdReader(LogSettings settings) {
    super(settings);
    this.sessions = new OpenSmtpdSessions(settings.forgotten());
    this.times = new MessageTimes(settings.forgotten());
  }

  static boolean isOpenSmtpd(SyslogLine line) {
    return line.program().equals("smtpd")
        && (LINE.matcher(line.message()).matches()
            || OpenSmtpd5Line.of(line.message()) != null
            || line.message().startsWith("info: OpenSMTPD "));
  }

  @Override
  protected boolean isOwn(SyslogLine line) {
    return line.program().equals("smtpd");
  }

  @Override
  protected LineKind read(SyslogLine line, String host, FactSink sink) {
    OpenSmtpd5Line older = OpenSmtpd5Line.of(line.message());
    if (older != null) {
      return newer.contains(machine())
          ? LineKind.KNOWN
          : session("5 " + older.session(), line, host, older.event(), sink);
    }
    Matcher matcher = LINE.matcher(line.message());
    if (!matcher.matches()) {
      return withoutSession(line, host, sink);
    }
    String event = matcher.group(3);
    if (!matcher.group(2).equals("smtp")) {
      if (event.startsWith("delivery ")) {
        return delivery(line, host, matcher.group(2).equals("mda"), event, sink);
      }
      return KNOWN_EVENTS.begin(event) ? LineKind.KNOWN : LineKind.UNKNOWN;
    }
    newer.add(machine());
    return session(matcher.group(1), line, host, event, sink);
  }

  private LineKind session(String id, SyslogLine line, String host, String event, FactSink sink) {
    String key = machine() + ' ' + id;
    if (event.startsWith("message ")) {
      return message(line, host, sessions.of(key), event, sink);
    }
    if (event.startsWith("envelope ")) {
      return envelope(line, host, sessions.of(key), event, sink);
    }
    LineKind kind = sessions.read(key, line, host, event, sink);
    if (kind != null) {
      return kind;
    }
    if (event.startsWith("failed-command command=\"RCPT ")
        || event.startsWith("failed-command command=\"MAIL ")) {
      sink.refusal();
    }
    return KNOWN_EVENTS.begin(event) ? LineKind.KNOWN : LineKind.UNKNOWN;
  }

  private LineKind message(
      SyslogLine line,
      String host,
      OpenSmtpdSessions.Session session,
      String event,
      FactSink sink) {
    Matcher matcher = MESSAGE.matcher(event);
    if (!matcher.matches()) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(line.time(), host, matcher.group(1));
    times.opened(machine() + ' ' + matcher.group(1), line.time());
    facts.mailFrom = matcher.group(2);
    if (matcher.group(3) != null) {
      facts.recipients = List.of(Recipient.of(matcher.group(3)));
    }
    facts.size = Long.valueOf(matcher.group(4));
    facts.protocol = matcher.group(5);
    LineKind kind = LineKind.USED;
    if (session == null) {
      kind = LineKind.UNKNOWN; // whose it is
    } else {
      facts.client = session.client;
      facts.clientName = session.clientName;
      facts.tlsVersion = session.tlsVersion;
      facts.tlsCipher = session.tlsCipher;
      if (session.user != null) {
        facts.origin = Origin.AUTHENTICATED;
        facts.user = session.user;
      } else if (!session.whole) {
        kind = LineKind.UNKNOWN;
      } else if (!session.local) {
        facts.origin = Origin.UNAUTHENTICATED;
      } else if (facts.mailFrom != null) {
        facts.origin = localOrigin(facts.mailFrom);
      }
    }
    sink.facts(facts.build());
    return kind;
  }

  private LineKind envelope(
      SyslogLine line,
      String host,
      OpenSmtpdSessions.Session session,
      String event,
      FactSink sink) {
    Matcher matcher = ENVELOPE.matcher(event);
    if (!matcher.matches()) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(line.time(), host, matcher.group(1));
    facts.time = times.of(machine() + ' ' + matcher.group(1), line.time());
    facts.mailFrom = matcher.group(2);
    facts.recipients = List.of(Recipient.of(matcher.group(3)));
    if (session != null && session.whole && session.local && session.user == null) {
      facts.origin = localOrigin(facts.mailFrom);
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private static Origin localOrigin(String mailFrom) {
    return mailFrom.isEmpty() ? Origin.INTERNAL : Origin.LOCAL;
  }

  private LineKind delivery(
      SyslogLine line, String host, boolean local, String event, FactSink sink) {
    Matcher matcher = DELIVERY.matcher(event);
    if (!matcher.matches()) {
      return LineKind.UNKNOWN;
    }
    Fate fate =
        new Fate(
            matcher.group(1),
            matcher.group(2),
            matcher.group(3) == null ? "-" : matcher.group(3),
            local,
            matcher.group(4),
            matcher.group(5),
            matcher.group(6));
    return fate(line, host, fate, sink);
  }

  private LineKind withoutSession(SyslogLine line, String host, FactSink sink) {
    Matcher matcher = FATE.matcher(line.message());
    if (matcher.matches()) {
      // With neither it is the queue that gives up, which hands it to nobody.
      boolean tried = matcher.group(6) != null || matcher.group(7) != null;
      Fate fate =
          new Fate(
              matcher.group(3),
              matcher.group(4),
              matcher.group(5) == null ? "-" : matcher.group(5),
              tried ? matcher.group(7) != null : null,
              matcher.group(6),
              matcher.group(2),
              matcher.group(8));
      return fate(line, host, fate, sink);
    }
    return KNOWN.begin(line.message()) || PRINTED.matcher(line.message()).matches()
        ? LineKind.KNOWN
        : LineKind.UNKNOWN;
  }

  /**
   * What a line says became of a recipient.
   *
   * @param to where it went
   * @param given what the client gave, where that is another address; else "-" or empty
   * @param local null where the line does not tell
   * @param relay null or empty where it names none
   */
  private record Fate(
      String id,
      String to,
      String given,
      Boolean local,
      String relay,
      String result,
      String reply) {}

  private LineKind fate(SyslogLine line, String host, Fate fate, FactSink sink) {
    Outcome outcome =
        switch (fate.result) {
          case "Ok" -> Outcome.DELIVERED;
          case "TempFail" -> Outcome.DEFERRED;
          case "PermFail", "LoopFail", "Loop" -> Outcome.BOUNCED;
          case "Expire" -> Outcome.EXPIRED;
          case "Remove" -> Outcome.DISCARDED;
          default -> null;
        };
    if (outcome == null) {
      return LineKind.UNKNOWN;
    }
    Matcher status = STATUS.matcher(fate.reply);
    String to = fate.to;
    String given = fate.given.equals("-") || fate.given.isEmpty() ? to : fate.given;
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(line.time(), host, fate.id);
    facts.time = times.of(machine() + ' ' + fate.id, line.time());
    facts.recipients =
        List.of(
            new Recipient(
                given,
                given.equals(to) ? null : to,
                fate.local,
                outcome,
                status.matches() ? status.group(1) : null,
                NextHopReply.kept(fate.reply),
                fate.relay == null || fate.relay.isEmpty() ? null : fate.relay,
                outcome == Outcome.DELIVERED ? NextHopReply.queueId(fate.reply) : null,
                facts.time));
    sink.facts(facts.build());
    return LineKind.USED;
  }
}
