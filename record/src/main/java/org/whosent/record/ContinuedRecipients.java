package org.whosent.record;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The recipients of a message that went through a content filter and on under another queue ID:
 * that the filter took it is no outcome, and the addresses to which the server expanded what was
 * given come back from the filter as if they had been given. Stateless.
 */
final class ContinuedRecipients {
  private ContinuedRecipients() {}

  /** The recipients without deliveries to the filter. */
  static List<Recipient> behind(List<Recipient> recipients, List<Continuation> ways) {
    List<Recipient> behind = new ArrayList<>(recipients.size());
    for (Recipient recipient : recipients) {
      boolean filter = ways.stream().anyMatch(way -> way.took(recipient));
      behind.add(
          filter
              ? new Recipient(
                  recipient.address(),
                  recipient.finalAddress(),
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null)
              : recipient);
    }
    return behind;
  }

  /** Puts what became of an expanded address to the one that was given. */
  static List<Recipient> joined(List<Recipient> recipients) {
    Set<String> expanded = new HashSet<>();
    for (Recipient recipient : recipients) {
      if (recipient.finalAddress() != null
          && !recipient.finalAddress().equals(recipient.address())) {
        expanded.add(recipient.finalAddress());
      }
    }
    if (expanded.isEmpty()) {
      return recipients;
    }
    List<Recipient> joined = new ArrayList<>();
    for (Recipient given : recipients) {
      if (given.finalAddress() == null && expanded.contains(given.address())) {
        continue;
      }
      Recipient all = given;
      for (Recipient fate : recipients) {
        if (fate.finalAddress() == null && fate.address().equals(given.finalAddress())) {
          all =
              all.merge(
                  new Recipient(
                      given.address(),
                      given.finalAddress(),
                      fate.local(),
                      fate.outcome(),
                      fate.status(),
                      fate.reply(),
                      fate.nextHop(),
                      fate.nextHopId(),
                      fate.time()));
        }
      }
      joined.add(all);
    }
    return joined;
  }
}
