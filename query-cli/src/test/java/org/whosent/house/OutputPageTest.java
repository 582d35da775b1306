package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Program;
import org.whosent.query.trace.Check;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.RecordFields;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** What {@code docs/output.md} says of JSON and CSV is what the commands write. */
class OutputPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("whosent.root")).resolve("docs/output.md");
  private static final String ID = "4jY9Sc3VmzzbyS5";
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`", Pattern.DOTALL);

  @TempDir Path data;

  @BeforeEach
  void fill() throws Exception {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = Instant.now();
    b.transactionId = ID;
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = "alice";
    b.recipients = List.of(Recipient.of("bob@example.net"));
    b.provenance = List.of(new SourceLine("mail.log", 0, "0123456789abcdef"));
    FailedLogin login =
        new FailedLogin(
            new JournalEntry.LoginFailure(
                b.time, "mail", null, "198.51.100.9", null, null, "alice", "PLAIN", null),
            new SourceLine("mail.log", 1, "0123456789abcdef"));
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(b.build());
      batch.add(login);
      batch.commit();
    }
  }

  private Program.Result run(Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data));
    return Program.run(all.toArray());
  }

  /** The cells of the tables below a heading, without their heads. */
  private static List<List<String>> rows(String heading) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    boolean here = false;
    boolean head = true;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("#")) {
        here = line.endsWith("# " + heading);
      } else if (here && line.startsWith("|")) {
        if (line.startsWith("|---")) {
          head = false;
        } else if (!head) {
          rows.add(Arrays.stream(line.substring(2, line.length() - 2).split(" \\| ")).toList());
        }
      } else {
        head = true;
      }
    }
    assertTrue(!rows.isEmpty(), heading);
    return rows;
  }

  private static List<String> quoted(String text) {
    return QUOTED.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode json(Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--output", "json"));
    Program.Result result = run(all.toArray());
    return new ObjectMapper().readTree(result.lines().getFirst());
  }

  @Test
  void everyFieldOfARecord() throws Exception {
    List<List<String>> expected =
        RecordFields.ALL.stream()
            .map(
                field ->
                    List.of(
                        "`" + field.name() + "`",
                        switch (field.writer()) {
                          case BOTH -> "all";
                          case MSA -> "the MSA";
                          case LOGS -> "logs";
                        },
                        field.meaning()))
            .toList();
    List<List<String>> rows = rows("A record");
    assertEquals(expected, rows.subList(0, expected.size()));

    Set<String> recipient = new TreeSet<>();
    rows.subList(expected.size(), rows.size())
        .forEach(row -> recipient.addAll(quoted(row.getFirst())));
    JsonNode record = json("search");
    assertEquals(names(record.get("recipients").get(0)), recipient);
    Set<String> fields = new TreeSet<>(Set.of("source"));
    RecordFields.ALL.forEach(field -> fields.add(field.name()));
    assertEquals(names(record), fields);
  }

  @Test
  void everyCheck() throws Exception {
    assertEquals(
        Arrays.stream(Check.values())
            .map(check -> "`" + check.word() + "` " + (check.against() ? "yes" : "no"))
            .toList(),
        rows("Checks").stream().map(row -> row.getFirst() + " " + row.getLast()).toList());
  }

  @Test
  void everyNameInTheJsonOfTrace() throws Exception {
    Set<String> expected = new TreeSet<>();
    rows("`trace --output json`").forEach(row -> expected.addAll(quoted(row.getFirst())));
    assertEquals(names(json("trace", "--evidence", ID)), expected);
    expected.remove("rawLines");
    JsonNode result = json("trace", ID);
    assertEquals(names(result), expected);
    String page = Files.readString(PAGE);
    for (String part : List.of("evidence", "coverage")) {
      JsonNode node = result.get(part);
      for (String name : names(node.isArray() ? node.get(0) : node)) {
        assertTrue(page.contains("`" + name + "`"), part + "." + name);
      }
    }
  }

  @Test
  void everyNameInTheOtherCommandsJson() throws Exception {
    assertEquals(0, run("hold", "add", "--name", "case", "--user", "alice").status());
    for (List<String> row : rows("The other commands' JSON")) {
      for (String command : quoted(row.getFirst())) {
        if (command.equals("doctor") || command.equals("submit")) {
          continue; // docs/doctor.md
        }
        List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
        if (command.equals("user-report")) {
          arguments.add("alice");
        } else if (command.equals("purge")) {
          arguments.add("--dry-run");
        }
        assertEquals(names(json(arguments.toArray())), new TreeSet<>(quoted(row.get(1))), command);
      }
    }
  }

  @Test
  void everyNameInTheirLists() throws Exception {
    Set<String> page = new TreeSet<>();
    rows("Their lists").forEach(row -> page.addAll(quoted(row.getLast())));
    for (JsonNode all : List.of(json("status"), json("user-report", "alice"))) {
      int lists = 0;
      for (JsonNode list : all) {
        for (JsonNode each : list.isArray() ? list : List.<JsonNode>of()) {
          lists++;
          names(each).forEach(name -> assertTrue(page.contains(name), name));
        }
      }
      assertTrue(lists > 0, all.toString());
    }
  }

  @Test
  void everyColumn() throws Exception {
    for (List<String> row : rows("CSV")) {
      for (String command : quoted(row.getFirst())) {
        List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
        if (command.startsWith("trace")) {
          arguments.add(ID);
        } else if (command.equals("user-report")) {
          arguments.add("alice");
        }
        arguments.addAll(List.of("--output", "csv"));
        assertEquals(
            String.join(",", quoted(row.get(1))),
            run(arguments.toArray()).lines().getFirst(),
            command);
      }
    }
  }
}
