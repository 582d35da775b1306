package org.whosent.indexer.log.sendmail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.TornText;

/**
 * Sendmail's line about a message it took ({@code logsender} in {@code envelope.c}): {@code from=…,
 * size=…, class=…, [pri=…, ]nrcpts=…[, msgid=…][, bodytype=…][, proto=…][, daemon=…][,
 * tls_verify=…[, tls_version=…, cipher=…]][, auth=…], relay=…} (version and cipher in
 * Proofpoint's).
 *
 * <p>Sender and Message-ID are the client's and may read like any of these. So the fields behind
 * the Message-ID are taken from the line's end, each once and in their order, and the sender by RFC
 * 5321's grammar from its beginning. Sendmail cuts senders at 200 characters and Message-IDs at
 * 100: what may have been cut is left out. Immutable.
 *
 * @param mailFrom null when it cannot be told
 * @param messageId null when there is none or it cannot be told
 * @param isGivenUp true for an envelope of which no message came: the client said RSET or went away
 *     before its data was complete (a message that was taken has a Message-ID, if need be
 *     Sendmail's own)
 * @param protocol after {@code proto=}, or null
 * @param daemon the listener's name, or null
 * @param saysLogin true when the line says that the client has authenticated
 * @param relayText after {@code relay=}, to compare with other lines of the session
 * @param relay the same in its parts; null when {@link #isOwn}
 */
record SendmailSender(
    String mailFrom,
    Long size,
    String messageId,
    boolean isGivenUp,
    String protocol,
    String daemon,
    boolean saysLogin,
    String relayText,
    SendmailRelay relay) {
  private static final String RELAY = ", relay=";
  private static final String RESPONSE = "[RESPONSE]";
  private static final List<String> ORDER =
      List.of("bodytype", "proto", "daemon", "tls_verify", "tls_version", "cipher", "auth");
  private static final Pattern LAST_FIELD =
      Pattern.compile(
          ", (bodytype|proto|daemon|tls_verify|tls_version|cipher|auth)=([^ ,=<>]{0,64})\\z");
  private static final Pattern COUNTS =
      Pattern.compile(
          ", size=(-?[0-9]{1,18}), class=-?[0-9]{1,9}, (?:pri=-?[0-9]{1,18}, )?nrcpts=[0-9]{1,9}");

  /** The protocol names of RFC 3848 and RFC 6531 that say AUTH. */
  private static final Pattern WITH_LOGIN = Pattern.compile("(?:ESMTP|UTF8SMTP|LMTP|UTF8LMTP)S?A");

  private static final String MESSAGE_ID = ", msgid=";
  private static final int LONGEST_FIELD = 80;
  private static final int SENDER_CUT = 200;
  private static final int MESSAGE_ID_CUT = 100;

  boolean isOwn() {
    return relayText.equals(RESPONSE);
  }

  /**
   * Reads the line.
   *
   * @param rest from {@code from=} on
   * @return null when it is no such line
   */
  static SendmailSender parse(String rest) {
    int relayAt = rest.lastIndexOf(RELAY);
    if (relayAt < 0) {
      return null;
    }
    String relayText = rest.substring(relayAt + RELAY.length());
    SendmailRelay relay = SendmailRelay.of(relayText);
    if (relay == null && !relayText.equals(RESPONSE)) {
      return null;
    }
    String[] fields = new String[ORDER.size()];
    int end = relayAt;
    for (int before = ORDER.size(); before > 0; ) {
      Matcher last = LAST_FIELD.matcher(rest).region(Math.max(0, end - LONGEST_FIELD), end);
      if (!last.find()) {
        break;
      }
      int position = ORDER.indexOf(last.group(1));
      if (position >= before) {
        break; // the Message-ID's own words
      }
      fields[position] = last.group(2);
      before = position;
      end = last.start();
    }
    String head = rest.substring(0, end);
    String mailFrom = null;
    Long size = null;
    String messageId = null;
    boolean isGivenUp = false;
    int senderEnd = senderEnd(head);
    Matcher counts = COUNTS.matcher(head).region(Math.max(0, senderEnd), head.length());
    if (senderEnd >= 0 && counts.lookingAt()) {
      String logged = head.substring("from=".length(), senderEnd);
      if (TornText.isInAddress(logged)) {
        return null;
      }
      mailFrom = sender(logged);
      size = Long.valueOf(counts.group(1));
      isGivenUp = size == 0 && counts.end() == head.length();
      size = size <= 0 ? null : size;
      if (head.startsWith(MESSAGE_ID, counts.end())) {
        messageId = messageId(head.substring(counts.end() + MESSAGE_ID.length()));
      }
    } else if (!COUNTS.matcher(head).find()) {
      return null;
    }
    String protocol = fields[1];
    String auth = fields[6];
    boolean saysLogin =
        protocol != null && WITH_LOGIN.matcher(protocol).matches()
            || auth != null && !auth.isEmpty() && !auth.equals("NONE");
    return new SendmailSender(
        mailFrom, size, messageId, isGivenUp, protocol, fields[2], saysLogin, relayText, relay);
  }

  private static String sender(String text) {
    if (text.length() >= SENDER_CUT || text.equals("<NONE>")) {
      return null;
    }
    return text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
  }

  private static String messageId(String text) {
    String found = text.strip();
    return found.isEmpty() || found.length() >= MESSAGE_ID_CUT ? null : found;
  }

  /** Where the sender ends: behind its bracket, or before the first field when it has none. */
  private static int senderEnd(String head) {
    int start = "from=".length();
    if (!head.startsWith("<", start)) {
      Matcher counts = COUNTS.matcher(head);
      return counts.find() ? counts.start() : -1;
    }
    boolean quoted = false;
    for (int i = start + 1; i < head.length(); i++) {
      char c = head.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '>' && !quoted) {
        return i + 1;
      }
    }
    return -1;
  }
}
