package org.whosent.msa.auth;

import java.util.List;
import java.util.Map;

/**
 * How much a user may send. Immutable. {@link #UNLIMITED} stands for no bound; 0 allows nothing.
 *
 * @param perHour messages in any 60 minutes
 * @param perDay messages in any 24 hours
 * @param recipientsPerHour recipients of all messages in any 60 minutes
 * @param recipientsPerDay likewise in any 24 hours
 * @param messageBytes octets of one message
 */
public record UserLimits(
    long perHour, long perDay, long recipientsPerHour, long recipientsPerDay, long messageBytes) {
  public static final long UNLIMITED = Long.MAX_VALUE;
  public static final UserLimits NONE =
      new UserLimits(UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);

  /** The keys of the user file and of {@code userLimits} in the configuration. */
  public static final List<String> KEYS =
      List.of(
          "maxPerHour",
          "maxPerDay",
          "maxRecipientsPerHour",
          "maxRecipientsPerDay",
          "maxMessageBytes");

  /**
   * What the settings of a user say, and the defaults where they say nothing.
   *
   * @throws IllegalArgumentException when a limit is no number
   */
  static UserLimits of(Map<String, String> settings, UserLimits defaults) {
    return new UserLimits(
        number(settings, KEYS.get(0), defaults.perHour),
        number(settings, KEYS.get(1), defaults.perDay),
        number(settings, KEYS.get(2), defaults.recipientsPerHour),
        number(settings, KEYS.get(3), defaults.recipientsPerDay),
        number(settings, KEYS.get(4), defaults.messageBytes));
  }

  private static long number(Map<String, String> settings, String key, long byDefault) {
    String text = settings.get(key);
    if (text == null) {
      return byDefault;
    }
    if (!text.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(key + " is a whole number");
    }
    return Long.parseLong(text);
  }
}
