package org.whosent.query.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * Rows of RFC 4180: CRLF, header first, every cell safe in a spreadsheet. The only place that knows
 * the CSV library. Not thread-safe.
 */
public final class RecordCsv {
  /** The columns of search and export, in this order: a contract. */
  public static final List<String> COLUMNS =
      List.of(
          "time",
          "transactionId",
          "host",
          "user",
          "client",
          "mailFrom",
          "recipients",
          "messageId",
          "headerFrom",
          "subject",
          "size",
          "source");

  private final ResultWriter out;

  /** A row at a time: a writer is locked for every cell that goes into it. */
  private final StringBuilder row = new StringBuilder();

  private final CSVPrinter printer;

  /** Writes the header row at once. */
  public RecordCsv(ResultWriter out) {
    this(out, COLUMNS);
  }

  /** Other columns, for other tables. */
  public RecordCsv(ResultWriter out, List<String> columns) {
    this.out = out;
    try {
      printer = new CSVPrinter(row, CSVFormat.RFC4180);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    print(columns.toArray());
  }

  /** One record's row. */
  public void row(SubmissionRecord record) {
    print(
        safe(Times.format(record.time())),
        safe(record.transactionId()),
        safe(record.host()),
        safe(record.user()),
        safe(record.client()),
        safe(record.mailFrom()),
        safe(addresses(record.recipients())),
        safe(record.messageId()),
        safe(record.headerFrom()),
        safe(record.subject()),
        safe(record.size() == null ? null : record.size().toString()),
        safe(record.source()));
  }

  private static String addresses(List<Recipient> recipients) {
    if (recipients.size() == 1) {
      return recipients.getFirst().address();
    }
    return String.join(" ", recipients.stream().map(Recipient::address).distinct().toList());
  }

  /** A row of any cells; null is an empty one. */
  public void row(List<String> cells) {
    print(cells.stream().map(RecordCsv::safe).toArray());
  }

  private static String safe(String cell) {
    return SafeText.forSpreadsheet(cell);
  }

  private void print(Object... cells) {
    try {
      printer.printRecord(cells);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a builder has no errors
    }
    out.text(row);
    row.setLength(0);
  }
}
