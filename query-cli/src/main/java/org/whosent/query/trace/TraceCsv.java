package org.whosent.query.trace;

import java.util.List;
import java.util.stream.Collectors;
import org.whosent.record.Printable;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * A result as cells for the CSV writer, which quotes them and takes the sting out of formulas.
 * Stateless.
 */
public final class TraceCsv {
  /** The header row. */
  public static final List<String> COLUMNS =
      List.of(
          "input",
          "kind",
          "verdict",
          "user",
          "confidence",
          "time",
          "transactionId",
          "host",
          "localUser",
          "client",
          "mailFrom",
          "recipients",
          "messageId",
          "subject",
          "evidence",
          "candidates");

  private TraceCsv() {}

  /** The cells of one result, none null, all printable, in the order of {@link #COLUMNS}. */
  public static List<String> row(TraceResult result) {
    SubmissionRecord record = result.record();
    return List.of(
        cell(result.input()),
        result.kind().word(),
        result.verdict().word(),
        cell(result.user()),
        result.confidence() == null ? "" : result.confidence().word(),
        record == null ? "" : Times.format(record.time()),
        cell(record == null ? null : record.transactionId()),
        cell(record == null ? null : record.host()),
        cell(record == null ? null : record.localUser()),
        cell(record == null ? null : record.client()),
        cell(record == null ? null : record.mailFrom()),
        record == null
            ? ""
            : record.recipients().stream()
                .map(Recipient::address)
                .distinct()
                .map(TraceCsv::cell)
                .collect(Collectors.joining(" ")),
        cell(record == null ? null : record.messageId()),
        cell(record == null ? null : record.subject()),
        result.evidence().stream()
            .filter(e -> e.result() != Evidence.Result.ABSENT)
            .map(e -> e.check().word() + "=" + e.result().word())
            .collect(Collectors.joining(" ")),
        result.candidates().stream()
            .map(c -> cell(c.record().user()) + "?" + c.record().transactionId())
            .map(TraceCsv::cell)
            .collect(Collectors.joining(" ")));
  }

  private static String cell(String text) {
    return text == null ? "" : Printable.text(text);
  }
}
