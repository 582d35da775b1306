package org.whosent.indexer.ingest;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.SubmissionRecord;

/** A log as it were if the clock had been set back while it was written. Stateless. */
final class SetBackLogs {
  /** By how much, in seconds. */
  static final List<Integer> STEPS = List.of(3, 10, 60, 600, 3600, 7200);

  private static final Pattern STAMP =
      Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})([ T])([0-9]{2}:[0-9]{2}:[0-9]{2})");

  private SetBackLogs() {}

  /** The lines with all stamps from that line on so much earlier. */
  static List<String> setBack(List<String> lines, int at, int seconds) {
    List<String> set = new ArrayList<>(lines.subList(0, at));
    for (String line : lines.subList(at, lines.size())) {
      Matcher stamp = STAMP.matcher(line);
      if (!stamp.lookingAt()) {
        set.add(line);
        continue;
      }
      String time =
          LocalDateTime.parse(stamp.group(1) + 'T' + stamp.group(3))
              .minusSeconds(seconds)
              .toString();
      String whole = time.length() == 16 ? time + ":00" : time;
      set.add(whole.replace("T", stamp.group(2)) + line.substring(stamp.end()));
    }
    return set;
  }

  /** All that the records say but for times, in a fixed order. */
  static List<String> said(List<SubmissionRecord> records) {
    return records.stream()
        .map(
            record ->
                String.join(
                    " ",
                    record.transactionId(),
                    String.valueOf(record.aliases()),
                    String.valueOf(record.origin()),
                    "user=" + record.user(),
                    "localUser=" + record.localUser(),
                    String.valueOf(record.service()),
                    String.valueOf(record.client()),
                    String.valueOf(record.tlsVersion()),
                    String.valueOf(record.mailFrom()),
                    String.valueOf(record.messageId()),
                    String.valueOf(record.completed() != null),
                    record.recipients().stream()
                        .map(to -> to.address() + ':' + to.outcome() + ':' + to.nextHopId())
                        .sorted()
                        .toList()
                        .toString()))
        .sorted()
        .toList();
  }
}
