package org.whosent.record.site;

import java.time.Duration;
import org.whosent.record.settings.Settings;

/**
 * What {@code site.yaml} says of who may look, and for how long traces of people are kept.
 * Immutable.
 *
 * @param maskAfter client addresses and subjects are masked in records that are older; null: never
 *     before they go
 * @param accessLogRetention how long it is kept who looked at what
 * @param requireCase no look without {@code --case}
 * @param allowShortRetention a retention below {@link #LEAST_RETENTION} is meant
 * @param purgeGrace how far a purge may lag behind the retention before {@code status} fails
 */
public record Privacy(
    Duration maskAfter,
    Duration accessLogRetention,
    boolean requireCase,
    boolean allowShortRetention,
    Duration purgeGrace) {
  /**
   * Complaints come up to a week later (RFC 5068 names no length; the draft it grew from says so).
   */
  public static final Duration LEAST_RETENTION = Duration.ofDays(7);

  /** Where nothing is said: a year, so that an audit finds the looks of the last one. */
  public static final Duration DEFAULT_ACCESS_LOG_RETENTION = Duration.ofDays(365);

  /** Days go whole, and the timer runs once a day. */
  public static final Duration DEFAULT_PURGE_GRACE = Duration.ofDays(2);

  /** Of a site that says nothing. */
  public static final Privacy DEFAULT =
      new Privacy(null, DEFAULT_ACCESS_LOG_RETENTION, false, false, DEFAULT_PURGE_GRACE);

  /** Asks for the keys; what is wrong with them becomes a problem of the settings. */
  static Privacy read(Settings settings, Duration retention) {
    Privacy privacy =
        new Privacy(
            settings.span("maskAfter", null),
            settings.span("accessLogRetention", DEFAULT_ACCESS_LOG_RETENTION),
            settings.flag("requireCase", false),
            settings.flag("allowShortRetention", false),
            settings.span("purgeGrace", DEFAULT_PURGE_GRACE));
    if (privacy.maskAfter != null && privacy.maskAfter.compareTo(retention) >= 0) {
      settings.problem("maskAfter", "not shorter than the retention: nothing would be masked");
    }
    if (privacy.accessLogRetention.compareTo(Duration.ofDays(1)) < 0) {
      settings.problem("accessLogRetention", "the least is 1d");
    }
    return privacy;
  }

  /**
   * The key {@code retention}, as {@code site.yaml} and the MSA's configuration have it: below a
   * week only with {@code allowShortRetention: true}.
   */
  public static Duration retention(Settings settings) {
    Duration span = settings.span("retention", Site.DEFAULT_RETENTION);
    boolean meant = settings.flag("allowShortRetention", false);
    if (span.isZero()) {
      settings.problem("retention", "must be longer than nothing");
    } else if (isShort(span) && !meant) {
      settings.problem(
          "retention",
          "shorter than 7d, within which complaints still come;"
              + " if it must be, add 'allowShortRetention: true'");
    }
    return span;
  }

  /** Whether complaints may still come after records of this age are gone. */
  public static boolean isShort(Duration retention) {
    return retention.compareTo(LEAST_RETENTION) < 0;
  }
}
