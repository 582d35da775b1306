package org.whosent.msa.client;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's reply (RFC 5321 section 4.2). Immutable.
 *
 * @param code 200 to 599
 * @param status its enhanced status code (RFC 3463), or null when it gave none
 * @param text all its lines joined by a blank, without codes; printable ASCII only, at most 480
 *     characters: it may be shown to others and go into a reply of ours, whose lines have 512 (RFC
 *     5321 section 4.5.3.1.5)
 * @param lines the lines of text as they came, one character an octet
 */
public record SmtpReply(int code, String status, String text, List<String> lines) {
  private static final int MAX_TEXT = 480;
  private static final List<Pattern> QUEUE_IDS =
      List.of(
          // Postfix "Ok: queued as 4X…", ours
          Pattern.compile("queued as ([A-Za-z0-9._-]{3,64})\\b", Pattern.CASE_INSENSITIVE),
          // Exim "OK id=1t…", KumoMTA "OK ids=…"
          Pattern.compile("\\bids?=([A-Za-z0-9._-]{3,64})\\b"),
          // Haraka "Message Queued (…)"
          Pattern.compile("queued \\(([A-Za-z0-9._-]{3,64})\\)", Pattern.CASE_INSENSITIVE),
          // Sendmail, OpenSMTPD "… Message accepted for delivery"
          Pattern.compile("^([A-Za-z0-9._-]{5,64}) Message accepted"));
  private static final Pattern STATUS =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?: +(.*)|$)");

  public SmtpReply {
    lines = List.copyOf(lines);
  }

  static SmtpReply of(int code, List<String> lines) {
    StringBuilder text = new StringBuilder();
    String status = null;
    for (String line : lines) {
      String said = line;
      Matcher matcher = STATUS.matcher(line);
      // RFC 2034 section 4: the class of the enhanced code is that of the reply.
      if (matcher.matches() && line.charAt(0) - '0' == code / 100) {
        status = status == null ? matcher.group(1) : status;
        said = matcher.group(2) == null ? "" : matcher.group(2);
      }
      if (!text.isEmpty() && !said.isEmpty()) {
        text.append(' ');
      }
      for (int i = 0; i < said.length() && text.length() < MAX_TEXT; i++) {
        char c = said.charAt(i);
        text.append(c >= ' ' && c < 0x7f ? c : '?');
      }
    }
    return new SmtpReply(code, status, text.toString(), lines);
  }

  public boolean isPositive() {
    return code < 400;
  }

  /** True when it is done, and not merely to go on with (RFC 5321 section 4.2.1). */
  public boolean isCompletion() {
    return code < 300;
  }

  public boolean isPermanent() {
    return code >= 500;
  }

  /**
   * The ID under which the server says that it took the message, or null when it says none. Nothing
   * in angle brackets is one: Exchange has the Message-ID there, which is whatever its sender
   * wrote.
   */
  public String queueId() {
    String said = text.replaceAll("<.*>", "<>");
    for (Pattern pattern : QUEUE_IDS) {
      Matcher matcher = pattern.matcher(said);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return null;
  }

  /** On one line, with its codes. */
  @Override
  public String toString() {
    return code + (status == null ? "" : " " + status) + (text.isEmpty() ? "" : " " + text);
  }
}
