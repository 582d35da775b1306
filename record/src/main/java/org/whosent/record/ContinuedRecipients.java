package org.whosent.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The recipients of a message that went through a content filter and on under another queue ID:
 * that the filter took it is no outcome, and the addresses to which the server expanded what was
 * given come back from the filter as if they had been given. Stateless.
 *
 * <p>Known weak: where the filter deferred a recipient and took it later, and it is only then
 * learnt under which ID the message went on, the deferral is forgotten until the next attempt is
 * read.
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

  /**
   * Puts what became of an expanded address to every address that was given for it. All of them
   * carry it from then on, so that nothing is lost for one that is learnt of later.
   */
  static List<Recipient> joined(List<Recipient> recipients) {
    List<Recipient> before = recipients;
    // Whether an address is local is said of all its expansions, which may be others', too. The
    // flags and attempts only grow, so this ends.
    while (true) {
      List<Recipient> joined = MergedRecipients.of(once(before), List.of());
      if (joined.equals(before)) {
        return joined;
      }
      before = joined;
    }
  }

  private static List<Recipient> once(List<Recipient> recipients) {
    Map<String, Recipient> fates = new HashMap<>();
    Map<String, Boolean> locals = new HashMap<>();
    Set<String> expanded = new HashSet<>();
    for (Recipient recipient : recipients) {
      String target = target(recipient);
      if (recipient.local() != null) {
        locals.merge(target, recipient.local(), Recipient::joinLocal);
        locals.merge(recipient.address(), recipient.local(), Recipient::joinLocal);
      }
      fates.merge(target, as(recipient, target, null), Recipient::merge);
      if (isExpansion(recipient)) {
        expanded.add(target);
      }
    }
    List<Recipient> joined = new ArrayList<>(recipients.size());
    for (Recipient recipient : recipients) {
      String target = target(recipient);
      Boolean local = Recipient.joinLocal(locals.get(target), locals.get(recipient.address()));
      if (!expanded.contains(target)) {
        joined.add(recipient.withLocal(local));
      } else if (isExpansion(recipient)) {
        joined.add(
            as(fates.get(target), recipient.address(), recipient.finalAddress()).withLocal(local));
      }
    }
    return joined;
  }

  private static boolean isExpansion(Recipient recipient) {
    return !target(recipient).equals(recipient.address());
  }

  private static String target(Recipient recipient) {
    return recipient.finalAddress() == null ? recipient.address() : recipient.finalAddress();
  }

  private static Recipient as(Recipient fate, String address, String finalAddress) {
    return new Recipient(
        address,
        finalAddress,
        fate.local(),
        fate.outcome(),
        fate.status(),
        fate.reply(),
        fate.nextHop(),
        fate.nextHopId(),
        fate.time());
  }
}
