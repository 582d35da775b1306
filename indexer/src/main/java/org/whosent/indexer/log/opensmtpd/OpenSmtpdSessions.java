package org.whosent.indexer.log.opensmtpd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Addresses;

/**
 * OpenSMTPD's SMTP sessions by their 64-bit IDs, which do not come again: who connected, over which
 * TLS, and who logged in ({@code smtp_session.c}; from 6.0 to 6.3 with {@code event=} before each
 * word). Not thread-safe.
 */
final class OpenSmtpdSessions {
  private static final Pattern CONNECTED =
      Pattern.compile(
          "connected address=\\[?(?:IPv6:)?([0-9A-Fa-f.:]{2,45}|local)]? host=(\\S{1,255})");
  private static final Pattern TLS =
      Pattern.compile(
          "(?:starttls|tls)(?: address=\\S+ host=\\S+)? ciphers=\"?(?:version=)?"
              + "([A-Za-z0-9.]{1,16})(?::|, cipher=)([A-Za-z0-9_-]{1,64}).*",
          Pattern.DOTALL);

  /**
   * The login is written by {@code vis(3)} with its blanks escaped, so that it cannot hold one;
   * what a failed login may claim stands before the daemon's own last word.
   */
  private static final Pattern AUTHENTICATION =
      Pattern.compile(
          "authentication user=(\\S{1,1024})(?: address=\\S+ host=\\S+)? result=([a-z]{2,16})");

  /** It writes 255 characters at most, and no part of an escaped byte's four. */
  private static final int PERHAPS_CUT = 252;

  /** What is known of one session. */
  static final class Session {
    /** All that the session may have said of a login was read. */
    boolean whole;

    /** A command on the machine itself, or the server, is at the other end. */
    boolean local;

    String client;
    String clientName;
    String tlsVersion;
    String tlsCipher;
    String user;
  }

  private final SessionTable<String, Session> sessions;

  OpenSmtpdSessions(Forgotten forgotten) {
    sessions = new SessionTable<>(SessionTable.MANY, forgotten);
  }

  /**
   * Takes note of what was said in that session.
   *
   * @param key session and host
   * @return null when the line is not about the session itself
   */
  LineKind read(String key, SyslogLine line, String host, String event, FactSink sink) {
    if (event.startsWith("connected ")) {
      return connected(key, event);
    }
    if (event.startsWith("tls ") || event.startsWith("starttls ")) {
      return tls(key, event);
    }
    if (event.startsWith("authentication ")) {
      return authentication(key, line, host, event, sink);
    }
    if (event.startsWith("disconnected") || event.startsWith("closed")) {
      sessions.remove(key);
      return LineKind.KNOWN;
    }
    return null;
  }

  private LineKind connected(String key, String event) {
    Matcher matcher = CONNECTED.matcher(event);
    if (!matcher.matches()) {
      return LineKind.UNKNOWN;
    }
    Session session = new Session();
    session.whole = true;
    session.local = matcher.group(1).equals("local");
    if (!session.local) {
      session.client = Addresses.canonical(matcher.group(1));
      session.clientName = matcher.group(2).equals("<unknown>") ? null : matcher.group(2);
    }
    sessions.put(key, session);
    return LineKind.KNOWN;
  }

  private LineKind tls(String key, String event) {
    Matcher matcher = TLS.matcher(event);
    if (!matcher.matches()) {
      return LineKind.UNKNOWN;
    }
    Session session = sessions.computeIfAbsent(key, _ -> new Session());
    session.tlsVersion = matcher.group(1);
    session.tlsCipher = matcher.group(2);
    return LineKind.KNOWN;
  }

  private LineKind authentication(
      String key, SyslogLine line, String host, String event, FactSink sink) {
    Matcher matcher = AUTHENTICATION.matcher(event);
    Session session = sessions.get(key);
    if (!matcher.matches()) {
      if (session != null) {
        session.whole = false; // perhaps somebody has logged in
      }
      return LineKind.UNKNOWN;
    }
    String login = LoggedBytes.vis(matcher.group(1));
    if (matcher.group(2).equals("ok")) {
      if (matcher.group(1).length() >= PERHAPS_CUT) {
        sessions.computeIfAbsent(key, _ -> new Session()).whole = false; // somebody has logged in
        return LineKind.UNKNOWN;
      }
      sessions.computeIfAbsent(key, _ -> new Session()).user = login;
      return LineKind.KNOWN;
    }
    String client = session == null ? null : session.client;
    return FailedAuthentication.told(
        FailedAuthentication.ofSession(line.time(), host, client, null, login), sink);
  }

  /** The session, or null. */
  Session of(String key) {
    return sessions.get(key);
  }
}
