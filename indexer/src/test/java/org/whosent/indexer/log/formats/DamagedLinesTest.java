package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Logs as full disks, crashes, rate limits and several sockets leave them: no message gets another
 * one's user, Message-ID or next hop's ID by that.
 */
class DamagedLinesTest {
  private static final String USER = "user ";
  private static final int ROUNDS = 500;

  private static final Map<String, List<String>> LINES =
      Map.of(
          "postfix", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "exim", List.of("4.96/mainlog", "4.96-all/mainlog", "4.98/mainlog"),
          "sendmail", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "opensmtpd", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "haraka", List.of("haraka.out", "logfmt.out", "json.out"),
          "dovecot", List.of("mail-iso.log", "mail.log", "dovecot-2.4.log"),
          "rspamd", List.of("rspamd-3.4.log", "rspamd.log"),
          "stalwart", List.of("stalwart.2026-11-25"));

  /** Of which a line that is torn is none any more. */
  private static final Map<String, List<String>> OBJECTS_AND_ROWS =
      Map.of(
          "james", List.of("james-3.8.json", "audit-3.9-live.json", "logstash.json"),
          "exchange", List.of("MSGTRK2026112513-1.LOG", "RECV2026112513-1.LOG"),
          "kumomta", List.of("20261125-0946"));

  static Stream<Arguments> linesAndSeeds() {
    return logsAndSeeds(LINES);
  }

  static Stream<Arguments> allAndSeeds() {
    return Stream.concat(logsAndSeeds(LINES), logsAndSeeds(OBJECTS_AND_ROWS));
  }

  private static Stream<Arguments> logsAndSeeds(Map<String, List<String>> logs) {
    return logs.entrySet().stream()
        .flatMap(
            source ->
                source.getValue().stream()
                    .flatMap(
                        log ->
                            Stream.of(1L, System.nanoTime())
                                .map(seed -> Arguments.of(source.getKey(), log, seed))));
  }

  /** A log, what its messages are told to be, and where users are named. */
  private record Log(
      String source, List<String> lines, Map<String, Set<String>> told, List<Integer> naming) {
    static Log read(String source, String log) throws IOException {
      List<String> lines = HostileText.samples(source, List.of("logs/" + log));
      Map<String, Set<String>> told = new HashMap<>();
      List<Integer> naming = new ArrayList<>();
      Lines all = new Lines(source);
      for (int i = 0; i < lines.size(); i++) {
        int before = all.facts.size();
        all.read(lines.get(i));
        for (SubmissionRecord facts : all.facts.subList(before, all.facts.size())) {
          told.computeIfAbsent(facts.transactionId(), _ -> new HashSet<>()).addAll(said(facts));
          if (facts.user() != null) {
            naming.add(i);
          }
        }
      }
      assertFalse(naming.isEmpty(), "the log must name users");
      return new Log(source, lines, told, naming);
    }

    /**
     * Reads what is left of it.
     *
     * @return how much was said
     */
    int assertTrueIn(List<String> damaged, boolean torn, long seed) {
      Lines read = new Lines(source);
      damaged.forEach(read::read);
      int said = 0;
      for (SubmissionRecord facts : read.facts) {
        Set<String> own = told.get(facts.transactionId());
        if (own == null) {
          continue; // Dovecot's own ID, where the relay's line is not there
        }
        for (String value : said(facts)) {
          said++;
          // What is left of a word is nobody's; of a user's name it would be one's.
          boolean nobodys = torn && !value.startsWith(USER) && !isTold(value);
          assertTrue(
              own.contains(value) || nobodys || isUserOfOtherId(facts, value),
              () ->
                  "seed %d: %s of %s, which has %s, in:%n%s"
                      .formatted(
                          seed, value, facts.transactionId(), own, String.join("\n", damaged)));
        }
      }
      return said;
    }

    private boolean isTold(String value) {
      return told.values().stream().anyMatch(values -> values.contains(value));
    }

    /** Dovecot's user of a message that the relay opened, whose ID the whole log has for both. */
    private boolean isUserOfOtherId(SubmissionRecord facts, String value) {
      return value.startsWith(USER)
          && facts.aliases().stream()
              .anyMatch(id -> told.getOrDefault(id, Set.of()).contains(value));
    }
  }

  /** The next line stands behind what is left of one. */
  @ParameterizedTest
  @MethodSource("linesAndSeeds")
  void nothingOfTheNextLineIsAnotherMessages(String source, String name, long seed)
      throws IOException {
    Log log = Log.read(source, name);
    Random random = new Random(seed);
    int said = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> torn = new ArrayList<>();
      int middle = log.naming.get(random.nextInt(log.naming.size()));
      for (int i = Math.max(0, middle - 8); i < Math.min(log.lines.size(), middle + 4); i++) {
        String line = log.lines.get(i);
        if (i == middle || random.nextInt(4) == 0) {
          boolean any = random.nextBoolean();
          int next = any ? log.naming.get(random.nextInt(log.naming.size())) : ++i;
          String behind = next < log.lines.size() ? log.lines.get(next) : "";
          line = line.substring(0, random.nextInt(line.length() + 1)) + behind;
        }
        torn.add(line);
      }
      said += log.assertTrueIn(torn, true, seed);
    }
    assertTrue(said > 20, "something must be read: " + said);
  }

  /** Lines are missing, and others come late. */
  @ParameterizedTest
  @MethodSource("allAndSeeds")
  void whatIsMissingIsNotTakenFromAnother(String source, String name, long seed)
      throws IOException {
    Log log = Log.read(source, name);
    Random random = new Random(seed);
    int said = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int from = random.nextInt(Math.max(1, log.lines.size() - 60));
      List<String> left =
          new ArrayList<>(log.lines.subList(from, Math.min(log.lines.size(), from + 60)));
      double share = random.nextDouble() * 0.6;
      left.removeIf(line -> !line.startsWith("#") && random.nextDouble() < share);
      for (int late = random.nextInt(6); late > 0 && left.size() > 8; late--) {
        int at = random.nextInt(left.size() - 6);
        if (!left.get(at).startsWith("#")) {
          left.add(at + random.nextInt(6), left.remove(at));
        }
      }
      said += log.assertTrueIn(left, false, seed);
    }
    assertTrue(said > 20, "something must be read: " + said);
  }

  /**
   * A sender who imitates a log line, as far as RFC 5321 lets him, does not lose his name by it.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-11-23T10:00:00 mail x[1]: 1xVWMp-00006e-1u <= a\"@far.example",
        "a@[x:2026-11-23T10:00:00]",
      })
  void aSenderThatReadsLikeALogLineHidesNobody(String sender) {
    Lines exim = new Lines("exim");
    assertEquals(
        "mallory",
        exim.one(
                "2026-11-23 15:54:07 1xVWMp-00006e-2u <= "
                    + sender
                    + " H=(pc) [192.0.2.9] P=esmtpsa A=plain:mallory S=5")
            .user());
    Lines sendmail = new Lines("sendmail");
    sendmail.read(
        Lines.ISO
            + "sendmail[77]: AUTH=server, relay=[192.0.2.9], authid=mallory, mech=PLAIN, bits=0");
    assertEquals(
        "mallory",
        sendmail
            .one(
                Lines.ISO
                    + "sendmail[77]: 6ANA00aa000077: from=<"
                    + sender
                    + ">, size=5, class=0, nrcpts=1, proto=ESMTPA, daemon=MSA, relay=[192.0.2.9]")
            .user());
    Lines dovecot = new Lines("dovecot");
    assertEquals(
        "mallory",
        dovecot
            .one(
                Lines.ISO
                    + "dovecot: submission(mallory)<8><BBBB>: Successfully relayed message: from=<"
                    + sender
                    + ">, size=5, id=OWNOWNOWN0001, nrcpt=1, reply=`250 <Nov 23 10:00:00 @x>"
                    + " queued'")
            .user());
  }

  private static List<String> said(SubmissionRecord facts) {
    List<String> said = new ArrayList<>();
    if (facts.user() != null) {
      said.add(USER + facts.user());
    }
    if (facts.messageId() != null) {
      said.add("Message-ID " + facts.messageId());
    }
    facts.recipients().stream()
        .map(Recipient::nextHopId)
        .filter(id -> id != null)
        .forEach(id -> said.add("next hop's ID " + id));
    return said;
  }
}
