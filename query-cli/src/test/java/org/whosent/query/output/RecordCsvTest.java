package org.whosent.query.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/** Every byte is what the CSV library makes of cells that were made safe one by one. */
class RecordCsvTest {
  private static final String ODD =
      " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\t\r\n\0\u001b\u007f\u0080\u00a0\u00e4\u2028\u202e"
          + "\uFF1D\uFF0B\uFF0D\uFF20\ud83d\ude00\ud800\ue000";

  private final Random random;
  private final long seed = System.nanoTime();

  RecordCsvTest() {
    random = new Random(seed);
  }

  /** Mostly the same few texts, so that what is remembered of the row before comes into play. */
  private String text() {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1, 2 -> "alice@example.org";
      case 3 -> "";
      case 4 -> String.valueOf((char) random.nextInt(128));
      default -> {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
          text.append(ODD.charAt(random.nextInt(ODD.length())));
        }
        yield text.toString();
      }
    };
  }

  private SubmissionRecord record() {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    // Neighbours of one day, days apart, before 1970, and the ends of what RFC 3339 knows.
    b.time =
        switch (random.nextInt(5)) {
          case 0 -> Instant.ofEpochSecond(random.nextLong(-62167219200L, 253402300800L));
          case 1 -> Instant.parse("0000-01-01T00:00:00Z");
          case 2 -> Instant.parse("9999-12-31T23:59:59.999999999Z");
          default -> Instant.ofEpochSecond(86_400 + random.nextInt(-3, 3), random.nextInt(1 << 29));
        };
    b.transactionId = String.valueOf(text());
    b.host = String.valueOf(text());
    b.user = text();
    b.client = text();
    b.mailFrom = text();
    List<Recipient> recipients = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String address = String.valueOf(text());
      recipients.add(new Recipient(address, null, null, null, null, null, null, null, null));
    }
    b.recipients = recipients;
    b.messageId = text();
    b.headerFrom = text();
    b.subject = text();
    b.size = random.nextInt(3) == 0 ? null : random.nextLong() >> random.nextInt(64);
    if (random.nextBoolean()) {
      b.provenance = List.of(new SourceLine(String.valueOf(text()), random.nextInt(9), "0"));
    }
    return b.build();
  }

  private static List<String> cells(SubmissionRecord r) {
    List<String> cells = new ArrayList<>();
    cells.add(Times.format(r.time()));
    cells.add(r.transactionId());
    cells.add(r.host());
    cells.add(r.user());
    cells.add(r.client());
    cells.add(r.mailFrom());
    cells.add(
        String.join(" ", r.recipients().stream().map(Recipient::address).distinct().toList()));
    cells.add(r.messageId());
    cells.add(r.headerFrom());
    cells.add(r.subject());
    cells.add(r.size() == null ? null : r.size().toString());
    cells.add(r.source());
    return cells;
  }

  private static void plainly(CSVPrinter printer, List<String> cells) throws IOException {
    printer.printRecord(cells.stream().map(SafeText::forSpreadsheet).toArray());
  }

  @Test
  void recordsAreWrittenAsTheLibraryWritesThem() throws IOException {
    int rounds = Integer.getInteger("whosent.rounds", 1) * 5_000;
    StringBuilder expected = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CSVPrinter printer = new CSVPrinter(expected, CSVFormat.RFC4180);
        ResultWriter out = new ResultWriter(bytes, "bytes")) {
      plainly(printer, RecordCsv.COLUMNS);
      RecordCsv csv = new RecordCsv(out);
      for (int i = 0; i < rounds; i++) {
        SubmissionRecord record = record();
        plainly(printer, cells(record));
        csv.row(record);
      }
    }
    assertEquals(expected.toString(), bytes.toString(StandardCharsets.UTF_8), "seed " + seed);
  }

  @Test
  void soAreRowsOfAnyCells() throws IOException {
    int rounds = Integer.getInteger("whosent.rounds", 1) * 20_000;
    StringBuilder expected = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CSVPrinter printer = new CSVPrinter(expected, CSVFormat.RFC4180);
        ResultWriter out = new ResultWriter(bytes, "bytes")) {
      plainly(printer, List.of("one", "two"));
      RecordCsv csv = new RecordCsv(out, List.of("one", "two"));
      for (int i = 0; i < rounds; i++) {
        List<String> row = new ArrayList<>();
        for (int k = random.nextInt(4); k >= 0; k--) {
          row.add(text()); // also more than there are columns
        }
        plainly(printer, row);
        csv.row(row);
      }
    }
    assertEquals(expected.toString(), bytes.toString(StandardCharsets.UTF_8), "seed " + seed);
  }
}
