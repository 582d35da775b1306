package org.whosent.indexer.log.reader;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.TornText;

/**
 * The queue ID in what a next hop said when it took a message. The text is the other side's, so an
 * ID from here is a claim about that hand-over and nothing else; it is cut to the characters and
 * the length that mail servers use. Stateless.
 */
public final class NextHopReply {
  /** Nobody waits for it any longer: RFC 5321 section 4.5.3.2.6 has ten minutes. */
  public static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

  private static final int LONGEST_REPLY = 1000;
  private static final int SHORTEST_ID = 4;
  private static final int LONGEST_ID = 100;
  private static final String FORWARDED = "forwarded as ";
  private static final String ID = "([A-Za-z0-9][A-Za-z0-9._@/+-]{3,99})";

  /** Postfix, our MSA, Haraka's and others' plugins; in any case. */
  private static final String QUEUED = "queued as ";

  /** Exim. */
  private static final String EXIM = "OK id=";

  /**
   * What other servers say.
   *
   * @param literal stands in every such reply: looking for it costs a tenth of the pattern
   */
  private record Form(String literal, Pattern pattern) {}

  /** The last match of the first that fits, since a filter quotes the hop behind it. */
  private static final List<Form> FORMS =
      List.of(
          // Exchange
          new Form("[InternalId=", Pattern.compile("\\[InternalId=([0-9]{1,20})[],]")),
          // Google; of what a DMARC policy has it put aside, that as well
          new Form(
              " - gsmtp",
              Pattern.compile("\\bOK +(?:DMARC:[A-Za-z]{1,20} )?[0-9]{6,12} " + ID + " - gsmtp")),
          // Google until 2012
          new Form(
              "OK 1", Pattern.compile("\\bOK 1[0-9]{9} ([a-z0-9]{5,30}\\.[0-9]{1,3})(?![^)])")),
          // Naver
          new Form(" - nsmtp", Pattern.compile("\\bOK " + ID + " - nsmtp")),
          // Oracle and Sun, and once Apple
          new Form(
              "Ok, envelope id ",
              Pattern.compile("\\bOk, envelope id [ \\t]{0,2}" + ID + "(?![^)])")),
          // Yandex
          new Form(
              " queued on ",
              Pattern.compile(" queued on [A-Za-z0-9.-]{1,255} (?:as )?[0-9]{9,10}-" + ID)),
          // Yandex in the early 2010s
          new Form(
              ".mail.yandex.net as ",
              Pattern.compile(" queued on [a-z0-9]{1,64}\\.mail\\.yandex\\.net as " + ID)),
          // KumoMTA
          new Form("OK ids=", Pattern.compile("\\bOK ids=" + ID)),
          // Haraka
          new Form("Message Queued (", Pattern.compile("\\bMessage Queued \\(" + ID + "\\)")),
          // GMX, WEB.DE, IONOS
          new Form("completed: id=", Pattern.compile("\\bcompleted: id=" + ID)),
          // qpsmtpd
          new Form("(Queue-Id: ", Pattern.compile("\\(Queue-Id: " + ID + "\\)")),
          // Stalwart
          new Form(
              "Message queued with id ",
              Pattern.compile("\\bMessage queued with id ([0-9A-Fa-f]{4,20})\\b")),
          // Amazon SES
          new Form("Ok ", Pattern.compile("\\bOk ([0-9a-f]{16}-[0-9a-f-]{36}-[0-9]{6})\\b")),
          // Amazon, for what it receives
          new Form("OK ", Pattern.compile("\\bOK ([a-v0-9]{40})(?![^)])")),
          // Mimecast
          new Form("Received OK [", Pattern.compile("\\bReceived OK \\[" + ID + "]")),
          // IronPort
          new Form("Message ", Pattern.compile("\\b[Oo][Kk]: {1,2}Message ([0-9]{4,20}) accepted")),
          // Dovecot's LMTP: the session, which stands in its Received field
          new Form(" Saved", Pattern.compile("> " + ID + " Saved\\b")),
          // Cloudmark
          new Form(
              " mail accepted for delivery",
              Pattern.compile("\\b2\\.0\\.0 " + ID + " mail accepted for delivery")),
          // Sendmail, OpenSMTPD, CommuniGate; an enhanced status code is no ID
          new Form(
              "essage accepted for delivery",
              Pattern.compile(
                  " (?![245]\\.[0-9]{1,3}\\.[0-9]{1,3} )"
                      + ID
                      + ":? [Mm]essage accepted for delivery")));

  private NextHopReply() {}

  /** A reply as far as it is kept. */
  public static String kept(String reply) {
    return reply.length() > LONGEST_REPLY ? reply.substring(0, LONGEST_REPLY) : reply;
  }

  /** The ID, or null when the reply names none that we know how to read. */
  public static String queueId(String reply) {
    String text = kept(reply);
    if (TornText.isIn(text)) {
      return null; // what follows is said of another message
    }
    String queued = behind(QUEUED, text);
    if (queued != null) {
      return queued;
    }
    // Postfix local(8): a .forward or alias made a new message of it.
    String forwarded = text.startsWith(FORWARDED) ? id(text, FORWARDED.length()) : null;
    if (forwarded != null) {
      return forwarded;
    }
    String exim = behind(EXIM, text);
    if (exim != null) {
      return exim;
    }
    for (Form form : FORMS) {
      if (text.contains(form.literal)) {
        Matcher matcher = form.pattern.matcher(text);
        String id = null;
        while (matcher.find()) {
          id = matcher.group(1);
        }
        if (id != null) {
          return id;
        }
      }
    }
    return null;
  }

  /** The ID behind the last of these words that one stands behind; or null. */
  private static String behind(String words, String text) {
    boolean anyCase = words.equals(QUEUED);
    char first = words.charAt(0);
    // Quick, and enough for most: a reply says it in one of two ways.
    if (anyCase ? text.indexOf(first) < 0 && text.indexOf('Q') < 0 : !text.contains(words)) {
      return null;
    }
    for (int at = text.length() - words.length(); at >= 0; at--) {
      char c = text.charAt(at);
      if ((c == first || anyCase && c == first - 'a' + 'A')
          && text.regionMatches(anyCase, at, words, 0, words.length())
          && (at == 0 || !isWord(text.charAt(at - 1)))) {
        int from = at + words.length();
        String id = id(text, from);
        if (id != null) {
          // Coremail puts its host before the ID: "queued as mx10,PsCowEBZcFlk"
          int end = from + id.length();
          String second = anyCase && text.startsWith(",", end) ? id(text, end + 1) : null;
          return second == null ? id : second;
        }
      }
    }
    return null;
  }

  /** As {@link #ID} has it. */
  private static String id(String text, int from) {
    int end = from;
    int most = Math.min(text.length(), from + LONGEST_ID);
    while (end < most
        && (isLetterOrDigit(text.charAt(end)) || "._@/+-".indexOf(text.charAt(end)) >= 0)) {
      end++;
    }
    return end - from >= SHORTEST_ID && isLetterOrDigit(text.charAt(from))
        ? text.substring(from, end)
        : null;
  }

  private static boolean isWord(char c) {
    return isLetterOrDigit(c) || c == '_';
  }

  private static boolean isLetterOrDigit(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
