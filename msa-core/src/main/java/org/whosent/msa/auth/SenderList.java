package org.whosent.msa.auth;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.ClueType;

/**
 * Addresses that a user may send as: {@code address}, {@code @domain} or {@code *}, separated by
 * commas. Immutable. Compared as a whole and without regard to case; an address written otherwise
 * (quoted, with a source route) is not in the list, so doubt ends in a refusal.
 */
public final class SenderList {
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@,:;\"<>()\\[\\]\\\\]{1,128}@[\\p{L}\\p{N}.-]{1,253}");
  private static final Pattern DOMAIN = Pattern.compile("@[\\p{L}\\p{N}.-]{1,253}");
  private final Set<String> addresses = new HashSet<>();
  private final Set<String> domains = new HashSet<>();
  private boolean any;

  private SenderList() {}

  /**
   * Reads the value of {@code from=}.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static SenderList parse(String text) {
    SenderList list = new SenderList();
    for (String entry : text.split(",", -1)) {
      if (entry.equals("*")) {
        list.any = true;
      } else if (DOMAIN.matcher(entry).matches()) {
        list.domains.add(fold(entry));
      } else if (ADDRESS.matcher(entry).matches()) {
        list.addresses.add(fold(entry));
      } else {
        throw new IllegalArgumentException("from= lists addresses, @domains or *, with commas");
      }
    }
    return list;
  }

  /** True when the address is in the list. */
  public boolean covers(String address) {
    int at = address.lastIndexOf('@');
    return any
        || addresses.contains(fold(address))
        || at > 0 && domains.contains(fold(address.substring(at)));
  }

  private static String fold(String text) {
    return ClueType.MAIL_FROM.fold(text);
  }
}
