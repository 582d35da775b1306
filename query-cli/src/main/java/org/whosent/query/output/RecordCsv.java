package org.whosent.query.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * Rows of RFC 4180: CRLF, header first, every cell safe in a spreadsheet. The only place that knows
 * the CSV library, which writes each cell that is not {@link PlainCell plain}. Not thread-safe.
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

  private static final CSVFormat FORMAT = CSVFormat.RFC4180;
  private static final int SECONDS_A_DAY = 86_400;

  private final ResultWriter out;

  /** A row at a time: a writer is locked for whatever goes into it. */
  private final StringBuilder row = new StringBuilder(512);

  private boolean begun;

  /** By column, the cell before that was plain: mostly the next one is the same text. */
  private String[] plain;

  private int column;

  /** The day, since 1970, of the time before, and how its times begin. */
  private long day = Long.MIN_VALUE;

  private String date;

  /** Writes the header row at once. */
  public RecordCsv(ResultWriter out) {
    this(out, COLUMNS);
  }

  /** Other columns, for other tables. */
  public RecordCsv(ResultWriter out, List<String> columns) {
    this.out = out;
    this.plain = new String[columns.size()];
    row(columns);
  }

  /** One record's row. */
  public void row(SubmissionRecord record) {
    time(record.time());
    cell(record.transactionId());
    cell(record.host());
    cell(record.user());
    cell(record.client());
    cell(record.mailFrom());
    cell(addresses(record.recipients()));
    cell(record.messageId());
    cell(record.headerFrom());
    cell(record.subject());
    number(record.size());
    cell(record.source());
    end();
  }

  private static String addresses(List<Recipient> recipients) {
    return switch (recipients.size()) {
      case 0 -> "";
      case 1 -> recipients.getFirst().address();
      default -> {
        Set<String> different = new LinkedHashSet<>();
        recipients.forEach(recipient -> different.add(recipient.address()));
        yield String.join(" ", different);
      }
    };
  }

  /** A row of any cells; null is an empty one. */
  public void row(List<String> cells) {
    cells.forEach(this::cell);
    end();
  }

  /** {@link Times#format}, of which the date is made once a day. */
  private void time(Instant time) {
    long today = Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY);
    if (today != day) {
      date = Times.format(time).substring(0, 11);
      day = today;
    }
    begin();
    int second = Math.floorMod(time.getEpochSecond(), SECONDS_A_DAY);
    row.append(date);
    digits(second / 3600, 10);
    row.append(':');
    digits(second / 60 % 60, 10);
    row.append(':');
    digits(second % 60, 10);
    row.append('.');
    digits(time.getNano() / 1000, 100_000);
    row.append('Z');
  }

  private void digits(int number, int first) {
    for (int place = first; place > 0; place /= 10) {
      row.append((char) ('0' + number / place % 10));
    }
  }

  private void number(Long number) {
    if (number == null || number < 0) {
      cell(number == null ? null : number.toString());
    } else {
      begin();
      row.append(number.longValue());
    }
  }

  /** What stands before a cell. */
  private void begin() {
    if (begun) {
      row.append(FORMAT.getDelimiterString());
    }
    begun = true;
    column++;
  }

  private void cell(String cell) {
    if (cell != null && column < plain.length) {
      if (cell.equals(plain[column])) {
        begin();
        row.append(cell);
        return;
      }
      if (PlainCell.is(cell, !begun)) {
        plain[column] = cell;
        begin();
        row.append(cell);
        return;
      }
    }
    try {
      FORMAT.print(SafeText.forSpreadsheet(cell), row, !begun);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a builder has no errors
    }
    begun = true;
    column++;
  }

  private void end() {
    row.append(FORMAT.getRecordSeparator());
    out.text(row);
    row.setLength(0);
    begun = false;
    column = 0;
  }
}
