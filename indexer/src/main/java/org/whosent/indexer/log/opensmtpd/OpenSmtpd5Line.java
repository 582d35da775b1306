package org.whosent.indexer.log.opensmtpd;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of OpenSMTPD 5 about an SMTP session ({@code smtp-in: …}, in {@code smtp_session.c} of 5.3
 * to 5.9), as 6.x would write it: {@link OpenSmtpdReader} and {@link OpenSmtpdSessions} read both
 * by one grammar. There are two kinds, the one with the session's ID behind the words, the other
 * before them.
 *
 * <p>What a client chose holds no blank (a login is written by {@code vis(3)}, addresses are of RFC
 * 5321 without quotes) or stands behind all that is taken from the line (a command that failed).
 * Immutable.
 *
 * @param session 16 hexadecimal digits
 * @param event the words behind {@code smtp} that 6.x has
 */
record OpenSmtpd5Line(String session, String event) {
  private static final String BEGINNING = "smtp-in: ";
  private static final String ID = "(?<session>[0-9a-f]{16})";
  private static final String HOST =
      "from host (?<host>\\S{1,255}) \\[(?:IPv6:)?(?<address>[0-9A-Fa-f.:]{2,45}|local)]";
  private static final String TLS =
      "version=(?<version>[A-Za-z0-9.]{1,16})(?:/[A-Za-z0-9.]{1,16})?"
          + "(?: \\((?<exact>[A-Za-z0-9.]{1,16})\\))?, cipher=(?<cipher>[A-Za-z0-9_-]{1,64}),"
          + " bits=[0-9]{1,5}";
  private static final String ENVELOPE =
      "from=(?<from><[^<> ]{0,1000}>)(?:, to=(?<to><[^<> ]{0,1000}>))?, size=(?<size>[0-9]{1,18}),"
          + " (?:nrcpts|ndest)=[0-9]{1,9}, proto=(?<proto>[A-Z0-9]{1,16})";

  /** A kind of line, and the event that it is. */
  private record Kind(Pattern pattern, Function<Matcher, String> event) {
    static Kind of(String pattern, Function<Matcher, String> event) {
      return new Kind(Pattern.compile(pattern, Pattern.DOTALL), event);
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          Kind.of("New session " + ID + " " + HOST, OpenSmtpd5Line::connected),
          Kind.of("Started TLS on session " + ID + ": " + TLS, OpenSmtpd5Line::tls),
          Kind.of(
              "Accepted authentication for user (?<user>\\S{1,1024}) on session " + ID,
              line -> login(line, "ok")),
          Kind.of(
              "Authentication failed for user (?<user>\\S{1,1024}) on session " + ID,
              line -> login(line, "permfail")),
          Kind.of(
              "Authentication temporarily failed for user (?<user>\\S{1,1024}) on session " + ID,
              line -> login(line, "tempfail")),
          Kind.of(
              "Accepted message (?<message>[0-9a-f]{8}) on session " + ID + ": " + ENVELOPE,
              OpenSmtpd5Line::message),
          Kind.of(
              "(?:Closing|Received disconnect from|Disconnecting) session " + ID + "(?:: .*)?",
              _ -> "disconnected"),
          Kind.of("Failed command on session " + ID + ": (?<command>\".*)", OpenSmtpd5Line::failed),
          Kind.of(
              "session " + ID + ": connection " + HOST + " established", OpenSmtpd5Line::connected),
          Kind.of("session " + ID + ": connection from host .* closed.*", _ -> "disconnected"),
          Kind.of("session " + ID + ": TLS started " + TLS, OpenSmtpd5Line::tls),
          Kind.of(
              "session " + ID + ": authentication successful for user (?<user>\\S{1,1024}) ?",
              line -> login(line, "ok")),
          Kind.of(
              "session " + ID + ": authentication failed for user (?<user>\\S{1,1024}) ?",
              line -> login(line, "permfail")),
          Kind.of(
              "session "
                  + ID
                  + ": authentication temporarily failed for user (?<user>\\S{1,1024}) ?",
              line -> login(line, "tempfail")),
          Kind.of("session " + ID + ": authentication .*", _ -> "authentication of another kind"),
          Kind.of(
              "session " + ID + ": msgid=(?<message>[0-9a-f]{8}), status=Ok, " + ENVELOPE,
              OpenSmtpd5Line::message),
          Kind.of(
              "session " + ID + ": received invalid command: (?<command>\".*)",
              OpenSmtpd5Line::failed));

  /**
   * Reads a line.
   *
   * @return null when it is none of these
   */
  static OpenSmtpd5Line of(String message) {
    if (!message.startsWith(BEGINNING)) {
      return null;
    }
    for (Kind kind : KINDS) {
      Matcher line = kind.pattern.matcher(message).region(BEGINNING.length(), message.length());
      if (line.matches()) {
        return new OpenSmtpd5Line(line.group("session"), kind.event.apply(line));
      }
    }
    return null;
  }

  private static String connected(Matcher line) {
    return "connected address=" + line.group("address") + " host=" + line.group("host");
  }

  /** {@code TLSv1/SSLv3 (TLSv1.2)}: OpenSSL's name of what it began with, and the version. */
  private static String tls(Matcher line) {
    String exact = line.group("exact");
    return "tls ciphers="
        + (exact == null ? line.group("version") : exact)
        + ":"
        + line.group("cipher");
  }

  private static String login(Matcher line, String result) {
    return "authentication user=" + line.group("user") + " result=" + result;
  }

  private static String message(Matcher line) {
    String to = line.group("to");
    return "message msgid="
        + line.group("message")
        + " from="
        + line.group("from")
        + (to == null ? "" : " to=" + to)
        + " size="
        + line.group("size")
        + " nrcpt=1 proto="
        + line.group("proto");
  }

  private static String failed(Matcher line) {
    return "failed-command command=" + line.group("command");
  }
}
