package org.whosent.msa.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.msa.hop.Envelope;
import org.whosent.msa.support.KeepingHop;

/**
 * What a dialogue must have come to, worked out the other way round than the server does it: not
 * octet by octet but over the whole of what was said, with searches. It takes from the replies
 * which commands were accepted, and says from that alone where each command, each message and each
 * chunk begins and ends, how many replies there must be, and which messages the next hop must have,
 * octet for octet.
 */
final class SessionModel {
  private static final Pattern REPLY_LINE = Pattern.compile("[2-5][0-9][0-9]([ -])[^\r\n]*");

  /** Written otherwise than the server's own, on purpose. */
  private static final Pattern CHUNK =
      Pattern.compile("BDAT [ \\t]*0*([0-9]+?) *(| LAST)[ \\t]*", Pattern.CASE_INSENSITIVE);

  private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r(?!\n)");

  private static final Pattern BARE = Pattern.compile("(?<!\r)\n|\r(?!\n)");
  private static final Pattern BINARY =
      Pattern.compile("MAIL .*> .*BODY=BINARYMIME.*", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOP =
      Pattern.compile(
          "Received: from [^\r\n]+\r\n\tby msa\\.example\\.org [^\r\n]+(\r\n\tfor <[^\r\n]+>)?;"
              + "\r\n\t[^\r\n]+\r\n(\r\n)?");

  private final String said;
  private final String heard;
  private final List<KeepingHop.Mail> mails;
  private final boolean normalize;
  private int at;
  private int heardAt;
  private int taken;
  private int recipients;
  private boolean binary;

  /** Too many failed logins end a session with whatever the last of them was told. */
  private boolean loggingIn;

  private StringBuilder chunks = new StringBuilder();

  SessionModel(byte[] said, String heard, List<KeepingHop.Mail> mails, boolean normalize) {
    this.said = new String(said, StandardCharsets.ISO_8859_1);
    this.heard = heard;
    this.mails = mails;
    this.normalize = normalize;
  }

  /** Throws an AssertionError where the server did something else. */
  void check() {
    must(reply().startsWith("220 "), "no greeting");
    String last = "220";
    while (hasReply()) {
      String line = line();
      must(line != null, "a reply to nothing");
      last = reply();
      if (line.equals("\n")) {
        must(last.startsWith("521"), "a bare newline was taken for the end of a line");
        break;
      }
      loggingIn = line.regionMatches(true, 0, "AUTH", 0, 4);
      if (last.startsWith("334")) {
        while (last.startsWith("334") && hasReply()) {
          must(line() != null, "a reply to nothing");
          last = reply();
        }
        continue;
      }
      if (last.startsWith("220 2.0.0 go ahead")) {
        // What follows is TLS, or nothing.
        must(taken == mails.size(), "more messages than there were");
        return;
      }
      last = command(line, last);
    }
    must(taken == mails.size(), "more messages than there were");
    boolean closed =
        last.matches("(?s)(221|421|521|501 5.5.4 BDAT).*") || loggingIn && last.charAt(0) > '3';
    must(closed || !hasWholeCommand(), "a command without a reply");
  }

  private String command(String said, String reply) {
    String line = said.replaceFirst("[ \\t]+$", "");
    int blank = line.indexOf(' ');
    String verb = (blank < 0 ? line : line.substring(0, blank)).toUpperCase(Locale.ROOT);
    switch (verb) {
      case "EHLO", "HELO", "RSET" -> {
        if (reply.startsWith("250")) {
          chunks.setLength(0);
        }
      }
      case "MAIL" -> {
        if (reply.startsWith("250")) {
          recipients = 0;
          chunks.setLength(0);
          binary = BINARY.matcher(line).matches();
        }
      }
      case "RCPT" -> recipients += reply.startsWith("250") ? 1 : 0;
      case "DATA" -> {
        return reply.startsWith("354") ? data() : reply;
      }
      case "BDAT" -> chunk(line, reply);
      default ->
          must(
              !line.matches("(?is)[^a-z]*BDAT.*") || !hasReply(),
              "went on where somebody else may see a chunk");
    }
    return reply;
  }

  private String data() {
    String rest = said.substring(at);
    int end = ("\r\n" + rest).indexOf("\r\n.\r\n");
    if (end < 0) {
      must(!hasReply(), "an end of data was seen where none is");
      at = said.length();
      return "";
    }
    must(hasReply(), "an end of data was not seen");
    String content = rest.substring(0, end);
    at += end + 3;
    String reply = reply();
    StringBuilder lines = new StringBuilder();
    for (String line : content.split("(?<=\r\n)", -1)) {
      lines.append(line.startsWith(".") ? line.substring(1) : line);
    }
    message(lines.toString(), reply);
    return reply;
  }

  private void chunk(String line, String reply) {
    Matcher matcher = CHUNK.matcher(line);
    long size = -1;
    if (matcher.matches() && matcher.group(1).length() < 12) {
      size = Long.parseLong(matcher.group(1));
    }
    if (size < 0 || size > 2 * SessionTarget.MAX_MESSAGE) {
      must(!reply.startsWith("2") && !hasReply(), "went on though the chunk has no known end");
      at = said.length();
      return;
    }
    boolean closing = !reply.startsWith("2") && !hasReply();
    if (size > said.length() - at) {
      must(closing, "a chunk was taken that is not all there");
      at = said.length();
      return;
    }
    String octets = said.substring(at, at + (int) size);
    at += (int) size;
    if (reply.startsWith("250 2.0.0 Ok: queued") || isFault(reply)) {
      chunks.append(octets);
      if (!matcher.group(2).isEmpty()) {
        message(chunks.toString(), reply);
      }
      chunks.setLength(0);
    } else if (reply.startsWith("250")) {
      must(matcher.group(2).isEmpty(), "a last chunk that was none");
      chunks.append(octets);
    }
  }

  private static boolean isFault(String reply) {
    return reply.startsWith("550 5.5.2")
        || reply.startsWith("550 5.6.0")
        || reply.startsWith("552 5.3.4");
  }

  /** A message that was heard to its end. */
  private void message(String content, String reply) {
    String kept = binary ? binary(content) : lines(content);
    boolean sound = kept != null && kept.length() <= SessionTarget.MAX_MESSAGE;
    boolean loop = content.toLowerCase(Locale.ROOT).split("received").length > 100;
    must(reply.startsWith("250") == sound || loop, "sound: " + sound + ", but " + reply);
    chunks.setLength(0);
    if (!reply.startsWith("250")) {
      return;
    }
    must(taken < mails.size(), "acknowledged and not handed on");
    KeepingHop.Mail mail = mails.get(taken++);
    must(mail.recipients() == recipients, "recipients");
    must((mail.envelope().body() == Envelope.Body.BINARY) == binary, "body type");
    must(mail.content().endsWith(kept), "other content");
    String top = mail.content().substring(0, mail.content().length() - kept.length());
    must(TOP.matcher(top).matches(), "top: " + top);
    recipients = 0;
    binary = false;
  }

  /** What must be handed on, or null when the message has a fault. */
  private String lines(String content) {
    String whole = normalize ? BARE.matcher(content).replaceAll("\r\n") : content;
    if (!whole.isEmpty() && !whole.endsWith("\r\n")) {
      whole += BARE.matcher(whole).find() ? "" : "\r\n";
    }
    return isSound(whole) ? whole : null;
  }

  private String binary(String content) {
    int end = ("\r\n" + content).indexOf("\r\n\r\n");
    if (end < 0) {
      String whole = content.isEmpty() || content.endsWith("\r\n") ? content : content + "\r\n";
      return isSound(content.endsWith("\r") ? content : whole) ? whole : null;
    }
    return isSound(content.substring(0, end)) ? content : null;
  }

  private static boolean isSound(String lines) {
    if (BARE.matcher(lines).find() || lines.indexOf('\0') >= 0) {
      return false;
    }
    for (String line : lines.split("\r\n")) {
      if (line.length() > SessionTarget.MAX_LINE - 2) {
        return false;
      }
    }
    return true;
  }

  /** The next line; a line feed when it ends otherwise than in CRLF; null when it has no end. */
  private String line() {
    Matcher end = LINE_END.matcher(said).region(at, said.length());
    if (!end.find() || end.group().equals("\r") && end.end() == said.length()) {
      return null;
    }
    String line = said.substring(at, end.start());
    at = end.end();
    return end.group().equals("\r\n") ? line : "\n";
  }

  /** True when a command stands there that is owed a reply. */
  private boolean hasWholeCommand() {
    int before = at;
    String line = line();
    boolean has = line != null;
    Matcher chunk = CHUNK.matcher(has ? line : "");
    if (chunk.matches() && chunk.group(1).length() < 12) {
      // One whose octets are not all there is answered never.
      has = Long.parseLong(chunk.group(1)) <= said.length() - at;
    }
    at = before;
    return has;
  }

  private boolean hasReply() {
    return heardAt < heard.length();
  }

  private String reply() {
    StringBuilder reply = new StringBuilder();
    while (true) {
      int end = heard.indexOf("\r\n", heardAt);
      must(end >= 0, "a reply without an end");
      String line = heard.substring(heardAt, end);
      heardAt = end + 2;
      Matcher matcher = REPLY_LINE.matcher(line);
      must(matcher.matches(), "no reply: " + line);
      reply.append(line).append('\n');
      if (matcher.group(1).equals(" ")) {
        return reply.toString();
      }
    }
  }

  private void must(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(
          "%s\nsaid up to %d: %s\nheard: %s\nhop has: %s"
              .formatted(what, at, visible(said), visible(heard), visible(mails.toString())));
    }
  }

  private static String visible(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
  }
}
