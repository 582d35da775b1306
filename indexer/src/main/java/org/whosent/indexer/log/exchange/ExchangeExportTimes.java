package org.whosent.indexer.log.exchange;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stamps in what Export-Csv wrote. It writes a date as the culture of its machine has it ({@code
 * 11/10/2026} is a day of October or of November), and none says so: only the year's, month's,
 * day's order of ISO 8601 is certain. One without a zone is of the operator's. Those that are not
 * certain are counted. Not thread-safe.
 */
final class ExchangeExportTimes {
  private static final Pattern ISO =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?)"
              + "(Z|[+-][0-9]{2}:[0-9]{2})?");

  private final ZoneId zone;
  private long uncertain;

  ExchangeExportTimes(ZoneId zone) {
    this.zone = zone;
  }

  /** The time, or null when it is not certain. */
  Instant of(String stamp) {
    Instant time = certain(stamp);
    uncertain += time == null ? 1 : 0;
    return time;
  }

  private Instant certain(String stamp) {
    Matcher iso = ISO.matcher(stamp);
    if (!iso.matches()) {
      return null;
    }
    try {
      String local = iso.group(1) + 'T' + iso.group(2);
      if (iso.group(3) != null) {
        return OffsetDateTime.parse(local + iso.group(3)).toInstant();
      }
      LocalDateTime time = LocalDateTime.parse(local);
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
      return offsets.size() == 1 ? time.toInstant(offsets.getFirst()) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** What the operator is told, once; null when all were certain. */
  String problem() {
    if (uncertain == 0) {
      return null;
    }
    long rows = uncertain;
    uncertain = 0;
    return "%d rows have a time that may mean several (Export-Csv writes it as its machine's culture"
            .formatted(rows)
        + " has it): export with"
        + " @{n='Timestamp';e={$_.Timestamp.ToUniversalTime().ToString('o')}} in Select-Object";
  }
}
