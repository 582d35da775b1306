package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Actor;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Midnight;
import org.whosent.query.Program;
import org.whosent.query.access.Look;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** Who looked at what: the real program, and what is left in the data directory. */
class AccessLogCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String ID = "4jY9Sc3VmzzbyS";

  @TempDir Path data;

  @BeforeEach
  void fill() throws Exception {
    Midnight.pass();
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      for (int i = 0; i < 3; i++) {
        batch.add(record(i, i == 2 ? "bob" : "alice"));
      }
      batch.commit();
    }
  }

  private static SubmissionRecord record(int number, String user) {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = Instant.now().minus(Duration.ofHours(number + 1));
    record.transactionId = ID + number;
    record.host = "mail.example.org";
    record.origin = Origin.AUTHENTICATED;
    record.user = user;
    record.recipients = List.of(Recipient.of("carol@example.net"));
    return record.build();
  }

  private List<JsonNode> written() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("access"))) {
      for (Path file : files.sorted().toList()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        for (String line : Files.readAllLines(file)) {
          lines.add(MAPPER.readTree(line));
        }
      }
    }
    return lines;
  }

  private List<JsonNode> listed(Object... options) throws Exception {
    List<Object> arguments =
        new ArrayList<>(List.of("access-log", "--data", data, "--output", "json"));
    arguments.addAll(List.of(options));
    List<JsonNode> looks = new ArrayList<>();
    for (String line : Program.run(arguments.toArray()).lines()) {
      looks.add(MAPPER.readTree(line));
    }
    return looks;
  }

  @Test
  void everyCommandThatShowsOrChangesRecordsIsWritten() throws Exception {
    Path export = data.resolveSibling(data.getFileName() + ".csv");
    Program.run("trace", "--data", data, "--case", "c-1", ID + 0, ID + 2);
    Program.run("search", "--data", data, "--case", "c-2", "--user", "alice");
    Program.run("export", "--data", data, "--to", export, "--user", "alice");
    Files.deleteIfExists(export);
    Program.run("user-report", "--data", data, "bob");
    Program.run("hold", "add", "--data", data, "--name", "h", "--user", "bob");
    Program.run("erase", "--data", data, "--user", "alice");
    Program.run("purge", "--data", data, "--dry-run");

    List<JsonNode> looks = listed();
    assertEquals(
        List.of("trace", "search", "export", "user-report", "hold", "erase", "purge"),
        looks.stream().map(look -> look.get("command").asText()).toList());
    JsonNode trace = looks.get(0);
    assertEquals("c-1", trace.get("case").asText());
    assertEquals(2, trace.get("shown").asInt());
    assertEquals("[\"alice\",\"bob\"]", trace.get("users").toString());
    assertEquals(System.getProperty("user.name"), trace.get("osUser").asText());
    assertEquals(2, looks.get(1).get("shown").asInt());
    assertEquals("[\"alice\"]", looks.get(1).get("users").toString());
    assertTrue(looks.get(1).get("arguments").toString().contains("\"--user\",\"alice\""));
    assertEquals(2, looks.get(2).get("shown").asInt());
    assertEquals("[\"bob\"]", looks.get(3).get("users").toString());
    assertEquals(2, looks.get(5).get("shown").asInt(), "erased");
    looks
        .subList(0, 7)
        .forEach(look -> assertEquals(0, look.get("status").asInt(), look.toString()));

    assertEquals("access-log", listed().get(7).get("command").asText(), "that was a look too");
    assertEquals(1, listed("--of-case", "c-2").size());
    assertEquals(2, listed("--shown", "BOB").size(), "the trace and the report");
    assertEquals(0, listed("--until", "1d").size());
    assertEquals(0, listed("--by", "nobody-of-that-name").size());
  }

  /** What was typed there may be a password, which is not to stay in the log for a year. */
  @Test
  void aLookAtFailedLoginsMayHaveShownEachUser() throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      for (String typed : List.of("alice", "Alice", "hunter2")) {
        batch.add(
            new FailedLogin(
                new JournalEntry.LoginFailure(
                    Instant.now().minusSeconds(9),
                    "mail.example.org",
                    null,
                    "192.0.2.1",
                    1,
                    null,
                    typed,
                    null,
                    null),
                new SourceLine("mail.log", typed.hashCode(), "0123456789abcdef")));
      }
      batch.commit();
    }
    Program.run("search", "--data", data, "--failed-logins");
    Program.run("search", "--data", data, "--failed-logins", "--user", "ALICE");
    Program.run("search", "--data", data, "--failed-logins", "--client", "198.51.100.0/24");
    Program.run("user-report", "--data", data, "alice");
    List<JsonNode> looks = listed("--shown", "alice");
    assertEquals(
        List.of("[]", "[\"alice\"]", "[\"alice\"]"),
        looks.stream().map(look -> look.get("users").toString()).toList());
    assertEquals(2, looks.getFirst().get("userCount").asInt());
    assertEquals(1, listed("--shown", "bob").size(), "everybody's, whose names were not asked for");
    assertFalse(written().toString().contains("hunter2"));
    String text = Program.run("access-log", "--data", data).out();
    assertTrue(text.contains("3 shown, of 2 names, status 0"), text);
  }

  @Test
  void whoSawFailedLoginsUnderANameWhoseFoldingFoldsOnceMoreIsListed() throws Exception {
    String name = "J\u030Canis";
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  Instant.now(), "mail.example.org", null, null, null, null, name, null, null),
              new SourceLine("mail.log", 1, "0123456789abcdef")));
      batch.commit();
    }
    Program.run("search", "--data", data, "--failed-logins", "--user", name);
    Program.run("user-report", "--data", data, name);
    assertEquals(2, listed("--shown", name).size());
    assertEquals(0, listed("--shown", "Janis").size());
  }

  @Test
  void whatWasNotFoundAndWhatFailedIsWrittenToo() throws Exception {
    assertEquals(1, Program.run("search", "--data", data, "--user", "nobody").status());
    assertEquals(
        2,
        Program.run(
                "export",
                "--data",
                data,
                "--to",
                data.resolveSibling("x".repeat(300)),
                "--user",
                "bob")
            .status());
    List<JsonNode> looks = listed();
    assertEquals(1, looks.get(0).get("status").asInt());
    assertEquals(0, looks.get(0).get("shown").asInt());
    assertEquals(2, looks.get(1).get("status").asInt());
  }

  @Test
  void nothingIsAnsweredWhereTheLogCannotBeWritten() throws Exception {
    Files.writeString(data.resolve("access"), "in the way");
    for (List<String> command :
        List.of(
            List.of("search", "--user", "alice"),
            List.of("export", "--user", "alice"),
            List.of("trace", ID + 0),
            List.of("erase", "--user", "alice"))) {
      List<Object> arguments = new ArrayList<>(command);
      arguments.addAll(1, List.of("--data", data));
      Program.Result result = Program.run(arguments.toArray());
      assertEquals(2, result.status(), command.toString());
      assertEquals("", result.out());
      assertTrue(result.err().contains("access log"), result.err());
      assertEquals(1, result.err().lines().count(), result.err());
    }
    Files.delete(data.resolve("access"));
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
  }

  @Test
  void aCaseCanBeRequired() throws Exception {
    Files.writeString(data.resolve("site.yaml"), "requireCase: true\n");
    Program.Result without = Program.run("search", "--data", data, "--user", "alice");
    assertEquals(2, without.status());
    assertEquals("", without.out());
    assertTrue(without.err().contains("--case"), without.err());
    assertEquals(
        2, Program.run("trace", "--data", data, "--case", " ", ID + 0).status(), "blank is none");
    assertEquals(0, Program.run("trace", "--data", data, "--case", "4711", ID + 0).status());
    assertEquals(0, Program.run("purge", "--data", data).status(), "a timer has no case");
    assertEquals(0, Program.run("status", "--data", data).status(), "it shows nobody's records");
  }

  @Test
  void aLookThatWasKilledShowsAsCutOff() throws Exception {
    Look.begin(
        data,
        new Actor("desk", "mallory", 1007L, "host", false),
        "trace",
        null,
        List.of(ID + 0),
        true); // without a shutdown hook, as if it had been killed
    Program.Result result = Program.run("access-log", "--data", data, "--by", "mallory");
    assertEquals(0, result.status());
    assertTrue(result.out().contains("cut off"), result.out());
    JsonNode look = listed("--by", "desk").get(0);
    assertTrue(look.get("status").isNull());
    assertEquals(1007, look.get("loginUid").asInt());
  }

  private static final Actor DESK = new Actor("desk", null, null, "host", false);

  private Look begin(String caseNumber) throws Exception {
    return Look.begin(data, DESK, "search", caseNumber, List.of(), true);
  }

  @Test
  void theOldestLookComesFirstHoweverLateItsAnswerIs() throws Exception {
    begin("killed");
    Look late = begin("late");
    for (int i = 0; i < 1_200; i++) {
      begin("quick").answer(1);
    }
    Look overtaken = begin("overtaken");
    begin("last").answer(1);
    overtaken.answer(0);
    late.shown(7);
    late.answer(0);

    List<JsonNode> looks = listed("--by", "desk");
    assertEquals(1_204, looks.size());
    assertEquals(
        List.of("killed", "late", "quick"),
        looks.subList(0, 3).stream().map(look -> look.get("case").asText()).toList());
    assertEquals(
        List.of("quick", "overtaken", "last"),
        looks.subList(1_201, 1_204).stream().map(look -> look.get("case").asText()).toList());
    assertTrue(looks.get(0).get("shown").isNull());
    assertEquals(7, looks.get(1).get("shown").asInt());
    assertEquals(0, looks.get(1_202).get("status").asInt());
  }

  /** "Who has seen this user's records" is not answered by no where nobody can know. */
  @Test
  void whoMayHaveSeenAUserIsListedToo() throws Exception {
    begin("killed");
    Look many = begin("many");
    for (int i = 0; i < 1_003; i++) {
      many.shown(record(i, "user" + i));
    }
    many.answer(0);
    Look other = begin("other");
    other.shown(record(0, "bob"));
    other.answer(0);

    Program.Result result = Program.run("access-log", "--data", data, "--shown", "user1002");
    assertEquals(2, result.lines().size(), result.out());
    assertTrue(result.lines().get(0).contains("case killed"), result.out());
    assertTrue(result.lines().get(1).contains(" and 3 more users, status 0"), result.out());
  }

  /** Who may run it without sudo can set SUDO_USER to a colleague's name. */
  @Test
  void whoeverTheKernelSaysLoggedInIsNamedNotWhomAVariableNames() throws Exception {
    Actor mallory = new Actor("whosent", "carol", 1007L, "host", true);
    Look.begin(data, mallory, "trace", null, List.of(ID + 0), false).answer(0);
    String text = Program.run("access-log", "--data", data).out();
    assertTrue(text.contains("  uid 1007 (SUDO_USER said carol)  "), text);
    String csv = Program.run("access-log", "--data", data, "--output", "csv").out();
    assertTrue(csv.contains(",uid 1007,whosent,1007,"), csv);
    JsonNode look = listed("--by", "carol").get(0);
    assertEquals("uid 1007", look.get("by").asText());
    assertTrue(look.get("sudoUserDoubted").asBoolean());
  }

  @Test
  void aClosedPipeIsStillALook() throws Exception {
    Process process =
        Program.command("search", "--data", data, "--user", "alice", "--output", "json").start();
    process.getInputStream().close();
    assertTrue(process.waitFor(300, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    JsonNode answer = written().get(1);
    assertEquals("answer", answer.get("type").asText());
    assertEquals(0, answer.get("status").asInt());
    assertEquals("[\"alice\"]", answer.get("users").toString());
  }

  @Test
  void argumentsStayData() throws Exception {
    String hostile = "x\n{\"v\":1,\"type\":\"answer\"}\u001b[2J";
    Program.run("search", "--data", data, "--user", hostile, "--case", "=1+1");
    assertEquals(2, written().size(), "one line each");
    assertEquals(hostile, written().get(0).get("arguments").get(3).asText());
    String text = Program.run("access-log", "--data", data).out();
    assertFalse(text.contains("\u001b"), "no control character reaches the terminal");
    assertEquals(1, text.lines().count());
    String csv = Program.run("access-log", "--data", data, "--output", "csv").out();
    assertTrue(csv.contains("'=1+1"), csv);
  }

  @Test
  void longQuestionsAreBounded() throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("trace", "--data", data));
    for (int i = 0; i < 300; i++) {
      arguments.add("<" + "m".repeat(2000) + i + "@example.org>");
    }
    Program.run(arguments.toArray());
    JsonNode question = written().get(0);
    assertEquals(100, question.get("arguments").size());
    assertEquals(302, question.get("argumentCount").asInt());
    assertEquals(1001, question.get("arguments").get(5).asText().length());
  }

  @Test
  void itsOwnRetentionEndsIt() throws Exception {
    Program.run("search", "--data", data, "--user", "alice");
    Path access = data.resolve("access");
    String old =
        DateTimeFormatter.BASIC_ISO_DATE.format(
            Instant.now().minus(Duration.ofDays(40)).atOffset(ZoneOffset.UTC).toLocalDate());
    Files.writeString(access.resolve("access-" + old + ".jsonl"), "{}\n");
    Files.writeString(access.resolve("access-notes.jsonl"), "somebody's\n");
    Program.run("purge", "--data", data);
    assertTrue(Files.exists(access.resolve("access-" + old + ".jsonl")), "a year by default");
    Files.writeString(data.resolve("site.yaml"), "accessLogRetention: 30d\n");
    assertTrue(
        Program.run("purge", "--data", data, "--dry-run").out().contains("1 day of the access"));
    assertTrue(Files.exists(access.resolve("access-" + old + ".jsonl")));
    Program.run("purge", "--data", data);
    assertFalse(Files.exists(access.resolve("access-" + old + ".jsonl")));
    assertTrue(Files.exists(access.resolve("access-notes.jsonl")), "not ours to delete");
    assertEquals(4, listed().size(), "today's stay: a search and three purges");
  }

  @Test
  void tornLinesAreCountedAndPassedOver() throws Exception {
    Program.run("search", "--data", data, "--user", "alice");
    Path file;
    try (Stream<Path> files = Files.list(data.resolve("access"))) {
      file = files.findFirst().orElseThrow();
    }
    // The second was torn by a failure: the question of access-log goes behind it, not into it.
    Files.writeString(file, Files.readString(file) + "{\"v\":1\n\n{\"v\":1,\"type\":\"que");
    Program.Result result = Program.run("access-log", "--data", data, "--output", "json");
    assertEquals(0, result.status());
    assertTrue(result.err().contains("2 lines could not be read"), result.err());
    assertNull(MAPPER.readTree(result.lines().get(0)).get("case").textValue());
    Program.Result nobody = Program.run("access-log", "--data", data, "--by", "nobody");
    assertEquals(2, nobody.status(), "those lines may say that somebody did: " + nobody.err());
  }
}
