package org.whosent.query.trace;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.whosent.record.message.HeaderField;
import org.whosent.record.message.Headers;
import org.whosent.record.message.ReceivedField;

/**
 * To whom a mail went. Immutable.
 *
 * <p>Known weakness: where no server wrote it (of several recipients servers name none in
 * Received), and in the desk's own domain, whose users' addresses the desk may read, To is
 * believed, in which anybody can write the desk's address.
 *
 * @param delivered what servers wrote: Delivered-To and its like, above all Received, and the
 *     address after {@code for} in the uppermost of these. What is below may be the sender's own,
 *     and counts only where there is nothing above
 * @param addressed what the sender wrote
 */
record Delivery(Set<String> delivered, Set<String> addressed) {
  /** What can be copied into {@code site.yaml} as it is. */
  private static final Pattern PLAIN =
      Pattern.compile("[a-z0-9][a-z0-9.+_-]{0,63}@[a-z0-9.-]{1,64}");

  /** Of an address in advice, so that the advice is one line. */
  private static final int LONGEST = 60;

  static Delivery of(Headers headers) {
    Set<String> delivered = new LinkedHashSet<>();
    Set<String> addressed = new LinkedHashSet<>();
    boolean sendersOwn = false;
    int received = 0;
    for (HeaderField field : headers.fields()) {
      sendersOwn |= field.is("From") || field.is("Date") || field.is("Message-ID");
      if (field.is("To") || field.is("Cc") || field.is("Resent-To")) {
        Clues.addresses(field.value(), addressed);
      } else if (Clues.isDelivery(field.name())) {
        boolean onTop = !sendersOwn && (received == 0 || delivered.isEmpty());
        Clues.addresses(field.value(), onTop ? delivered : addressed);
      } else if (field.is("Received") && !sendersOwn && (received++ == 0 || delivered.isEmpty())) {
        String recipient = recipient(ReceivedField.parse(field.value()));
        if (recipient != null) {
          Clues.addresses(recipient, delivered);
        }
      }
    }
    return new Delivery(delivered, addressed);
  }

  /** Who fetches mail from a mailbox writes whom he hands it to: some local account. */
  private static String recipient(ReceivedField field) {
    String with = field.with() == null ? "" : field.with().toUpperCase(Locale.ROOT);
    return with.startsWith("POP") || with.startsWith("IMAP") ? null : field.recipient();
  }

  /** Whether it came to those who answer complaints. */
  boolean isToDesk(Ours ours) {
    return Stream.concat(delivered.stream(), addressed.stream())
        .filter(ours::isAbuseDesk)
        .anyMatch(desk -> delivered.isEmpty() || delivered.contains(desk) || mayRead(desk, ours));
  }

  /** Whether it was delivered to an address that the desk may read. */
  private boolean mayRead(String desk, Ours ours) {
    String domain = domain(desk);
    return ours.isDomainOfDesk(domain)
        && delivered.stream().anyMatch(to -> ("." + domain(to)).endsWith("." + domain));
  }

  /** What to set if complaints arrive where it went; empty where that is not known. */
  Optional<String> advice(Ours ours) {
    return Stream.concat(delivered.stream(), addressed.stream())
        .findFirst()
        .filter(address -> address.length() <= LONGEST && PLAIN.matcher(address).matches())
        .map(
            address ->
                "it went to %s: if complaints arrive there, %s in site.yaml, and trace it again"
                    .formatted(
                        address,
                        ours.listsAbuseDesks()
                            ? "add that address to `abuse`"
                            : "write `abuse: [abuse@%s, %s]`".formatted(domain(address), address)));
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1);
  }
}
