package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.TornText;
import org.whosent.record.Addresses;
import org.whosent.record.Continuation;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * Dovecot's submission service (2.3 and 2.4): it takes the login and hands the message to a relay
 * behind it, whose queue ID stands in the relay's reply. Two lines matter: {@code submission-login:
 * Login: user=<…>, method=…, rip=…, session=<…>} and {@code submission(USER)<PID><SESSION>:
 * Successfully relayed message: from=<…>, size=…, id=…, nrcpt=…, reply=`…'} (2.4: {@code relay:
 * Successfully …}).
 *
 * <p>The message has Dovecot's own ID, which stands in its {@code Received} field, and the relay's.
 * Where the relay is Postfix, its lines are in the same log, and it knows the same user by XCLIENT
 * or nobody (then only Dovecot's line has the login), both are one record under Postfix's ID: the
 * relay's own reply names the queue ID, which that Postfix gave out just before. Another relay's
 * log (Exim, Sendmail, …) may be indexed too, or be the same file: what it opened under that ID for
 * nobody, on the same host and within two seconds of its reply, joins Dovecot's record. Where the
 * two name different users, or the relay is on another host, Dovecot's is a record of its own, with
 * the relay's ID as its alias; it knows no recipients and no Message-ID, which the relay's record
 * has.
 *
 * <p>The user stands in the line's prefix, which the client's sender comes after; the session's
 * login must name the same one, if it was read. Where a master user logged in as that account, it
 * is as whom he acts, and he is the user: by {@code auth_user=<…>} before the session, which the
 * site may have in the login's line, or by {@link DovecotMasterLogin}. Where the log does not say
 * that he did, nothing tells him from the account. Known weak: {@code mail_log_prefix} and {@code
 * login_log_format_elements} must be near their defaults. Not thread-safe.
 */
public final class DovecotSubmission {
  private static final Pattern LOGIN =
      Pattern.compile(
          "submission-login: (?:Login|Logged in): user=<(.{1,1024}?)>, method=([A-Za-z0-9-]{1,32}),"
              + " rip=([0-9A-Fa-f.:]{2,45}),(.*), session=<([A-Za-z0-9+/]{1,64})>",
          Pattern.DOTALL);
  private static final Pattern RELAYED =
      Pattern.compile(
          "submission\\((.{1,1024}?)\\)<[0-9]{1,10}><([A-Za-z0-9+/]{1,64})>:"
              + " (?:relay: )?Successfully relayed message: from=<(.{0,8192})>, size=([0-9]{1,18}),"
              + " id=([A-Za-z0-9+/]{8,64}(?::T[0-9]{1,9})?), nrcpt=[0-9]{1,9}, reply=`(2.*)'",
          Pattern.DOTALL);

  /** What a client says in another line of a session may end so, and go on like that line. */
  private static final Pattern PREFIX_END =
      Pattern.compile("\\)<[0-9]{1,10}><[A-Za-z0-9+/]{1,64}>: ");

  /** A control character as rsyslog writes it; the login's line has {@code ?} in its place. */
  private static final Pattern ESCAPED = Pattern.compile("#(?:0[0-3][0-7]|177)");

  private static final Pattern TLS =
      Pattern.compile(
          ".*, (TLSv[0-9.]{1,5}) with cipher ([A-Za-z0-9_-]{1,64})\\b.*", Pattern.DOTALL);
  private static final Pattern FAILED =
      Pattern.compile(
          "submission-login: (?!Login:|Logged in:)[^(<=]{0,100}\\(auth failed.*", Pattern.DOTALL);

  /** Where Postfix's line about a login with this in it seems to end. */
  private static final String SASL_SENDER = ", sasl_sender=";

  private static final String AUTH_USER = ", auth_user=<";
  private static final String RELAYED_WORDS = ": Successfully relayed message: ";
  private static final String CUT = "...";

  /** The login's line cuts a name behind more bytes. */
  static final int PERHAPS_CUT = 50;

  private static final byte[] SUBMISSION = LineBytes.word("submission");

  /**
   * A client that has logged in.
   *
   * @param authUser whose password it was; null where the line does not tell
   * @param masters it may have been a master user's
   * @param proxied a Dovecot in front, or another that is trusted, speaks for the client
   */
  private record Session(
      Instant heard,
      String user,
      String authUser,
      boolean masters,
      boolean proxied,
      String mechanism,
      String client,
      boolean tls,
      String version,
      String cipher) {

    /** The login's line cuts a long name (str_sanitize), the prefix does not. */
    boolean isOf(String whole) {
      int cut = user.length() - CUT.length();
      return user.equals(whole)
          || isPerhapsCut(user) && whole.length() > cut && whole.startsWith(user.substring(0, cut));
    }
  }

  /** A line about a message of which it cannot be told where the user's name ends. */
  private record Unclear(Instant time, String message) {}

  /**
   * What the relay said when it opened a message.
   *
   * @param user as the relay knows it, or null
   * @param setBack the clock was set back between it and the line that asks, a moment ago
   */
  public record Opening(
      String queueId, Instant time, String instance, String user, boolean setBack) {
    boolean isJustBefore(Instant reply) {
      return setBack
          || !time.isAfter(reply.plus(SetBackClock.DISORDER))
              && !time.isBefore(reply.minus(NextHopReply.LONGEST_WAIT));
    }
  }

  /** Knows what the relay opened. */
  public interface Openings {
    /**
     * What it said of it; null for what it did not open, or long ago.
     *
     * @param reply when Dovecot had the reply that names the queue ID
     */
    Opening of(String host, String queueId, Instant reply);
  }

  private static final int ADDRESS = 1000;
  private static final int UNCLEAR = 1000;

  private final SessionTable<String, Session> sessions;
  private final DovecotPieces pieces;

  /** What is clear once the session's login is known: 2.4 may write that line a moment later. */
  private final SessionTable<String, Unclear> unclear;

  private final DovecotMasters masters;
  private final Openings openings;

  /** A line of the service was read. */
  private boolean isUsed;

  /**
   * A service before a relay whose openings are known.
   *
   * @param forgotten counts the sessions that are forgotten
   * @param openings of the relay
   */
  public DovecotSubmission(Forgotten forgotten, Openings openings) {
    sessions = new SessionTable<>(SessionTable.MANY, forgotten, Session::heard);
    pieces = new DovecotPieces(forgotten, RELAYED.asMatchPredicate());
    unclear = new SessionTable<>(UNCLEAR, forgotten, Unclear::time);
    masters = new DovecotMasters(forgotten);
    this.openings = openings;
  }

  /** Where the relay behind it is another than Postfix, whose openings are not asked. */
  public static DovecotSubmission before(LogSettings settings) {
    return new DovecotSubmission(settings.forgotten(), (_, _, _) -> null);
  }

  /** Which logins were master users'. */
  public DovecotMasters masters() {
    return masters;
  }

  /** True once a line of the service was read. */
  public boolean isUsed() {
    return isUsed;
  }

  /** True for what the service writes, and for what is said of who logs in to it. */
  public static boolean isOwn(String program, LineBytes line, int start) {
    return program.equals("dovecot")
        && (line.startsWith(SUBMISSION, start) || DovecotMasterLogin.isOne(line, start));
  }

  /** The same of a line in its parts. */
  public static boolean isOwn(SyslogLine line) {
    return isServices(line)
        || line.program().equals("dovecot") && DovecotMasterLogin.isOne(line.message());
  }

  /** True for what the service itself writes. */
  public static boolean isServices(SyslogLine line) {
    return line.program().equals("dovecot") && line.message().startsWith("submission");
  }

  /** Reads a line of the service, without syslog header. */
  public LineKind read(Instant time, String host, String text, FactSink sink) {
    String message = DovecotLevel.without(text);
    if (!message.startsWith("submission")) {
      return masters.read(time, host, message, sink);
    }
    isUsed = true;
    LineKind kind = LineKind.KNOWN; // of one that waits for its rest
    for (String whole : pieces.read(host, message)) {
      LineKind found = whole(time, host, whole, sink);
      kind = found == LineKind.KNOWN || kind == LineKind.USED ? kind : found;
    }
    return kind;
  }

  private LineKind whole(Instant time, String host, String message, FactSink sink) {
    Matcher login = LOGIN.matcher(message);
    boolean before = message.startsWith("submission-login: ");
    if (before && login.matches()) {
      Matcher tls = TLS.matcher(login.group(4));
      boolean named = tls.matches();
      String key = host + ' ' + login.group(5);
      sessions.put(
          key,
          new Session(
              time,
              login.group(1),
              authUser(login.group(4)),
              masters.maybe(host, login.group(1), time),
              isProxied(login.group(3), login.group(4)),
              login.group(2),
              Addresses.canonical(login.group(3)),
              login.group(4).contains(", TLS"),
              named ? tls.group(1) : null,
              named ? tls.group(2) : null));
      Unclear line = unclear.isEmpty() ? null : unclear.remove(key);
      return line == null ? LineKind.KNOWN : whole(line.time, host, line.message, sink);
    }
    Matcher relayed = RELAYED.matcher(message);
    if (!before && message.contains(RELAYED_WORDS) && relayed.matches()) {
      return relayed(time, host, relayed, sink);
    }
    masters.proxied().read(time, message);
    if (before && FAILED.matcher(message).matches()) {
      return FailedAuthentication.told(DovecotLoginFailure.of(time, host, message), sink);
    }
    boolean important =
        message.startsWith("submission-login: Login:")
            || message.startsWith("submission-login: Logged in:")
            || message.contains(RELAYED_WORDS);
    return important ? LineKind.UNKNOWN : LineKind.KNOWN;
  }

  /** {@code secured} is without TLS what comes from this host, or from one that is trusted. */
  private static boolean isProxied(String client, String elements) {
    return elements.contains(", secured")
        && !Addresses.isLoopback(client)
        && !elements.startsWith(" lip=" + client + ",");
  }

  private static boolean isPerhapsCut(String shown) {
    return shown.endsWith(CUT) && shown.length() - CUT.length() >= PERHAPS_CUT;
  }

  /**
   * Whose password it was, by {@code login_log_format_elements = … auth_user=<%{auth_user}>
   * session=<%{session}>}: the last one, so that what stands before it is no client's text.
   */
  private static String authUser(String elements) {
    int at = elements.indexOf(AUTH_USER);
    boolean is = at >= 0 && elements.endsWith(">");
    String name = is ? elements.substring(at + AUTH_USER.length(), elements.length() - 1) : "";
    return name.isEmpty() ? null : name;
  }

  /** True where somebody else than the account may have logged in, who is the user if known. */
  private boolean isAnothers(
      String host, Matcher line, Session session, SubmissionRecord.Builder facts) {
    String account = facts.user;
    if (session != null && session.proxied()) {
      // A proxy may log in as a master user for everybody, whose password it had.
      DovecotProxied.Answer answer = masters.proxied().of(line.group(2), line.group(1));
      boolean anothers = answer.whose() != DovecotProxied.Whose.ACCOUNT;
      facts.user = anothers ? answer.master() : account;
      facts.authorizationId = anothers ? account : null;
      return anothers;
    }
    DovecotMasterLogin master = masters.in(host, line.group(2));
    if (session != null && session.authUser() != null) {
      facts.user =
          session.authUser().equals(session.user())
              ? account
              : isPerhapsCut(session.authUser()) ? null : session.authUser();
    } else if (master != null) {
      // Of two accounts either may be whose session it is.
      facts.user = master.account().equals(line.group(1)) ? master.master() : null;
    } else if (session == null
        ? masters.maybe(host, account)
        : session.masters() || masters.maybe(host, session.user(), session.heard())) {
      facts.user = null;
    }
    boolean another = !account.equals(facts.user);
    facts.authorizationId = another ? account : null;
    return another;
  }

  private LineKind relayed(Instant logged, String host, Matcher line, FactSink sink) {
    String user = line.group(1);
    Session session = sessions.get(host + ' ' + line.group(2));
    // An account's name may read like the end of the prefix, and a sender like its beginning.
    String message = line.group();
    boolean twice = message.indexOf(RELAYED_WORDS) != message.lastIndexOf(RELAYED_WORDS);
    if (session != null && !session.isOf(user)) {
      user = ESCAPED.matcher(user).replaceAll("?");
    }
    boolean torn = TornText.isIn(user) || TornText.isInAddress(line.group(3));
    if (session == null && twice) {
      unclear.put(host + ' ' + line.group(2), new Unclear(logged, message));
    }
    boolean unclearUser = session == null && PREFIX_END.matcher(user).find();
    if (torn || unclearUser || (session == null ? twice : !session.isOf(user))) {
      return LineKind.UNKNOWN;
    }
    String ownId = line.group(5);
    String reply = line.group(6);
    String queueId = NextHopReply.queueId(reply);
    Opening known = queueId == null ? null : openings.of(host, queueId, logged);
    Opening opening = known == null || !known.isJustBefore(logged) ? null : known;
    Instant time = opening != null && opening.setBack() ? opening.time() : logged;
    if (opening == null) {
      sink.machine(""); // the relay may be another of that name
    }
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = time;
    facts.host = host;
    facts.user = user;
    boolean another = isAnothers(host, line, session, facts);
    facts.origin = Origin.AUTHENTICATED;
    if (session != null) {
      facts.mechanism = session.mechanism();
      facts.client = session.client();
      facts.protocol = session.tls() ? "ESMTPSA" : "ESMTPA"; // RFC 3848
      facts.tlsVersion = session.version();
      facts.tlsCipher = session.cipher();
    }
    String told = opening == null ? null : opening.user(); // by XCLIENT
    boolean cut = told != null && user.startsWith(told + SASL_SENDER);
    if (cut) {
      facts.authorizationId = told;
      another = true;
    }
    boolean toldWho = cut || user.equals(told);
    if (opening != null && opening.user() == null || toldWho && another) {
      // What the relay opened is the rest of this submission's way, as behind a filter.
      facts.time = opening.time();
      facts.instance = opening.instance();
      facts.transactionId = queueId;
      facts.aliases = List.of(ownId);
      facts.service = "submission";
      facts.continuations =
          List.of(new Continuation(queueId, opening.time(), opening.instance(), null).text());
    } else if (toldWho) {
      facts.transactionId = queueId;
      facts.aliases = List.of(ownId);
      facts.client = null; // the relay's line has it
      facts.origin = null;
    } else {
      facts.transactionId = ownId;
      facts.service = "submission";
      facts.mailFrom = line.group(3).length() > ADDRESS ? null : line.group(3);
      facts.size = Long.valueOf(line.group(4));
      if (queueId != null) {
        facts.aliases = List.of(queueId);
      }
      if (queueId != null && known == null) {
        // Some other server on this host, whose log may be read too: it opened the message for
        // this very service, at the time of its reply.
        facts.continuations = List.of(new Continuation(queueId, time, null, null).text());
      }
      if (opening != null) {
        SubmissionRecord.Builder behind = SubmissionRecord.Builder.of(time, host, queueId);
        behind.aliases = List.of(ownId);
        sink.facts(behind.build());
      }
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }
}
