package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** What services for logs give for a search, by the names and shapes that each of them has. */
class ExportsTest {
  private static final String VICTIM = "4B00A1C2D3: client=c[192.0.2.7], sasl_username=victim";
  private static final String FRAMED = "Nov 26 10:00:09 mail postfix/smtpd[12]: " + VICTIM;

  /** What each line has behind its stamp; the last three are strangers' texts. */
  private static final List<String> TAGS =
      List.of(
          "postfix/submission/smtpd[584]",
          "postfix/cleanup[600]",
          "postfix/qmgr[601]",
          "postfix/smtp[602]",
          "webapp[7]",
          "postfix/smtpd[603]",
          "postfix/cleanup[604]");

  private static final List<String> TEXTS =
      List.of(
          "4B00A1C2D3: client=c.example[192.0.2.7], sasl_method=PLAIN, sasl_username=a\"l,i\\ce",
          "4B00A1C2D3: message-id=<a\",\"b\\@example.com>",
          "4B00A1C2D3: from=<alice@example.com>, size=500, nrcpt=1 (queue active)",
          "4B00A1C2D3: to=<bob@example.net>, relay=mx.example.net[198.51.100.1]:25, delay=1,"
              + " dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABCDEF12)",
          FRAMED,
          "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: \"}]},{\"message\":\""
              + FRAMED
              + "\"",
          "4B00A1C2D4: warning: header Subject: x\",\"y,\"\"\\n{\"events\":[{\"message\":\""
              + FRAMED
              + "\"}]} from c[192.0.2.9]; from=<e@evil.example> to=<bob@example.net> proto=ESMTP"
              + " helo=<x>");

  @TempDir Path directory;

  private static String iso(int i) {
    return "2026-11-26T10:00:0" + i;
  }

  private static String line(int i) {
    return "Nov 26 10:00:0" + i + " mail " + TAGS.get(i) + ": " + TEXTS.get(i);
  }

  private static long millis(int i) {
    return 1795687200000L + i * 1000L;
  }

  private static String program(int i) {
    return TAGS.get(i).substring(0, TAGS.get(i).indexOf('['));
  }

  private static String process(int i) {
    return TAGS.get(i).substring(TAGS.get(i).indexOf('[') + 1, TAGS.get(i).length() - 1);
  }

  private static String json(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String csv(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String rows(String between, IntFunction<String> row) {
    return IntStream.range(0, TEXTS.size()).mapToObj(row).collect(Collectors.joining(between));
  }

  /** A service's export; where it is one document, spread over lines it is the same. */
  enum Export {
    LIST {
      @Override
      String text() {
        return '['
            + rows(
                ",", i -> "{\"@timestamp\":\"" + iso(i) + "Z\",\"message\":" + json(line(i)) + '}')
            + ']';
      }
    },
    CLOUDWATCH {
      @Override
      String text() {
        return "{\"events\":["
            + rows(
                ",",
                i ->
                    "{\"logStreamName\":\"mail\",\"timestamp\":"
                        + millis(i)
                        + ",\"message\":"
                        + json(line(i))
                        + ",\"ingestionTime\":"
                        + millis(i)
                        + ",\"eventId\":\"3\"}")
            + "],\"searchedLogStreams\":[]}";
      }
    },
    CLOUDWATCH_TO_FIREHOSE {
      @Override
      String text() {
        return "{\"messageType\":\"CONTROL_MESSAGE\",\"owner\":\"CloudwatchLogs\",\"logEvents\":[{\"message\":\"CWL"
                   + " CONTROL MESSAGE\"}]}"
            + rows(
                "",
                i ->
                    "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"mail\",\"logStream\":\"mail\",\"subscriptionFilters\":[\"all\"],\"logEvents\":[{\"id\":\"3\",\"timestamp\":"
                        + millis(i)
                        + ",\"message\":"
                        + json(line(i))
                        + "}]}");
      }
    },
    OPEN_TELEMETRY_OF_A_FILE {
      @Override
      String text() {
        return batch(
            "",
            i ->
                "\"timeUnixNano\":\"0\",\"observedTimeUnixNano\":\""
                    + millis(i)
                    + "000001\",\"body\":{\"stringValue\":"
                    + json(line(i))
                    + "},\"attributes\":["
                    + attribute("log.file.name", "mail.log")
                    + ']');
      }
    },
    OPEN_TELEMETRY_OF_SYSLOG {
      @Override
      String text() {
        return batch(
            attribute("service.name", "a}],\"scopeLogs\":[{"),
            i ->
                "\"timeUnixNano\":\""
                    + millis(i)
                    + "000000\",\"body\":{\"stringValue\":"
                    + json("<22>" + line(i))
                    + "},\"attributes\":["
                    + attribute("appname", program(i))
                    + ','
                    + attribute("hostname", "mail")
                    + ','
                    + attribute("proc_id", process(i))
                    + ','
                    + attribute("message", TEXTS.get(i))
                    + ",{\"key\":\"priority\",\"value\":{\"intValue\":\"22\"}}]");
      }
    },
    OPEN_TELEMETRY_OF_THE_JOURNAL {
      @Override
      String text() {
        return batch(
            attribute("host.name", "mail"),
            i ->
                "\"body\":{\"kvlistValue\":{\"values\":["
                    + attribute("MESSAGE", TEXTS.get(i))
                    + ','
                    + attribute("SYSLOG_IDENTIFIER", program(i))
                    + ','
                    + attribute("_PID", process(i))
                    + ','
                    + attribute("_HOSTNAME", "mail")
                    + ','
                    + attribute("__CURSOR", "s=92ed;i=20f19")
                    + "]}},\"timeUnixNano\":\""
                    + millis(i)
                    + "000000\"");
      }
    },
    CLOUDWATCH_QUERY {
      @Override
      String text() {
        return "{\"results\":["
            + fields()
            + "],\"statistics\":{\"recordsMatched\":7.0},\"status\":\"Complete\"}";
      }
    },
    CLOUDWATCH_QUERY_NEWER {
      @Override
      String text() {
        return "{\"queryLanguage\":\"CWLI\",\"results\":["
            + fields()
            + "],\"status\":\"Complete\"}";
      }
    },
    CLOUDWATCH_QUERY_LIST {
      @Override
      String text() {
        return '[' + fields() + ']';
      }
    },
    ELASTICSEARCH {
      @Override
      String text() {
        return "{\"took\":3,\"timed_out\":false,\"_shards\":{\"total\":1},\"hits\":{\"total\":{\"value\":7},\"max_score\":1.0,\"hits\":["
            + rows(
                ",",
                i ->
                    "{\"_index\":\"a\",\"_id\":\"1\",\"_score\":1.0,\"_source\":{\"@timestamp\":\""
                        + iso(i)
                        + ".123Z\",\"message\":"
                        + json(line(i))
                        + "}}")
            + "]}}";
      }
    },
    LOKI {
      @Override
      String text() {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{\"job\":\"varlogs\",\"filename\":\"/var/log/mail.log\"},\"values\":["
            + rows(",", i -> "[\"" + millis(i) + "000000\"," + json(line(i)) + ']')
            + "]}],\"stats\":{\"summary\":{\"values\":[[\"1\",\"x\"]]}}}}";
      }
    },
    SENT_TO_LOKI {
      @Override
      String text() {
        return "{\"streams\":[{\"stream\":{\"job\":\"varlogs\",\"filename\":\"/var/log/mail.log\"},\"values\":["
            + rows(
                ",",
                i ->
                    "[\""
                        + millis(i)
                        + "000000\","
                        + json(line(i))
                        + (i == 2
                            ? "]]}]}{\"streams\":[{\"stream\":{\"filename\":\"/var/log/mail.log\"},\"values\":[[\""
                                + millis(i)
                                + "000001\",\"x\",{\"trace\":\"y\"}]"
                            : "]"))
            + "]}]}";
      }
    },
    DATADOG {
      @Override
      String text() {
        return "{\"data\":["
            + rows(
                ",",
                i ->
                    "{\"id\":\"AAAAAW\",\"type\":\"log\",\"attributes\":{\"attributes\":{\"message\":\"y\"},\"service\":\"mail\",\"tags\":[\"env:x\",\"filename:mail.log\",\"dirname:/var/log\"],\"timestamp\":\""
                        + iso(i)
                        + ".123Z\",\"host\":\"mail\",\"message\":"
                        + json(line(i))
                        + ",\"status\":\"info\"}}")
            + "],\"meta\":{\"page\":{\"after\":\"eyJ\"}},\"links\":{\"next\":\"x\"}}";
      }
    },
    PAPERTRAIL {
      @Override
      String text() {
        return rows(
                "\n",
                i ->
                    "5034205"
                        + i
                        + '\t'
                        + iso(i).replace('T', ' ')
                        + " +0000\t2026-11-26T10:00:30Z\t42424\tmail\t192.0.2.25\tMail\tInfo\t"
                        + program(i)
                        + '\t'
                        + TEXTS.get(i))
            + '\n';
      }
    },
    LOKI_OF_THE_JOURNAL {
      @Override
      String text() {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":["
            + rows(
                ",",
                i ->
                    "{\"stream\":{\"syslog_identifier\":\""
                        + program(i)
                        + "\",\"hostname\":\"mail\"},\"values\":[[\""
                        + millis(i)
                        + "000000\","
                        + json(TEXTS.get(i))
                        + ",{\"detected_level\":\"info\"}]]}")
            + "]}}";
      }
    },
    GRAFANA {
      @Override
      String text() {
        return '['
            + rows(
                ",",
                i ->
                    "{\"line\":"
                        + json(line(i))
                        + ",\"timestamp\":\""
                        + millis(i)
                        + "000000\",\"date\":\""
                        + iso(i)
                        + ".000Z\",\"fields\":{\"job\":\"x\"}}")
            + ']';
      }
    },
    GRAFANA_TEXT {
      @Override
      String text() {
        return "Common labels: {\"filename\":\"/var/log/mail.log\",\"host\":\"mail\"}\n"
            + "Line limit: \"1000 (7 displayed)\"\nTotal bytes processed: \"1.5  kB\"\n\n\n"
            + rows("\n", i -> millis(i) + "\t" + iso(i) + ".000Z\t" + line(i))
            + '\n';
      }
    },
    GRAFANA_CSV {
      @Override
      String text() {
        return "\"Date\",\"Time\",\"Line\"\n"
            + rows("\n", i -> '"' + iso(i) + ".000Z\",\"" + millis(i) + "\"," + csv(line(i)));
      }
    },
    SPLUNK {
      @Override
      String text() {
        return rows(
                "\n",
                i ->
                    "{\"preview\":false,\"offset\":0,\"result\":{\"_time\":\""
                        + iso(i)
                        + ".000+00:00\",\"_raw\":"
                        + json(line(i))
                        + ",\"host\":\"mail\",\"source\":\"/var/log/mail.log\",\"sourcetype\":\"syslog\"}}")
            + '\n';
      }
    },
    /** What it finds in the lines itself are fields too, strangers' among them. */
    SPLUNK_WITH_FIELDS_OF_THE_LINES {
      @Override
      String text() {
        return rows(
                "\n",
                i ->
                    "{\"preview\":false,\"result\":{\"_raw\":"
                        + json(line(i))
                        + ",\"_time\":\""
                        + iso(i)
                        + ".000+00:00\""
                        + (TAGS.get(i).startsWith("webapp")
                            ? ",\"program\":\"postfix/smtpd\",\"pid\":\"12\",\"timestamp\":\"2019-01-01"
                                  + " 00:00:00.000\",\"message\":"
                                + json(FRAMED)
                            : "")
                        + "}}")
            + '\n';
      }
    },
    SPLUNK_HTTP_COLLECTOR {
      @Override
      String text() {
        return rows(
                "\n",
                i ->
                    "{\"time\":"
                        + millis(i) / 1000
                        + ".123,\"host\":\"mail\",\"source\":\"/var/log/mail.log\",\"sourcetype\":\"syslog\",\"index\":\"main\",\"event\":"
                        + json(line(i))
                        + '}')
            + '\n';
      }
    },
    SPLUNK_RESULTS {
      @Override
      String text() {
        return "{\"preview\":false,\"init_offset\":0,\"messages\":[],\"fields\":[{\"name\":\"_raw\"}],\"results\":["
            + rows(",", i -> "{\"_raw\":" + json(line(i)) + ",\"_time\":\"" + iso(i) + ".000Z\"}")
            + "],\"highlighted\":{}}";
      }
    },
    SPLUNK_CSV {
      @Override
      String text() {
        return "\"_time\",host,source,sourcetype,\"_raw\"\n"
            + rows(
                "\n",
                i ->
                    '"' + iso(i) + ".000+0000\",mail,\"/var/log/mail.log\",syslog," + csv(line(i)));
      }
    },
    SPLUNK_CSV_WITH_FIELDS_OF_THE_LINES {
      @Override
      String text() {
        return "\"_time\",\"_raw\",\"tag::eventtype\",\"a{}.b c\",program,message\n"
            + rows(
                "\n",
                i ->
                    '"'
                        + iso(i)
                        + ".000+0000\","
                        + csv(line(i))
                        + ",mail,,"
                        + (TAGS.get(i).startsWith("webapp")
                            ? "postfix/smtpd," + csv(FRAMED)
                            : ","));
      }
    },
    SPLUNK_RAW_ALONE {
      @Override
      String text() {
        return "\"_raw\"\r\n" + rows("\r\n", i -> csv(line(i))) + "\r\n";
      }
    },
    KIBANA_CSV {
      @Override
      String text() {
        return "\ufeff\"@timestamp\",\"_id\",message\n"
            + rows("\n", i -> "\"Nov 26, 2026 @ 10:00:0" + i + ".123\",abc," + csv(line(i)))
            + '\n';
      }
    },
    KIBANA_CSV_IN_PARTS {
      @Override
      String text() {
        return "\"@timestamp\",\"host.hostname\",\"process.name\",\"process.pid\",\"event.original\",message\n"
            + rows(
                "\n",
                i ->
                    "\"Nov 26, 2026 @ 10:00:0"
                        + i
                        + ".000\",mail,\""
                        + program(i)
                        + "\","
                        + process(i)
                        + ",-,"
                        + csv(TEXTS.get(i)))
            + '\n';
      }
    },
    GRAYLOG_CSV {
      @Override
      String text() {
        return "\"timestamp\",\"source\",\"message\"\n"
            + rows(
                "\n",
                i ->
                    '"'
                        + iso(i)
                        + ".000Z\",\"mail\","
                        + csv("mail " + TAGS.get(i) + ": " + TEXTS.get(i)))
            + '\n';
      }
    },
    GRAYLOG {
      @Override
      String text() {
        return '['
            + rows(
                ",",
                i ->
                    "{\"timestamp\":\""
                        + iso(i)
                        + ".000Z\",\"source\":\"mail\",\"message\":"
                        + json("mail " + TAGS.get(i) + ": " + TEXTS.get(i))
                        + '}')
            + ']';
      }
    },
    CLOUDWATCH_INSIGHTS {
      @Override
      String text() {
        return "@timestamp,@message\n"
            + rows("\n", i -> "2026-11-26 10:00:0" + i + ".123," + csv(line(i)))
            + '\n';
      }
    },
    GOOGLE_TEXT {
      @Override
      String text() {
        return '['
            + rows(
                ",",
                i ->
                    "{\"insertId\":\"a\",\"logName\":\"projects/p/logs/syslog\",\"resource\":{\"labels\":{\"instance_id\":\"1\"},\"type\":\"gce_instance\"},\"textPayload\":"
                        + json(line(i))
                        + ",\"timestamp\":\""
                        + iso(i)
                        + ".123456789Z\"}")
            + ']';
      }
    },
    GOOGLE_JSON {
      @Override
      String text() {
        return '['
            + rows(
                ",",
                i ->
                    "{\"insertId\":\"a\",\"jsonPayload\":{\"host\":\"mail\",\"ident\":\""
                        + program(i)
                        + "\",\"pid\":\""
                        + process(i)
                        + "\",\"message\":"
                        + json(TEXTS.get(i))
                        + "},\"timestamp\":\""
                        + iso(i)
                        + "Z\"}")
            + ']';
      }
    },
    AZURE {
      @Override
      String text() {
        return '['
            + rows(
                ",",
                i ->
                    "{\"Computer\":\"mail\",\"HostName\":\"mail\",\"ProcessID\":"
                        + process(i)
                        + ",\"ProcessName\":\""
                        + program(i)
                        + "\",\"SyslogMessage\":"
                        + json(TEXTS.get(i))
                        + ",\"TimeGenerated\":\""
                        + iso(i)
                        + "Z\"}")
            + ']';
      }
    };

    abstract String text();

    /** Of OpenTelemetry: some records with one resource, some in a second batch. */
    static String batch(String resource, IntFunction<String> record) {
      String head =
          "{\"resourceLogs\":[{\"resource\":{\"attributes\":["
              + resource
              + "]},\"scopeLogs\":[{\"scope\":{\"name\":\"x\"},\"logRecords\":[";
      return head
          + rows(
              "",
              i -> '{' + record.apply(i) + '}' + (i == 2 ? "]}]}]}\n" + head : i < 6 ? "," : ""))
          + "]}]}]}\n";
    }

    static String attribute(String key, String value) {
      return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":" + json(value) + "}}";
    }

    /** Of CloudWatch's get-query-results. */
    static String fields() {
      return rows(
          ",",
          i ->
              "[{\"field\":\"@timestamp\",\"value\":\""
                  + iso(i).replace('T', ' ')
                  + ".000\"},{\"field\":\"@message\",\"value\":"
                  + json(line(i))
                  + "},{\"field\":\"@ptr\",\"value\":\"CmAKJgoi\"}]");
    }

    boolean isDocument() {
      String text = text();
      return this != SPLUNK
          && this != SPLUNK_WITH_FIELDS_OF_THE_LINES
          && this != SPLUNK_HTTP_COLLECTOR
          && !text.startsWith("{\"resourceLogs")
          && (text.startsWith("{") || text.startsWith("["));
    }
  }

  private List<String> read(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Fixtures.MODIFIED.plusSeconds(86400L * 700)));
    RecordStore store = Fixtures.store();
    IngestReport report = Fixtures.run(store, file);
    List<String> records = records(store);
    Fixtures.run(store, file);
    assertEquals(records, records(store), "read twice: " + report.files());
    assertTrue(report.files().getFirst().records() > 0, report.files().toString());
    return records;
  }

  private static List<String> records(RecordStore store) throws IOException {
    List<String> records = new ArrayList<>();
    for (SubmissionRecord record : Fixtures.records(store)) {
      records.add(
          record.time()
              + " "
              + record.host()
              + " "
              + record.transactionId()
              + " "
              + record.user()
              + " "
              + record.messageId()
              + " "
              + record.mailFrom()
              + " "
              + record.recipients());
    }
    return records;
  }

  @ParameterizedTest
  @EnumSource
  void anExportNamesWhomTheLogNames(Export export) throws IOException {
    String plain = rows("\n", ExportsTest::line) + '\n';
    Path log = directory.resolve("mail.log");
    Files.writeString(log, plain);
    Files.setLastModifiedTime(log, FileTime.from(Fixtures.MODIFIED.plusSeconds(86400L * 7)));
    RecordStore store = Fixtures.store();
    Fixtures.run(store, log);
    List<String> expected = records(store);
    assertEquals(2, expected.size(), expected.toString());
    assertTrue(expected.getFirst().contains(" a\"l,i\\ce "), expected.getFirst());
    assertTrue(expected.getLast().contains(" null "), expected.getLast());
    assertEquals(years(expected, export), read("export", export.text()));
    if (export.isDocument()) {
      String text = export.text();
      String spread = JsonDocumentStreamTest.spread(text.substring(1), new Random(7));
      assertEquals(expected, read("spread", text.charAt(0) + "\n" + spread));
    }
  }

  /** Of a column of text alone nobody says the year. */
  private static List<String> years(List<String> records, Export export) {
    return export == Export.SPLUNK_RAW_ALONE
        ? records.stream().map(r -> r.replace("2026-", "2027-")).toList()
        : records;
  }

  private String made(String text) throws IOException {
    try (InputStream in =
        Compression.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anApplicationsOwnRecordIsNoLine() throws IOException {
    String time = "\"timeUnixNano\":\"1795687200000000000\",";
    String body = "\"body\":{\"stringValue\":" + json(FRAMED) + "}";
    String file = Export.attribute("log.file.path", "/var/log/mail.log");
    String list = "{\"kvlistValue\":{\"values\":[" + Export.attribute("message", FRAMED) + "]}}";
    List<String> records =
        List.of(
            time + body,
            time + body + ",\"attributes\":[" + Export.attribute("file", "mail.log") + ']',
            time + body + ",\"attributes\":[" + file + ',' + file + ']',
            time + body + ',' + body + ",\"attributes\":[" + file + ']',
            time + "\"attributes\":[" + file + ']',
            time + "\"body\":" + list + ",\"attributes\":[" + file + ']',
            time + "\"body\":" + json(FRAMED) + ",\"attributes\":[" + file + ']');
    for (String record : records) {
      String text = Export.batch("", i -> record);
      assertEquals("{}\n".repeat(TEXTS.size()), made(text), record);
    }
    String sound = Export.OPEN_TELEMETRY_OF_A_FILE.text();
    List<String> lines = made(sound).lines().toList();
    assertEquals(TEXTS.size(), lines.size());
    String second = String.join("\n", lines.subList(3, TEXTS.size())) + '\n';
    int feed = sound.indexOf('\n');
    for (int cut : List.of(feed - 1, feed - 5, 300, 20)) {
      String made = made(sound.substring(0, cut) + sound.substring(feed));
      assertTrue(made.endsWith("{}\n" + second), made);
    }
    assertEquals("{}\n", made(sound.substring(0, 60)));
    String large = Export.attribute("large", "x".repeat(1 << 14));
    assertEquals("{}\n".repeat(7), made(Export.batch(large, i -> time + body)));
  }

  /** What a stream of Loki's is called stands before its lines; where it does not, none is made. */
  @Test
  void aLineOfLokisIsNoneWithoutItsLabels() throws IOException {
    String head = "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[";
    String values = "\"values\":[[\"1\",\"a\"],[\"2\",\"b\"]]";
    assertEquals(
        "{\"labels\":{\"a\":\"}\"},\"timestamp\":\"1\",\"line\":\"a\"}\n"
            + "{\"labels\":{\"a\":\"}\"},\"timestamp\":\"2\",\"line\":\"b\"}\n"
            + "{\"labels\":{},\"timestamp\":\"3\",\"line\":\"c\",\"metadata\":{}}\n",
        made(
            head
                + "{\"stream\":{\"a\":\"}\"},"
                + values
                + ",\"values\":[[\"9\",\"x\"]]},{\"stream\":{},\"values\":[[\"3\",\"c\",{}]]}],"
                + "\"stats\":{\"values\":[[\"1\",\"x\"]]}}}"));
    for (String stream :
        List.of(
            "{" + values + ",\"stream\":{}}",
            "{\"stream\":{},\"stream\":{}," + values + "}",
            "{\"stream\":{},\"stream\":{},\"stream\":{}," + values + "}",
            "{\"stream\":\"x\"," + values + "}")) {
      assertEquals(stream + '\n', made(head + stream + "]}}"));
    }
    // Of another document's list of that name nothing is taken apart.
    String other = "{\"data\":{\"x\":1,\"result\":[{\"stream\":{}," + values + "}]}}";
    assertEquals(other + '\n', made("{\n" + other.substring(1)));
  }

  @Test
  void aRowOfCsvIsReadByItsQuotesAlone() throws IOException {
    String head = "\"_time\",\"_raw\"\n";
    assertEquals(
        "{\"_time\":\"1\",\"_raw\":\"a\\n"
            + "2,b\\\"\\u0000\"}\n"
            + "{\"_raw\":\"\u00e9\"}\n"
            + "{}\n"
            + "{\"_time\":\"4\",\"_raw\":\"d\"}\n",
        made(head + "1,\"a\n2,b\"\"\0\"\r\n-,\u00e9\n\n,\n4,d"));
    for (String bad :
        List.of(
            "1",
            "1,2,3",
            "1,a\"b",
            "1,\"a\"b",
            "1,\"a\" ",
            "1,a\rb",
            "1,\"a\n2,b\n",
            "1," + "x".repeat(LineInput.LONGEST + 1))) {
      assertEquals("{}\n", made(head + bad), () -> bad.substring(0, Math.min(40, bad.length())));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timestamp,source\n",
        "message\n",
        "message,message\n",
        "\"message\",\"\"\n",
        "Nov 26 10:00:00 mail postfix/smtpd[12]: connect from x, message\n",
        "a,message",
        "\n_raw,a\n",
        "2026-11-26T10:00:00Z,message: \n"
      })
  void onlyTheNamesOfColumnsAreTheBeginningOfCsv(String text) throws IOException {
    assertEquals(text + "x", made(text + "x"));
  }

  /** A row of CloudWatch's is a list of fields: another list, or a field twice, is none. */
  @Test
  void aRowOfFieldsIsAnObjectOrNothing() throws IOException {
    String time = "{\"field\":\"@timestamp\",\"value\":\"2026-11-26 10:00:00.000\"}";
    String text = "{\"field\":\"@message\",\"value\":\"x\"}";
    assertEquals(
        "{\"@timestamp\":\"2026-11-26 10:00:00.000\",\"@message\":\"x\"}\n",
        made("{\"results\":[[" + time + ',' + text + "]]}"));
    for (String row :
        List.of(
            text + ',' + text,
            text + ',' + text.replace("\"x\"", "\"y\""),
            text + ",{\"field\":\"b\"}",
            text + ",{\"field\":\"b\",\"value\":1}",
            text + ",{\"field\":\"b\",\"value\":\"c\",\"field\":\"d\"}",
            text + ",{\"field\":\"b\",\"value\":\"c\",\"more\":\"d\"}",
            text + ",[]",
            text + ",\"x\"",
            text + '}')) {
      assertEquals(
          "{}", made("{\"results\":[[" + row + "]]}").lines().findFirst().orElseThrow(), row);
    }
  }

  @Test
  void whateverComesItEndsAndIsBounded() throws IOException {
    List<String> parts =
        List.of(
            "{\"stream\":",
            "\"values\":",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\"",
            "\\",
            "\n",
            "\r",
            "{}",
            "[\"1\",\"a\"]",
            "{\"resource\":{\"attributes\":[" + Export.attribute("container_name", "x") + "]},",
            "\"scopeLogs\":[{\"logRecords\":[",
            "{\"body\":{\"stringValue\":\"x\"}}");
    for (long seed : List.of(1L, 2L, System.nanoTime())) {
      Random random = new Random(seed);
      for (String head :
          List.of(
              "[{\"a\":1},",
              "[[{\"field\":\"a\",\"value\":",
              "\"_raw\",x\n",
              "{\"resourceLogs\":[",
              "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[",
              "{\"streams\":[{\"stream\":",
              "{\"data\":[{\"type\":\"log\",\"attributes\":",
              "{\"data\":{\"resultType\":\"streams\",\"result\":[")) {
        for (int round = 0; round < 2000; round++) {
          StringBuilder text = new StringBuilder(head);
          for (int i = random.nextInt(40); i > 0; i--) {
            text.append(parts.get(random.nextInt(parts.size())));
          }
          assertTrue(made(text.toString()).length() < 100 * text.length(), "seed " + seed);
        }
      }
    }
  }

  /** Where it is not said that it was a file's line, it may be anything that anybody wrote. */
  @Test
  void anApplicationsOwnEventIsNoLine() throws IOException {
    String splunk = "\"time\":1795687200,\"event\":" + json(FRAMED);
    String datadog =
        "{\"data\":[{\"id\":\"x\",\"type\":\"log\",\"attributes\":{\"message\":" + json(FRAMED);
    for (String text :
        List.of(
            "{" + splunk + "}",
            "{" + splunk + ",\"sourcetype\":\"syslog\"}",
            "{" + splunk + ",\"sourcetype\":\"_json\",\"source\":\"webapp\"}",
            "{" + splunk + ",\"source\":\"/var/log/x\"}",
            datadog + "}}]}",
            datadog + ",\"tags\":[\"source:file\"]}}]}",
            datadog + ",\"tags\":\"filename:x\"}}]}",
            datadog + ",\"attributes\":{\"tags\":[\"filename:x\"]}}}]}",
            datadog + ",\"tags\":[\"filename:x\",\"filename:y\"]}}]}",
            "{\"preview\":false,\"result\":{\"program\":\"postfix/smtpd\",\"_time\":\""
                + iso(1)
                + "Z\",\"message\":"
                + json(VICTIM)
                + "}}")) {
      Path file = Files.writeString(directory.resolve("own"), (text + '\n').repeat(5));
      RecordStore store = Fixtures.store();
      Fixtures.run(store, file);
      assertEquals(List.of(), records(store), text);
    }
  }

  /** A web server's is another, whatever it holds. */
  @Test
  void ofSeveralFilesNoneCounts() throws IOException {
    for (Export export : List.of(Export.SPLUNK_HTTP_COLLECTOR, Export.DATADOG)) {
      String own = export.text().replace("/var/log/mail.log", "/srv/mx.log");
      String others = own.replace("mail.log", "access.log").replace("mx.log", "access.log");
      Path file = Files.writeString(directory.resolve("mixed"), own + '\n' + others + '\n');
      RecordStore store = Fixtures.store();
      Fixtures.run(store, file);
      assertEquals(List.of(), records(store), export.name());
    }
  }

  /** CloudWatch's subscriptions say of which stream events are beside them. */
  @Test
  void ofSeveralStreamsNoneCounts() throws IOException {
    String own = Export.CLOUDWATCH_TO_FIREHOSE.text();
    String batch =
        "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"all\",\"logStream\":\"STREAM\",\"logEvents\":["
            + "{\"id\":\"3\",\"timestamp\":1795687200000,\"message\":"
            + json(FRAMED)
            + "}]}";
    assertEquals(3, read("one", own + batch.replace("STREAM", "mail")).size());
    Path file = Files.writeString(directory.resolve("mixed"), own + batch);
    RecordStore store = Fixtures.store();
    assertTrue(
        Fixtures.run(store, file).files().getFirst().problem().contains("streams"), "is said");
    assertEquals(List.of(), records(store));
  }

  /** Every container may print what strangers sent it. */
  @Test
  void ofSeveralContainersNoneCounts() throws IOException {
    List<String> fields =
        List.of(
            "\"container_name\":\"%s\"",
            "\"kubernetes\":{\"container_name\":\"%s\"}",
            "\"resource\":{\"labels\":{\"container_name\":\"%s\"}}",
            "\"labels\":{\"container\":\"%s\"}",
            "\"container_name\":[\"%s\",\"mail\"]");
    for (String field : fields) {
      String own =
          rows("\n", i -> "{\"log\":" + json(line(i)) + ',' + field.formatted("mail") + '}');
      String others = "\n{\"log\":" + json(FRAMED) + ',' + field.formatted("web") + "}\n";
      assertEquals(2, read("own", own + '\n').size());
      Path file = Files.writeString(directory.resolve("mixed"), own + others);
      RecordStore store = Fixtures.store();
      Fixtures.run(store, file);
      assertEquals(List.of(), records(store));
    }
  }

  /** The sample is of one container; who comes later is another. */
  @Test
  void aContainerThatComesLaterDoesNotCount() throws IOException {
    String own =
        rows("\n", i -> "{\"log\":" + json(line(i)) + ",\"container_name\":\"mail\"}") + '\n';
    String none = "{\"log\":\"" + "x".repeat(1000) + "\",\"container_name\":\"mail\"}\n";
    String others = "{\"log\":" + json(FRAMED) + ",\"container_name\":\"web\"}\n";
    List<String> records = read("later", own + none.repeat(400) + others);
    assertEquals(2, records.size());
    assertTrue(records.stream().noneMatch(r -> r.contains("victim")), records.toString());
  }

  /** syslog daemons in containers leave out what the runtime writes itself. */
  @Test
  void aContainersLineThatBeginsWithTheTagHasTheCollectorsTimeAndHost() throws IOException {
    String own =
        rows(
            "\n",
            i ->
                "{\"@timestamp\":\""
                    + iso(i)
                    + "Z\",\"hostname\":\"mail\",\"message\":"
                    + json(TAGS.get(i) + ": " + TEXTS.get(i))
                    + ",\"container_name\":\"mail\"}");
    List<String> records = read("tagged", own + '\n');
    assertEquals(2, records.size());
    assertTrue(records.getFirst().startsWith("2026-11-26T10:00:00Z mail "), records.toString());
  }
}
