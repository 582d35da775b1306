package org.whosent.indexer.log.sendmail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.text.TornText;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * Sendmail's line about a delivery ({@code logdelivery} in {@code deliver.c}): {@code to=LIST[
 * [more]][, ctladdr=A (uid/gid)], delay=…, [xdelay=…, ][mailer=…, ]pri=…, [relay=…, ][dsn=…,
 * ][reply=…, ]stat=…}.
 *
 * <p>The list is read by its own grammar from the left ({@link SendmailRecipients}), and the rest
 * must follow it; the texts at the end are the next hop's. Where an alias or a {@code .forward} led
 * to a recipient, the controlling address says whose it was, if Sendmail knows it. Of a message
 * that a filter put into quarantine {@code quarantine=REASON} stands where the relay would, and
 * {@code stat=quarantined} behind it: nothing has become of it yet. Stateless.
 */
final class SendmailDelivery {
  /** Where Sendmail was built to log more (_FFR_LOG_MORE2). */
  private static final String TLS =
      "(?:, (?:tls_verify|tls_version|cipher|auth)=[^ ,=]{0,64}){0,4}";

  private static final Pattern REST =
      Pattern.compile(
          "(?: \\[more])?"
              + "(?:, ctladdr=(<[^<>]{0,300}>|[^ ,<>]{1,300})(?: \\([0-9]{1,10}/[0-9]{1,10}\\))?)?"
              + ", delay=[0-9+:]{1,20}(?:, xdelay=[0-9+:]{1,20})?"
              + "(?:, mailer=([^ ,=]{1,64}))?"
              + TLS
              + "(?:, pri=-?[0-9]{1,18})?"
              + TLS
              + "(?:, quarantine=.*, stat=(quarantined)"
              + "|(?:, relay=([^,]{0,512}))?"
              + "(?:, dsn=([245]\\.[0-9]{1,3}\\.[0-9]{1,3}))?"
              + "(?:, reply=.*?)?"
              + ", stat=(.*))",
          Pattern.DOTALL);

  private static final Set<String> LOCAL_MAILERS =
      Set.of("local", "prog", "*file*", "*include*", "procmail", "cyrus", "cyrusv2", "cyrusbb");
  private static final Set<String> REMOTE_MAILERS =
      Set.of("smtp", "esmtp", "smtp8", "dsmtp", "relay");
  private static final Set<String> LOOPBACK = Set.of("[127.0.0.1]", "[::1]", "[IPv6:::1]");

  /**
   * What a line says.
   *
   * @param recipients none where the client gave the envelope up ({@code stat=rset}, log level 14)
   * @param mspToMta true when the queue ID in the recipients' next hop is one of this machine's MTA
   */
  record Delivery(List<Recipient> recipients, boolean mspToMta) {}

  private SendmailDelivery() {}

  /**
   * Reads the line.
   *
   * @param rest from {@code to=} on
   * @param sender the message's, as its own line has it; null where that was not read lately
   * @return null when it is no such line
   */
  static Delivery parse(String rest, Instant time, String sender) {
    List<String> members = new ArrayList<>();
    int end = SendmailRecipients.read(rest, "to=".length(), members);
    if (end < 0 || TornText.isInAddress(rest.substring(0, end))) {
      return null;
    }
    Matcher matcher = REST.matcher(rest).region(end, rest.length());
    if (!matcher.matches()) {
      return null;
    }
    String control = matcher.group(1);
    String mailer = matcher.group(2) == null ? "" : matcher.group(2);
    String held = matcher.group(3);
    String relay = matcher.group(4) == null || matcher.group(4).isEmpty() ? null : matcher.group(4);
    String status = matcher.group(5);
    String text = held == null ? matcher.group(6) : held;
    if (text.equals("rset") && mailer.isEmpty() && relay == null && status == null) {
      return new Delivery(List.of(), false);
    }
    Outcome outcome = held == null ? outcome(status, text) : null;
    String nextHopId =
        outcome == Outcome.DELIVERED && text.startsWith("Sent (")
            ? NextHopReply.queueId(" " + text.substring("Sent (".length()))
            : null;
    Boolean local =
        LOCAL_MAILERS.contains(mailer)
            ? Boolean.TRUE
            : REMOTE_MAILERS.contains(mailer) ? Boolean.FALSE : null;
    List<Recipient> recipients = new ArrayList<>();
    for (String member : members) {
      String address = address(member, control, sender);
      String own = bare(member);
      recipients.add(
          new Recipient(
              address,
              address.equals(own) ? null : own,
              local,
              outcome,
              status,
              NextHopReply.kept(text),
              relay,
              nextHopId,
              time));
    }
    boolean mspToMta =
        mailer.equals("relay")
            && relay != null
            && LOOPBACK.contains(relay.substring(relay.lastIndexOf(' ') + 1))
            && nextHopId != null
            && SendmailReader.isQueueId(nextHopId)
            && text.equals("Sent (" + nextHopId + " Message accepted for delivery)");
    return new Delivery(recipients, mspToMta);
  }

  /** The address that the client gave, as far as the line tells. */
  private static String address(String member, String control, String sender) {
    if (control == null || member.startsWith("<")) {
      return bare(member);
    }
    boolean noAddress =
        Stream.of("|", "/", "\"|", "\"/").anyMatch(member::startsWith); // a program or a file
    if (noAddress) {
      return bare(control);
    }
    // From the submission program the controlling address is the sender's account, without
    // brackets; with them it is the sender too where no account was addressed, only an alias.
    boolean addressed = control.startsWith("<") && !bare(control).equals(sender);
    return addressed ? bare(control) : bare(member);
  }

  private static String bare(String member) {
    return member.startsWith("<") && member.endsWith(">")
        ? member.substring(1, member.length() - 1)
        : member;
  }

  private static Outcome outcome(String status, String text) {
    if (text.equals("queued")) {
      return null;
    }
    char kind = status == null ? ' ' : status.charAt(0);
    if (kind == '2' || kind == ' ' && text.startsWith("Sent")) {
      return Outcome.DELIVERED;
    }
    if (kind == '4' || kind == ' ' && text.startsWith("Deferred")) {
      return Outcome.DEFERRED;
    }
    return kind == ' ' && text.equals("discarded") ? Outcome.DISCARDED : Outcome.BOUNCED;
  }
}
