package org.whosent.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The recipients of one message by what several lines say of them: in order of their addresses,
 * each way once. Stateless.
 */
final class MergedRecipients {
  /** Up to so many are put in order one by one. */
  private static final int FEW = 12;

  private MergedRecipients() {}

  /**
   * All that two lists say, in one.
   *
   * @param one in any order
   * @param two the same
   */
  static List<Recipient> of(List<Recipient> one, List<Recipient> two) {
    // By address and final address. The bare fact that an address was given in RCPT says nothing
    // more once it is known where its alias led, so it goes when an expansion is there.
    if (two.isEmpty() && one.size() == 2 && byWay(one.getFirst(), one.getLast()) == 0) {
      return List.of(joined(one.getFirst(), one.getLast())); // as in most messages
    }
    Recipient[] all = new Recipient[one.size() + two.size()];
    int count = 0;
    for (int i = 0; i < one.size(); i++) {
      all[count++] = one.get(i);
    }
    for (int i = 0; i < two.size(); i++) {
      all[count++] = two.get(i);
    }
    sort(all);
    List<Recipient> merged = new ArrayList<>(count);
    for (int from = 0; from < count; ) {
      Recipient way = all[from];
      Boolean local = way.local();
      int first = merged.size();
      int next = from + 1;
      for (; next < count && all[next].address().equals(way.address()); next++) {
        local = Recipient.joinLocal(local, all[next].local());
        if (byWay(way, all[next]) == 0) {
          way = way.merge(all[next]);
        } else {
          merged.add(way);
          way = all[next];
        }
      }
      merged.add(way);
      Recipient bare = merged.get(first);
      if (merged.size() > first + 1 && wayOf(bare).isEmpty() && bare.outcome() == null) {
        merged.remove(first);
      }
      for (int i = first; i < merged.size(); i++) {
        merged.set(i, merged.get(i).withLocal(local));
      }
      from = next;
    }
    return merged;
  }

  /** Of one way: all that is known of it, by two lines. */
  private static Recipient joined(Recipient one, Recipient two) {
    return one.merge(two).withLocal(Recipient.joinLocal(one.local(), two.local()));
  }

  /**
   * Stable. Most messages have few recipients: the sort of long arrays is not compiled for them.
   */
  private static void sort(Recipient[] all) {
    if (all.length > FEW) {
      Arrays.sort(all, MergedRecipients::byWay);
      return;
    }
    for (int i = 1; i < all.length; i++) {
      Recipient next = all[i];
      int at = i;
      for (; at > 0 && byWay(all[at - 1], next) > 0; at--) {
        all[at] = all[at - 1];
      }
      all[at] = next;
    }
  }

  private static int byWay(Recipient one, Recipient two) {
    int byAddress = one.address().compareTo(two.address());
    return byAddress != 0 ? byAddress : wayOf(one).compareTo(wayOf(two));
  }

  private static String wayOf(Recipient recipient) {
    return recipient.finalAddress() == null ? "" : recipient.finalAddress();
  }
}
