package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/** index and trace: the real program on real Postfix logs and real mail. */
class IndexAndTraceTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path directory;
  private Path data;
  private Path log;

  @BeforeEach
  void copyLog() throws Exception {
    data = directory.resolve("data");
    log = fixture("postfix/logs/mail-iso.log");
  }

  private Path fixture(String name) throws Exception {
    Path file = directory.resolve(Path.of(name).getFileName());
    try (InputStream in =
        IndexAndTraceTest.class.getResourceAsStream("/org/whosent/fixtures/" + name)) {
      Files.copy(in, file);
    }
    return file;
  }

  private Program.Result index() throws Exception {
    return index(log);
  }

  private Program.Result index(Path... logs) throws Exception {
    List<Object> arguments =
        new ArrayList<>(List.of("index", "--data", data, "--host", "mail.example.com"));
    arguments.addAll(List.of(logs));
    Program.Result result = Program.run(arguments.toArray());
    assertEquals(0, result.status(), result.err());
    return result;
  }

  @Test
  void readingTwiceUnderAnyNameIsReadingOnce() throws Exception {
    Program.Result first = index();
    assertTrue(first.err().contains("mail-iso.log: postfix, "), first.err());
    String records = Program.run("export", "--data", data, "--output", "json").out();
    assertFalse(records.isEmpty());
    index();
    Path renamed = directory.resolve("mail-iso.log.1");
    Files.move(log, renamed);
    Process gzip = new ProcessBuilder("gzip", renamed.toString()).start();
    assertEquals(0, gzip.waitFor());
    assertEquals(
        0, Program.run("index", "--data", data, directory.resolve("mail-iso.log.1.gz")).status());
    assertEquals(
        records,
        Program.run("export", "--data", data, "--output", "json").out(),
        "the same records");
    assertTrue(Files.readString(data.resolve("site.yaml")).contains("'mail.example.com'"));
  }

  /** Exim's +smtp_mailauth: AUTH of MAIL stands behind the login. */
  @Test
  void whereNoLoginHoldsAColonTheOneBeforeItIsFound() throws Exception {
    Files.writeString(
        Files.createDirectories(data).resolve("site.yaml"), "loginsHaveNoColon: true\n");
    index(
        Files.writeString(
            directory.resolve("mainlog"),
            "2026-11-23 15:52:48 1vNAbC-0000000001a-2cDe <= a@example.com H=(pc) [192.0.2.9]"
                + " P=esmtpa A=plain:alice:bob@example.com S=512 id=a@example.com\n"));
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
    assertEquals(1, Program.run("search", "--data", data, "--user", "bob@example.com").status());
  }

  /** As journalctl -r and the searches of log services have it. */
  @Test
  void aLogWithItsNewestLinesFirstIsReadFromItsEndOrSaidToBeOne() throws Exception {
    List<String> lines = Files.readAllLines(log);
    Path backwards = Files.write(directory.resolve("backwards.log"), lines.reversed());
    Program.Result result =
        Program.run("index", "--data", data, "--host", "mail.example.com", backwards);
    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().contains("; its newest lines come first, so it was"), result.err());
    Program.Result piped =
        Program.runWithInput(
            Files.readAllBytes(backwards), "index", "--data", directory.resolve("piped"), "-");
    assertEquals(2, piped.status(), piped.err());
    assertTrue(piped.err().contains("; its newest lines come first: what several"), piped.err());
    List<String> mixed = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 10) {
      mixed.addAll(lines.subList(i, Math.min(i + 10, lines.size())).reversed());
    }
    Program.Result inAnyOrder =
        Program.run(
            "index",
            "--data",
            directory.resolve("other"),
            "--host",
            "mail.example.com",
            Files.write(directory.resolve("mixed.log"), mixed));
    assertEquals(0, inAnyOrder.status(), inAnyOrder.err());
  }

  /** Also where the span it is in was committed before. */
  @Test
  void whatTheLogDaemonLeftOutIsAGap() throws Exception {
    Files.writeString( // the lines are of 2026
        Files.createDirectories(data).resolve("site.yaml"), "retention: 36500d\n");
    index();
    String line = "2026-11-23T15:52:%02d+00:00 mail %s%n";
    String journald = "systemd-journald[321]: Suppressed 917 messages from postfix@-.service";
    for (int times = 0; times < 2; times++) {
      Files.writeString(
          log,
          line.formatted(50, "postfix/qmgr[7]: 4jY9SNTH1zzz: removed")
              + line.formatted(58, journald)
              + line.formatted(59, "postfix/qmgr[7]: 4jY9SNTH2zzz: removed"),
          StandardOpenOption.APPEND);
      index();
    }
    Program.Result status = Program.run("status", "--data", data, "--output", "json");
    JsonNode dropped = MAPPER.readTree(status.out()).get("dropped");
    assertEquals(1, dropped.size(), status.out());
    assertEquals("mail.example.com", dropped.get(0).get("host").asText());
    assertEquals("2026-11-23T15:52:28.000000Z", dropped.get(0).get("from").asText());
    assertEquals("2026-11-23T15:52:58.000000Z", dropped.get(0).get("until").asText());
    String text = Program.run("status", "--data", data).out();
    assertTrue(text.contains("dropped    mail.example.com  2026-11-23T15:52:28"), text);
    Path message =
        Files.writeString(
            directory.resolve("mail.eml"),
            "Received: from x by mail.example.com with ESMTPSA id 4jY9SNTH3zzz;\r\n"
                + "\tMon, 23 Nov 2026 15:52:40 +0000\r\nSubject: x\r\n\r\nx\r\n");
    Program.Result trace = Program.run("trace", "--data", data, message);
    assertEquals(1, trace.status(), trace.err());
    assertTrue(trace.out().contains("the log lacks lines of its time"), trace.out());
  }

  @Test
  void failedLoginsAreFoundAndAreNoSubmissions() throws Exception {
    Path failures = directory.resolve("failures.log");
    String line =
        "2026-11-23T15:52:%02d+00:00 mail postfix/submission/smtpd[7]: warning: unknown[%s]: SASL"
            + " PLAIN authentication failed: no, sasl_username=%s%n";
    Files.writeString(
        failures,
        Files.readString(log)
            + line.formatted(50, "192.0.2.77", "=cmd|'x'!A1")
            + line.formatted(51, "192.0.2.78", "Nobody@example.com"));
    index(failures);
    index(failures);
    String[] search = {"search", "--data", data.toString(), "--failed-logins"};
    Program.Result found =
        Program.run((Object[]) with(search, "--output", "json", "--client", "192.0.2.0/24"));
    assertEquals(0, found.status(), found.err());
    assertEquals(2, found.lines().size(), found.out());
    JsonNode newest = MAPPER.readTree(found.lines().getFirst());
    assertEquals("Nobody@example.com", newest.get("login").asText());
    assertEquals("mail.example.com", newest.get("host").asText());
    assertTrue(newest.get("source").asText().contains("failures.log:"), found.out());
    String csv = Program.run((Object[]) with(search, "--output", "csv")).out();
    assertTrue(csv.contains("'=cmd|"), csv);
    assertEquals(
        1, Program.run((Object[]) with(search, "--user", "nobody@EXAMPLE.com")).lines().size());
    assertEquals(1, Program.run((Object[]) with(search, "--user", "somebody")).status());
    assertEquals(2, Program.run((Object[]) with(search, "--id", "X")).status());
    assertEquals(
        1,
        Program.run("search", "--data", data, "--user", "nobody@example.com").status(),
        "no submission");
  }

  private static String[] with(String[] first, String... more) {
    return java.util.stream.Stream.of(first, more)
        .flatMap(java.util.stream.Stream::of)
        .toArray(String[]::new);
  }

  @Test
  void oneNameForSeveralHostsIsWarnedOf() throws Exception {
    assertFalse(index().err().contains("warning"));
    Path merged = directory.resolve("merged.log");
    Files.writeString(
        merged,
        Files.readString(log) + Files.readString(log).replace(" mail postfix", " mail2 postfix"));
    String err = index(merged).err();
    assertTrue(err.contains("several hosts (mail, mail2)"), err);
  }

  /** Each message would have two records; of what is piped in nobody knows it before. */
  @Test
  void aNameThatIsGivenLaterIsRefusedOrToldWhatItMakes() throws Exception {
    String unnamed = Program.run("index", "--data", data, log).err();
    assertTrue(unnamed.contains("check: mail: its log is indexed"), unnamed);
    String[] index = {"index", "--data", data.toString(), "--host", "mail.example.com"};
    Program.Result refused = Program.run((Object[]) with(index, log.toString()));
    assertEquals(2, refused.status());
    assertTrue(
        refused.err().startsWith(log + ": not read: it was read without --host before"),
        refused.err());
    byte[] lines = Files.readAllBytes(log);
    String named = Program.runWithInput(lines, (Object[]) with(index, "-")).err();
    assertTrue(named.contains("check: mail: logs of the same time were read under this"), named);
    assertFalse(named.contains("does not name it"), named);
  }

  @Test
  void standardInputAndDirectoriesAreReadToo() throws Exception {
    byte[] bytes = Files.readAllBytes(log);
    assertEquals(0, Program.runWithInput(bytes, "index", "--data", data, "-").status());
    int piped = Program.run("search", "--data", data, "--output", "ids").lines().size();
    Path other = directory.resolve("other");
    Path logs = Files.createDirectories(directory.resolve("logs"));
    Files.move(log, logs.resolve("mail.log"));
    Files.writeString(logs.resolve("README"), "not a log\n");
    assertEquals(0, Program.run("index", "--data", other, logs).status());
    assertEquals(piped, Program.run("search", "--data", other, "--output", "ids").lines().size());
    assertTrue(piped > 5);
  }

  @Test
  void aMessageIsTracedToItsUserAndTheOutputIsTheContract() throws Exception {
    index(fixture("postfix/logs/mail-iso.log.2.gz"), log);
    Path complaint = fixture("messages/far-postfix-00000.eml");
    Program.Result result = Program.run("trace", "--data", data, "--output", "json", complaint);
    JsonNode answer = MAPPER.readTree(result.out());
    assertEquals("identified", answer.get("verdict").asText(), result.out());
    assertEquals(0, result.status());
    assertEquals(complaint.toString(), answer.get("input").asText());
    assertEquals("message", answer.get("kind").asText());
    assertEquals("strong", answer.get("confidence").asText());
    assertEquals(answer.get("user"), answer.at("/record/user"));
    assertTrue(answer.get("candidates").isEmpty());
    for (JsonNode evidence : answer.get("evidence")) {
      assertTrue(List.of("match", "mismatch", "absent").contains(evidence.get("result").asText()));
      assertTrue(evidence.has("check") && evidence.has("detail"));
    }
    for (String name : List.of("from", "until", "hosts", "lagSeconds", "gaps")) {
      assertTrue(answer.get("coverage").has(name), name);
    }

    String id = answer.at("/record/transactionId").asText();
    for (List<Object> input :
        List.of(
            List.<Object>of("queue-id", id),
            List.<Object>of("message-id", answer.at("/record/messageId").asText()),
            List.<Object>of(
                "received",
                "Received: from x by mail.example.com (Postfix) with ESMTPSA id " + id))) {
      Program.Result asked = Program.run("trace", "--data", data, "--output", "json", input.get(1));
      JsonNode same = MAPPER.readTree(asked.out());
      assertEquals(answer.get("user"), same.get("user"), asked.out());
      assertEquals(input.get(0), same.get("kind").asText());
      assertEquals("strong", same.get("confidence").asText());
    }
    Program.Result piped =
        Program.runWithInput(
            Files.readAllBytes(complaint), "trace", "--data", data, "--output", "json", "-");
    assertEquals(answer.get("user"), MAPPER.readTree(piped.out()).get("user"));
    assertTrue(
        Program.run("trace", "--data", data, "--output", "csv", complaint)
            .out()
            .startsWith("input,kind,verdict,user,"));
  }

  @Test
  void oneBadInputCostsOneLineAndTheRestGoOn() throws Exception {
    index(fixture("postfix/logs/mail-iso.log.2.gz"), log);
    Path good = fixture("messages/far-postfix-00000.eml");
    Path bad = directory.resolve("bad.eml");
    Files.writeString(bad, "%PDF-1.7\n");
    Path empty = Files.createFile(directory.resolve("empty.eml"));
    Program.Result result =
        Program.run("trace", "--data", data, "--output", "json", bad, empty, good);
    assertEquals(2, result.status(), result.err());
    assertTrue(result.err().contains("bad.eml"), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertTrue(result.out().contains("\"identified\""), result.out());

    Program.Result nonsense = Program.run("trace", "--data", data, "no such thing");
    assertEquals(2, nonsense.status());
    assertEquals(1, nonsense.err().lines().count(), nonsense.err());
    assertEquals(1, Program.run("trace", "--data", data, "4ZZZZZ0000zzzzz").status());
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    for (List<Object> wrong :
        List.of(
            List.<Object>of("index", "--data", data, "--format", "qmail", log),
            List.<Object>of("index", "--data", data, "--timezone", "Mars", log),
            List.<Object>of("index", "--data", data, "--timezone", "mx1=Mars", log),
            List.<Object>of("index", "--data", data, "--timezone", "m x=UTC", log),
            List.<Object>of("index", "--data", data, "--timezone=UTC", "--timezone=+01:00", log),
            List.<Object>of(
                "index", "--data", data, "--timezone=a=UTC", "--timezone=A=+01:00", log),
            List.<Object>of("index", "--data", data, "--year", "26", log),
            List.<Object>of("index", "--data", data, "--host", "a b", log),
            List.<Object>of("index", "--data", data, directory.resolve("absent.log")),
            List.<Object>of("index", "--data", data),
            List.<Object>of("trace", "--data", directory.resolve("absent"), "x@y"))) {
      Program.Result result = Program.run(wrong.toArray());
      assertEquals(2, result.status(), wrong + result.err());
      assertEquals(1, result.err().lines().count(), result.err());
    }
    Files.createDirectories(data);
    Files.writeString(data.resolve("site.yaml"), "retension: 3d\nhosts: all\n");
    Program.Result site = Program.run("trace", "--data", data, "x@y");
    assertEquals(2, site.status());
    assertEquals(2, site.err().lines().count(), "all problems at once: " + site.err());
  }

  /** A central server's log: every host's stamps in its own zone, which the lines do not name. */
  @Test
  void hostsOfOneLogAreInZonesOfTheirOwn() throws Exception {
    Files.createDirectories(data);
    Files.writeString(
        data.resolve("site.yaml"),
        """
        hosts:
          - name: mail.example.com
            logs: [mx1]
            timezone: Europe/Berlin
          - name: mail.example.net
            logs: [mx2]
            timezone: Asia/Tokyo
        """);
    Path central = directory.resolve("central.log");
    Files.writeString(
        central,
        """
        2026-07-01T14:00:00 mx1 postfix/smtpd[7]: 4XDDDD1111zzz1: client=a[192.0.2.1]
        2026-07-01T08:00:01 mx2 postfix/smtpd[7]: 4XBBBB1111zzz2: client=a[192.0.2.1]
        2026-07-01T12:00:02 mx3 postfix/smtpd[7]: 4XCCCC1111zzz3: client=a[192.0.2.1]
        """);
    Program.Result index =
        Program.run(
            "index",
            "--data",
            data,
            "--timezone",
            "UTC",
            "--timezone",
            "MX2=America/New_York",
            central);
    assertEquals(0, index.status(), index.err());
    assertTrue(
        index
            .err()
            .contains(
                "warning: --timezone says that mx2 is in America/New_York, site.yaml that"
                    + " mail.example.net is in Asia/Tokyo"),
        index.err());
    Program.Result found = Program.run("search", "--data", data, "--output", "json");
    for (int second = 0; second < 3; second++) {
      String time = "\"time\":\"2026-07-01T12:00:0" + second + ".000000Z\"";
      assertTrue(found.out().contains(time), found.out());
    }
  }

  @Test
  void followingShowsWhatIsAddedAndEndsOnSigterm() throws Exception {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    Path live = directory.resolve("live.log");
    Files.write(live, lines.subList(0, 40), StandardCharsets.UTF_8);
    Path err = directory.resolve("err");
    Process follower =
        Program.command("index", "--data", data, "--host", "mail.example.com", "--follow", live)
            .redirectError(err.toFile())
            .start();
    try {
      waitFor(() -> ids() > 0, err);
      int before = ids();
      Files.write(
          live,
          lines.subList(40, lines.size()),
          StandardCharsets.UTF_8,
          java.nio.file.StandardOpenOption.APPEND);
      waitFor(() -> ids() > before, err);
      follower.destroy();
      assertEquals(0, follower.waitFor(), Files.readString(err));
    } finally {
      follower.destroyForcibly();
    }
    assertTrue(Files.readString(err).contains("live.log: postfix, "), Files.readString(err));
    assertTrue(Files.exists(data.resolve("site.yaml")), "the host is remembered");
  }

  private int ids() throws Exception {
    return Program.run("search", "--data", data, "--output", "ids").lines().size();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  /** Bounded by number of looks, each a process of its own, not by a clock. */
  private static void waitFor(Condition condition, Path err) throws Exception {
    for (int i = 0; i < 60; i++) {
      if (condition.holds()) {
        return;
      }
    }
    throw new AssertionError("it never came: " + Files.readString(err));
  }
}
