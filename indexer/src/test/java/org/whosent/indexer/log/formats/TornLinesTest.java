package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A full disk or a crash leaves the beginning of a line, behind which the next one is written. No
 * message gets another one's user, Message-ID or next hop's ID by that.
 */
class TornLinesTest {
  private static final Map<String, List<String>> LOGS =
      Map.of(
          "postfix", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "exim", List.of("4.96/mainlog", "4.96-all/mainlog", "4.98/mainlog"),
          "sendmail", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "opensmtpd", List.of("mail-iso.log", "mail.log", "mail-5424.log"),
          "haraka", List.of("haraka.out", "logfmt.out", "json.out"),
          "dovecot", List.of("mail-iso.log", "mail.log", "dovecot-2.4.log"),
          "rspamd", List.of("rspamd-3.4.log", "rspamd.log"),
          "stalwart", List.of("stalwart.2026-11-25"));

  static Stream<Arguments> logsAndSeeds() {
    return LOGS.entrySet().stream()
        .flatMap(
            source ->
                source.getValue().stream()
                    .flatMap(
                        log ->
                            Stream.of(1L, System.nanoTime())
                                .map(seed -> Arguments.of(source.getKey(), log, seed))));
  }

  @ParameterizedTest
  @MethodSource("logsAndSeeds")
  void nothingOfTheNextLineIsAnotherMessages(String source, String log, long seed)
      throws IOException {
    List<String> lines = HostileText.samples(source, List.of("logs/" + log));
    Map<String, Set<String>> whole = new HashMap<>();
    List<Integer> naming = new ArrayList<>();
    Lines all = new Lines(source);
    for (int i = 0; i < lines.size(); i++) {
      int before = all.facts.size();
      all.read(lines.get(i));
      for (SubmissionRecord facts : all.facts.subList(before, all.facts.size())) {
        whole.computeIfAbsent(facts.transactionId(), _ -> new HashSet<>()).addAll(said(facts));
        if (facts.user() != null) {
          naming.add(i);
        }
      }
    }
    assertTrue(naming.size() > 1, "the log must name users: " + naming.size());

    Random random = new Random(seed);
    int told = 0;
    for (int round = 0; round < 3_000; round++) {
      Lines read = new Lines(source);
      List<String> torn = new ArrayList<>();
      int middle = naming.get(random.nextInt(naming.size()));
      for (int i = Math.max(0, middle - 8); i < Math.min(lines.size(), middle + 4); i++) {
        String line = lines.get(i);
        if (i == middle || random.nextInt(4) == 0) {
          int next = random.nextBoolean() ? naming.get(random.nextInt(naming.size())) : ++i;
          String behind = next < lines.size() ? lines.get(next) : "";
          line = line.substring(0, random.nextInt(line.length() + 1)) + behind;
        }
        torn.add(line);
        read.read(line);
      }
      for (SubmissionRecord facts : read.facts) {
        Set<String> own = whole.get(facts.transactionId());
        if (own == null) {
          continue; // of Dovecot's before a relay whose line is torn
        }
        for (String value : said(facts)) {
          told++;
          boolean others =
              whole.values().stream().anyMatch(values -> values != own && values.contains(value));
          assertTrue(
              own.contains(value) || !others && !value.startsWith("user "),
              () ->
                  "seed %d: %s of %s, which has %s, in:%n%s"
                      .formatted(seed, value, facts.transactionId(), own, String.join("\n", torn)));
        }
      }
    }
    assertTrue(told > 100, "something must be read: " + told);
  }

  /** Nor does a sender who imitates one lose his name. */
  @Test
  void aSenderThatReadsLikeALogLineHidesNobody() {
    String stamp = "\"2026-11-23T10:00:00 mail x[1]: 1xVWMp-00006e-1u <= a\"@far.example";
    Lines exim = new Lines("exim");
    assertEquals(
        "mallory",
        exim.one(
                "2026-11-23 15:54:07 1xVWMp-00006e-2u <= "
                    + stamp
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
                    + stamp
                    + ">, size=5, class=0, nrcpts=1, proto=ESMTPA, daemon=MSA, relay=[192.0.2.9]")
            .user());
    Lines dovecot = new Lines("dovecot");
    assertEquals(
        "mallory",
        dovecot
            .one(
                Lines.ISO
                    + "dovecot: submission(mallory)<8><BBBB>: Successfully relayed message: from=<"
                    + stamp
                    + ">, size=5, id=OWNOWNOWN0001, nrcpt=1, reply=`250 Ok: queued as 0A1B2C3D4E'")
            .user());
  }

  private static List<String> said(SubmissionRecord facts) {
    List<String> said = new ArrayList<>();
    if (facts.user() != null) {
      said.add("user " + facts.user());
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
