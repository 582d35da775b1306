package org.whosent.query.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
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

  private final CSVPrinter printer;

  /** Writes the header row at once. */
  public RecordCsv(ResultWriter out) {
    this(out, COLUMNS);
  }

  /** Other columns, for other tables. */
  public RecordCsv(ResultWriter out, List<String> columns) {
    try {
      printer = new CSVPrinter(out.appendable(), CSVFormat.RFC4180);
      printer.printRecord(columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One record's row. */
  public void row(SubmissionRecord record) {
    row(
        cells(
            Times.format(record.time()),
            record.transactionId(),
            record.host(),
            record.user(),
            record.client(),
            record.mailFrom(),
            String.join(
                " ", record.recipients().stream().map(Recipient::address).distinct().toList()),
            record.messageId(),
            record.headerFrom(),
            record.subject(),
            record.size() == null ? null : record.size().toString(),
            record.source()));
  }

  private static List<String> cells(String... cells) {
    return java.util.Arrays.asList(cells);
  }

  /** A row of any cells; null is an empty one. */
  public void row(List<String> cells) {
    Stream<String> safe = cells.stream().map(SafeText::forSpreadsheet);
    try {
      printer.printRecord(safe.toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
