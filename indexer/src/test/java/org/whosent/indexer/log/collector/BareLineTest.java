package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** Lines as mail servers print them in a container, whose time is that of who kept them. */
class BareLineTest {
  @TempDir Path directory;

  /** A line with its time, which is all of the header that the one inside lacks. */
  private record Printed(Instant time, String text) {
    private static String json(String text) {
      StringBuilder out = new StringBuilder("\"");
      for (char c : text.toCharArray()) {
        out.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : c);
      }
      return out.append('"').toString();
    }
  }

  private enum Kept {
    DOCKER(
        line ->
            "{\"log\":%s,\"stream\":\"stderr\",\"time\":\"%s\"}"
                .formatted(Printed.json(line.text + '\n'), line.time)),
    DOCKER_WITH_A_TERMINAL(
        line ->
            "{\"log\":%s,\"stream\":\"stdout\",\"time\":\"%s\"}"
                .formatted(Printed.json("\u001b[34m" + line.text + "\u001b[39m\r\n"), line.time)),
    CRI(line -> line.time.toString().replace("Z", "+00:00") + " stderr F " + line.text),
    LOGS_WITH_TIMES(line -> line.time + " " + line.text),
    COMPOSE_WITH_TIMES(line -> "mail-1  | " + line.time + " " + line.text),
    JOURNAL(
        line ->
            ("{\"__CURSOR\":\"s=0\",\"__REALTIME_TIMESTAMP\":\"%d\",\"_HOSTNAME\":\"box\","
                    + "\"CONTAINER_NAME\":\"mail\",\"CONTAINER_ID\":\"0123456789ab\","
                    + "\"SYSLOG_IDENTIFIER\":\"mail\",\"_COMM\":\"conmon\",\"MESSAGE\":%s}")
                .formatted(
                    line.time.getEpochSecond() * 1_000_000 + line.time.getNano() / 1000,
                    Printed.json(line.text))),
    FLUENT_BIT(
        line ->
            ("{\"@timestamp\":\"%s\",\"log\":%s,"
                    + "\"kubernetes\":{\"container_name\":\"mail\",\"host\":\"box\"}}")
                .formatted(line.time, Printed.json(line.text)));

    private final Function<Printed, String> around;

    Kept(Function<Printed, String> around) {
      this.around = around;
    }
  }

  private static List<Printed> printed(Path plain, Pattern header) throws IOException {
    List<Printed> lines = new ArrayList<>();
    for (String line : Files.readAllLines(plain)) {
      Matcher matcher = header.matcher(line);
      if (matcher.lookingAt()) {
        String time = matcher.group(1).replace("+00:00", "Z").replaceFirst(" (.*)", "T$1Z");
        lines.add(new Printed(Instant.parse(time), line.substring(matcher.end())));
      }
    }
    return lines;
  }

  /** Without hosts: those of the plain log are what lacks in the other. */
  private static List<SubmissionRecord> records(RecordStore store) throws IOException {
    return Fixtures.records(store).stream()
        .map(
            record -> {
              SubmissionRecord.Builder facts = record.toBuilder();
              facts.host = "";
              facts.logHosts = List.of();
              return facts.build();
            })
        .toList();
  }

  private void areThoseOf(Path plain, Pattern header, Kept kept) throws IOException {
    RecordStore expected = Fixtures.store();
    Fixtures.run(expected, plain);
    assertTrue(records(expected).stream().anyMatch(record -> record.user() != null));
    RecordStore store = Fixtures.store();
    List<String> lines = printed(plain, header).stream().map(kept.around).toList();
    Path file = Files.createDirectories(directory.resolve("kept")).resolve("log");
    Fixtures.run(store, Files.write(file, lines));
    assertEquals(Fixtures.json(records(expected)), Fixtures.json(records(store)));
  }

  @ParameterizedTest
  @EnumSource
  void openSmtpds(Kept kept) throws IOException {
    Path plain = Fixtures.put(directory, "opensmtpd", "logs/mail-iso.log", Fixtures.MODIFIED);
    areThoseOf(plain, Pattern.compile("([0-9]{4}\\S+) \\S+ smtpd\\[[0-9]+]: "), kept);
  }

  @ParameterizedTest
  @EnumSource
  void harakas(Kept kept) throws IOException {
    for (String log : List.of("haraka.out", "json.out", "logfmt.out")) {
      Path plain = Fixtures.put(directory, "haraka", "logs/" + log, Fixtures.MODIFIED);
      areThoseOf(plain, Pattern.compile("([0-9T:.-]{23,29}Z) (?=\\[|\\{|level=)"), kept);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DOCKER", "CRI", "JOURNAL", "FLUENT_BIT"})
  void rspamds(Kept kept) throws IOException {
    Path plain = Fixtures.put(directory, "rspamd", "logs/rspamd-3.4.log", Fixtures.MODIFIED);
    areThoseOf(plain, Pattern.compile("([0-9-]{10} [0-9:.]{8,15}) #[0-9]+(?=\\()"), kept);
  }

  /** What stands before them is somebody else's text, whatever follows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "says 560db4ba3c0fff43 smtp message msgid=9f646395",
        "560db4ba3c0fff4 smtp message",
        "560DB4BA3C0FFF43 smtp message",
        "560db4ba3c0fff43: smtp message",
        " [INFO] [-] [core] x",
        "x [INFO] [-] [core] x",
        "[INFO] core: x",
        "(normal) <a1b2c0> task; rspamd_task_write_log: x",
        "x (normal) <a1b2c0>; task; rspamd_task_write_log: x",
        "smtpd[12]: 560db4ba3c0fff43 smtp message",
        ""
      })
  void othersAreNone(String text) {
    assertNull(BareLine.stamped("2026-11-28T10:00:00Z", "", text));
  }

  /** OpenSMTPD 5's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp-in: New session 560db4ba3c0fff43 from host localhost [local]",
        "smtp-in: session 560db4ba3c0fff43: connection from host x [192.0.2.1] established",
        "smtp-in: Accepted authentication for user bob on session 560db4ba3c0fff43",
        "relay: Ok for 560db4ba3c0fff43: session=560db4ba3c0fff44, from=<>, to=<a@b>"
      })
  void ofAnOlderRelease(String text) {
    assertEquals(
        "2026-11-28T10:00:00Z - smtpd: " + text,
        BareLine.stamped("2026-11-28T10:00:00Z", "", text));
  }

  @Test
  void thereIsAHeaderBeforeThem() {
    Stream.of("box", "")
        .forEach(
            host ->
                assertEquals(
                    "2026-11-28T10:00:00Z "
                        + (host.isEmpty() ? "-" : host)
                        + " smtpd: 560db4ba3c0fff43 smtp connected",
                    BareLine.stamped(
                        "2026-11-28T10:00:00Z", host, "560db4ba3c0fff43 smtp connected")));
  }
}
