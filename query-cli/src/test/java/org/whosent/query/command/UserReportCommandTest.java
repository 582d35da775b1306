package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Midnight;
import org.whosent.query.Program;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** An account at work for a week, then taken over: user-report and search --undelivered. */
class UserReportCommandTest {
  private static final String EVIL = "evil\u001b[2J@=cmd.example";

  @TempDir Path data;
  private Instant today;
  private String since;

  @BeforeEach
  void fill() throws Exception {
    Midnight.pass();
    today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    since = today.minus(Duration.ofDays(2)).toString();
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      for (int day = 7; day >= 1; day--) {
        Instant noon = today.minus(Duration.ofDays(day)).plus(Duration.ofHours(12));
        batch.add(record("HOME" + day, "Bob@x", noon, "192.0.2.10", "friend@a.example", null));
        batch.add(record("OTHER" + day, "carol@x", noon, "203.0.113.1", "x@y.example", null));
      }
      Instant night = today.minus(Duration.ofHours(21));
      for (int i = 0; i < 9; i++) {
        Instant time = night.plusSeconds(i);
        Outcome outcome = i < 3 ? Outcome.DEFERRED : i < 5 ? null : Outcome.DELIVERED;
        batch.add(record("SPAM" + i, "bob@x", time, "198.51.100." + i, i + "@b.example", outcome));
      }
      batch.add(record("SPAMX", "bob@x", night, "2001:db8:7:8::9", EVIL, Outcome.BOUNCED));
      for (int i = 0; i < 3; i++) {
        Instant before = night.minusSeconds(60 + i);
        batch.add(
            new FailedLogin(
                new JournalEntry.LoginFailure(
                    before, "mail", null, "198.51.100.9", null, null, "BOB@x", "PLAIN", null),
                new SourceLine("mail.log", i, "%016x".formatted(i))));
      }
      batch.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  night, "mail", null, "198.51.100.9", null, null, "dave@x", "PLAIN", null),
              new SourceLine("mail.log", 9, "%016x".formatted(9))));
      batch.commit();
    }
  }

  /** As in search, from whose line it is often typed. */
  @Test
  void theAccountIsNamedByTheOptionOfSearchToo() throws Exception {
    Program.Result plain = Program.run("user-report", "--data", data, "--since", since, "bob@x");
    assertEquals(0, plain.status(), plain.err());
    for (String user : List.of("bob@x", "BOB@x")) {
      Program.Result option =
          Program.run("user-report", "--data", data, "--user", user, "--since", since);
      assertEquals(0, option.status(), option.err());
      assertEquals(plain.out(), option.out());
    }
  }

  @Test
  void failedLoginsOfWhoSentNothingAreSaid() throws Exception {
    Program.Result result = Program.run("user-report", "--data", data, "dave@x");
    assertEquals(1, result.status());
    assertEquals("", result.out());
    assertTrue(result.err().contains("but 1 failed login: see"), result.err());
    Program.Result nobody = Program.run("user-report", "--data", data, "erin@x");
    assertEquals(1, nobody.status());
    assertEquals(
        "whosent user-report: no mail and no failed login of this user",
        nobody.err().strip(),
        "silence is taken for an answer");
  }

  /**
   * An account that was stolen on the day of its first record must not look like one that was not.
   */
  @Test
  void whereAllIsOfOneDayNothingIsSaidOfNewNetworks() throws Exception {
    Instant noon = today.minus(Duration.ofHours(12));
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(record("FIRST", "erin@x", noon, "192.0.2.10", "friend@a.example", null));
      batch.add(
          record("THEFT", "erin@x", noon.plusSeconds(9), "198.51.100.1", "x@y.example", null));
      batch.commit();
    }
    for (String from : List.of(today.minus(Duration.ofDays(9)).toString(), noon.toString())) {
      Program.Result one = Program.run("user-report", "--data", data, "--since", from, "erin@x");
      assertTrue(one.out().contains("\nwhich networks are new cannot be told: no two "), one.out());
      JsonNode json = json("--since", from, "erin@x");
      assertEquals(0, json.get("newNetworks").size());
      assertFalse(json.get("newNetworksKnown").asBoolean(true), "an empty list says that none is");
    }
    assertTrue(json("carol@x").get("newNetworksKnown").asBoolean(), "none is new there");
    String later = noon.plusSeconds(5).toString();
    Program.Result known = Program.run("user-report", "--data", data, "--since", later, "erin@x");
    assertTrue(known.out().contains("\n  198.51.100.0/24  first with THEFT"), known.out());
    Program.Result week = Program.run("user-report", "--data", data, "carol@x");
    assertTrue(week.out().contains("\nno network is new\n"), week.out());
  }

  /** Where many share an address, who asks has the port, and must see it. */
  @Test
  void theClientsPortStandsInTheAnswer() throws Exception {
    String found = Program.run("search", "--data", data, "--id", "HOME1").out();
    assertTrue(found.contains("  [192.0.2.10]:40211  <Bob@x> -> "), found);
    String traced = Program.run("trace", "--data", data, "HOME1").out();
    assertTrue(traced.contains("\n  client: 192.0.2.10, port 40211\n"), traced);
  }

  @Test
  void thatNothingIsUnderHoldIsSaid() throws Exception {
    Program.Result result = Program.run("hold", "list", "--data", data);
    assertEquals(1, result.status());
    assertEquals("whosent hold: nothing is under hold", result.err().strip());
  }

  private JsonNode json(String... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of("user-report", "--data", data, "--output", "json"));
    all.addAll(List.of(arguments));
    return new ObjectMapper().readTree(Program.run(all.toArray()).out());
  }

  private static SubmissionRecord record(
      String id, String user, Instant time, String client, String to, Outcome outcome) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = time;
    b.transactionId = id;
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = user;
    b.client = client;
    b.clientPort = 40_211;
    b.mailFrom = user;
    b.recipients = List.of(new Recipient(to, null, null, outcome, null, null, null, null, time));
    b.completed = id.startsWith("SPAM") && outcome != Outcome.DELIVERED ? null : time;
    return b.build();
  }

  @Test
  void theNetworkOfTheTakeOverStandsOut() throws Exception {
    Program.Result result =
        Program.run("user-report", "--data", data, "--since", since, "--output", "json", "BOB@X");
    assertEquals(0, result.status(), result.err());
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertEquals(12, report.get("submissions").asInt(), result.out());
    assertEquals("198.51.100.0/24", report.at("/networks/0/name").asText());
    assertEquals(9, report.at("/networks/0/submissions").asInt());
    assertEquals(11, report.get("clients").size());
    assertEquals(3, report.get("failedLogins").asInt(), result.out());
    assertEquals("198.51.100.0/24", report.at("/failedLoginNetworks/0/name").asText());
    assertEquals(2, report.get("newNetworks").size(), "not the one from home: " + result.out());
    for (JsonNode network : report.get("newNetworks")) {
      assertTrue(
          List.of("198.51.100.0/24", "2001:db8:7::/48").contains(network.get("name").asText()),
          network.toString());
    }
    assertEquals(11, report.get("recipients").asInt());
    // Without --since: what came after the first day is new just so.
    JsonNode all =
        new ObjectMapper()
            .readTree(
                Program.run("user-report", "--data", data, "--output", "json", "bob@x").out());
    assertEquals(17, all.get("submissions").asInt());
    assertEquals(report.get("newNetworks"), all.get("newNetworks"));
  }

  /** Else each network of the last days would look like a thief's, where masks took the rest. */
  @Test
  void whatWasMaskedMakesNoNetworkNew() throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  today.minus(Duration.ofDays(5)),
                  "mail",
                  null,
                  "198.51.100.9",
                  null,
                  null,
                  "carol@x",
                  "PLAIN",
                  null),
              new SourceLine("mail.log", 10, "%016x".formatted(10))));
      batch.commit();
    }
    Files.writeString(data.resolve("site.yaml"), "maskAfter: 1d\n");
    assertEquals(0, Program.run("purge", "--data", data).status());
    String carol = Program.run("user-report", "--data", data, "carol@x").out();
    assertTrue(carol.contains(".000000Z\n        1  from (unknown)\n"), carol);
    for (String from : List.of(since, "1999-01-01")) {
      String text = Program.run("user-report", "--data", data, "--since", from, "bob@x").out();
      assertTrue(
          text.contains(
              "\n"
                  + "which networks are new cannot be told: no two records with a client's address"
                  + " are a day apart (without a client address, masked or not logged: 6 sub"),
          text);
    }
  }

  @Test
  void theTextIsPrintableAndHasAPlot() throws Exception {
    Program.Result result = Program.run("user-report", "--data", data, "bob@x");
    assertTrue(result.out().contains("...\u2588"), result.out());
    assertTrue(result.out().contains("first with SPAM0 at "), result.out());
    // Each list says what its numbers count, and one is not "1 submissions".
    for (String title : List.of("networks: ", "clients: ")) {
      String line = result.lines().stream().filter(l -> l.startsWith(title)).findFirst().get();
      assertTrue(line.endsWith(" (submissions from each, first to last)"), result.out());
    }
    assertTrue(result.out().contains(", 1 submission\n"), result.out());
    assertFalse(result.out().contains(" 1 submissions"), result.out());
    assertTrue(result.out().contains("  from 198.51.100.0/24"), result.out());
    assertFalse(result.out().contains("\u001b"), result.out());
    assertEquals("", result.err());
  }

  @Test
  void theRecipientsToNotify() throws Exception {
    Program.Result result =
        Program.run("user-report", "--data", data, "--output", "csv", "--since", since, "bob@x");
    List<String> lines = result.lines();
    assertEquals("recipient,messages,first,last,outcome", lines.getFirst());
    assertEquals(12, lines.size());
    assertTrue(result.out().contains("0@b.example,1,"));
    assertFalse(result.out().contains("\u001b"));
  }

  @Test
  void nobodyIsOneAndMistakesAreTwo() throws Exception {
    assertEquals(1, Program.run("user-report", "--data", data, "nobody").status());
    assertEquals("", Program.run("user-report", "--data", data, "nobody").out());
    assertEquals(
        1, Program.run("user-report", "--data", data, "--until", "2001-01-01", "bob@x").status());
    for (Object[] wrong :
        new Object[][] {
          {"user-report", "--data", data},
          {"user-report", "--data", data, ""},
          {"user-report", "--data", data, "--since", "yesterday", "bob@x"}
        }) {
      Program.Result result = Program.run(wrong);
      assertEquals(2, result.status());
      assertEquals(1, result.err().lines().count(), result.err());
    }
  }

  @Test
  void whatStillSitsInAQueue() throws Exception {
    Program.Result result =
        Program.run("search", "--data", data, "--undelivered", "--output", "ids");
    assertEquals(
        List.of("SPAM0", "SPAM1", "SPAM2", "SPAM3", "SPAM4"),
        result.lines().stream().sorted().toList());
    assertEquals(
        2,
        Program.run("search", "--data", data, "--undelivered", "--limit", "2", "--output", "ids")
            .lines()
            .size());
    assertEquals(
        1, Program.run("search", "--data", data, "--undelivered", "--user", "carol@x").status());
    // A short queue ID that carol's message has now: whoever deletes by it deletes hers.
    SubmissionRecord.Builder hers =
        record("SPAM3", "carol@x", today, "203.0.113.1", "x@y.example", null).toBuilder();
    hers.completed = null;
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(hers.build());
      batch.commit();
    }
    for (String user : List.of("bob@x", "carol@x")) {
      String ids =
          Program.run("search", "--data", data, "--undelivered", "--output", "ids", "--user", user)
              .out();
      assertEquals(user.equals("carol@x"), ids.contains("SPAM3"), ids);
      assertEquals(user.equals("bob@x"), ids.contains("SPAM4"), ids);
    }
  }
}
