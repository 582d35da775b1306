package org.whosent.indexer.log.stalwart;

import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.indexer.log.text.TornText;

/**
 * Who logged in, as {@code auth.success} says it. Since 0.16 an account that may impersonate others
 * logs in as {@code account%master}: then {@code accountName} is the account that it chose and
 * {@code details} is whose password it was, which is the user here. After a login with an app
 * password {@code accountName} is the part before the @ alone, which several domains may have: the
 * user is then named with {@code accountId}. Immutable.
 *
 * @param actingAs the account that another one sends for, or null
 */
record StalwartLogin(String user, String actingAs) {
  /** What stands in the details where these name nobody; a name there has no blank. */
  private static final String BY_CREDENTIAL = "Authenticated with ";

  /** Null when the event names nobody, or not in a way that can be kept. */
  static StalwartLogin of(StalwartEvent event) {
    String name = event.text("accountName");
    String details = event.text("details");
    if (!isName(name)) {
      return null;
    }
    if (details == null) {
      return new StalwartLogin(name, null);
    }
    if (!details.startsWith(BY_CREDENTIAL)) {
      return isName(details) ? new StalwartLogin(details, name) : null;
    }
    Long account = event.number("accountId");
    return new StalwartLogin(
        account == null || name.contains("@") ? name : "account:" + account + ':' + name, null);
  }

  private static boolean isName(String text) {
    return text != null && !text.isEmpty() && text.length() <= StampedReader.LOGIN;
  }

  /** True where the next line's stamp stands in a name. */
  boolean isTorn() {
    return TornText.isIn(user) || actingAs != null && TornText.isIn(actingAs);
  }
}
