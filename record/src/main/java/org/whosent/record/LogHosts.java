package org.whosent.record;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names that log lines have for the machine that wrote them. Several machines may write one
 * name after {@code by}, and a queue ID is the choice of one of them alone.
 *
 * <p>A machine may have several names: with and without its domain, or another where a collector
 * gave it one. So equal names say that it is the same machine, and different ones that it is
 * another only where nothing else says that it is the same. Stateless.
 */
public final class LogHosts {
  private static final int LONGEST = 255;

  /**
   * Made anew with each start of the same server, or before it has its name: Docker's host names, a
   * Kubernetes deployment's (without vowels and what looks like them), {@code localhost}.
   */
  private static final Pattern MADE_ANEW =
      Pattern.compile(
          "[0-9a-f]{12}|[0-9a-f]{64}"
              + "|[a-z0-9.-]{1,200}-[bcdf-hj-np-tv-xz2456789]{6,10}-[bcdf-hj-np-tv-xz2456789]{5}");

  private static final Pattern LOCALHOST = Pattern.compile("localhost(?:\\.localdomain)?");

  private LogHosts() {}

  /**
   * What a record is to keep of a line's host: one name, or none where it is no machine's own.
   *
   * @param logHost as the line names it; empty where it names none
   */
  public static List<String> of(String logHost) {
    String name = logHost.toLowerCase(Locale.ROOT);
    boolean none =
        name.isEmpty()
            || name.length() > LONGEST
            || MADE_ANEW.matcher(name).matches()
            || LOCALHOST.matcher(name).matches();
    return none ? List.of() : List.of(name);
  }

  /**
   * True for a name that the same server does not have after its next start: only where two such
   * are there at once they are two machines'.
   */
  public static boolean isMadeAnew(String logHost) {
    return logHost.length() >= 12
        && logHost.length() <= LONGEST
        && MADE_ANEW.matcher(logHost.toLowerCase(Locale.ROOT)).matches();
  }

  /** The name without its domain, an address as it is. */
  public static String label(String name) {
    int dot = name.indexOf('.');
    return dot <= 0 || isAddress(name) ? name : name.substring(0, dot);
  }

  /** True when both are names of one machine: equal, or one without the domain of the other. */
  public static boolean isOne(String name, String other) {
    if (name.length() == other.length()) {
      return name.equals(other);
    }
    String longer = name.length() > other.length() ? name : other;
    String shorter = longer == name ? other : name;
    return longer.charAt(shorter.length()) == '.'
        && longer.startsWith(shorter)
        && !isAddress(longer);
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || Addresses.isFour(name);
  }

  /** True when both are known and no name of one is a name of the other. */
  public static boolean differ(List<String> names, List<String> others) {
    if (names == others || names.isEmpty() || others.isEmpty()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < others.size(); j++) {
        if (isOne(names.get(i), others.get(j))) {
          return false;
        }
      }
    }
    return true;
  }
}
