package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A header of which a part is missing, or whose fields stand in another order: what it does not
 * tell is not taken for a sign that it is not ours, nor that its user is not to blame.
 */
class PartsOfAHeaderTest extends MadeUpMail {
  private static final String USER = "alice@example.com";
  private static final String OTHERS = "bob@example.com";
  private static final String HIS = "4jY9Sb6Dptzbyx3";
  private static final String BOBS = "4jY9Sc2QmxzbySQ";

  /** What a client wrote itself, as if other servers had had it before. */
  private static final String WRITTEN_BEFORE =
      "Received: from pc ([198.51.100.66])\n"
          + "\tby relay.other.example (Haraka) with ESMTPSA id X1;\n"
          + "\t"
          + date(NOON.minusSeconds(100))
          + "\n";

  private String header;

  @BeforeEach
  void submitted() throws IOException {
    String mail = mail(USER, "<1@x>", TEXT);
    submit(USER, HIS, "AAAA1111", mail, false);
    submit(OTHERS, BOBS, "BBBB2222", mail(OTHERS, "<2@x>", TEXT), false);
    header = hop("AAAA1111") + received(HIS, "198.51.100.7") + head(mail);
  }

  private static String head(String mail) {
    return mail.substring(0, mail.indexOf("\n\n") + 1);
  }

  private static List<String> fields(String header) {
    return new ArrayList<>(List.of(header.strip().split("\n(?![ \t])")));
  }

  private static String reversed(String header) {
    List<String> fields = fields(header);
    Collections.reverse(fields);
    return String.join("\n", fields) + "\n";
  }

  /** Our field is the lowest one, and the first to be cut away. */
  @Test
  void aHeaderCutAboveOurFieldIsNotForeign() throws IOException {
    named(trace(header), USER, Confidence.BY_HEADER);
    String foreignHop = hop("CCCC3333").replace("mail.example.com", "mx.elsewhere.example");
    for (String cut : List.of(hop("DDDD4444"), foreignHop)) {
      for (String pasted : List.of(cut, cut.strip(), "Hi,\n\n> " + cut.replace("\n", "\n> "))) {
        TraceResult result = trace(pasted);
        nobody(result, Verdict.INCONCLUSIVE);
        assertTrue(TraceText.render(result).contains("ends before From"), TraceText.render(result));
      }
    }
    String whole = foreignHop + head(mail("x@y.example", "<9@y>", TEXT));
    nobody(trace(whole), Verdict.FOREIGN);
    nobody(ask(fields(foreignHop).getLast()), Verdict.FOREIGN); // asked for as it stands
  }

  /** In another order the field above ours is not the next hop's. */
  @Test
  void aHeaderTurnedRoundDoesNotClearItsUser() throws IOException {
    String with = header.replace("\nFrom:", "\n" + WRITTEN_BEFORE + "From:");
    named(trace(with), USER, Confidence.BY_HEADER);
    TraceResult result = trace(reversed(with));
    nobody(result, Verdict.INCONCLUSIVE);
    assertTrue(TraceText.render(result).contains("order"), TraceText.render(result));
    named(trace(reversed(header)), USER, Confidence.BY_HEADER);
    // As it was received, another way above is a copy.
    String stranger = WRITTEN_BEFORE.replace("other.example", "evil.example");
    nobody(
        trace(stranger + received(HIS, "198.51.100.7") + head(mail(USER, "<1@x>", TEXT))),
        Verdict.CONTRADICTED);
  }

  /** Which of two fields of ours is the upper one only the order tells. */
  @Test
  void ofTwoFieldsOfOursInAnotherOrderNoneIsTheUpperOne() throws IOException {
    String copied = received(BOBS, "198.51.100.7");
    String bobs = head(mail(OTHERS, "<2@x>", TEXT));
    String forged = hop("AAAA1111") + received(HIS, "198.51.100.7") + copied + bobs;
    for (String pasted : List.of(reversed(forged), "Hi\n\n" + reversed(forged))) {
      nobody(trace(pasted), Verdict.INCONCLUSIVE);
    }
    String unknown = received("4jY9Sd3QmxzbzZZ", "198.51.100.7") + copied + bobs;
    nobody(trace(reversed(unknown)), Verdict.INCONCLUSIVE);
  }

  /** Out of a sentence, a link, a page's source. */
  @Test
  void anIdAsItIsCopied() throws IOException {
    for (String id :
        List.of(
            HIS + ".",
            HIS + ")",
            "(" + HIS + "),",
            "\"" + HIS + "\"",
            "\u201c" + HIS + "\u201d",
            "id " + HIS,
            "ID: " + HIS + ";",
            "[" + HIS + "]")) {
      assertEquals(USER, ask(id).user(), id);
    }
    for (String id :
        List.of(
            "<1@x>.",
            "(<1@x>)",
            "&lt;1@x&gt;",
            "%3C1@x%3E",
            "%3c1%40x%3e",
            "1%40x",
            "mid:1@x",
            "mailto:1@x",
            "\u20391@x\u203a",
            "Message-ID: <1@x>")) {
      assertEquals(USER, ask(id).user(), id);
    }
    assertEquals("\"1\"@x", InputReader.asked("\"1\"@x").orElseThrow().text());
    assertEquals("\"1\"@x", InputReader.asked("(\"1\"@x).").orElseThrow().text());
    assertEquals("1@x", InputReader.asked("\"1@x\"").orElseThrow().text());
    assertEquals("1@[192.0.2.1]", InputReader.asked("1@[192.0.2.1]").orElseThrow().text());
    assertEquals("<a%40b@x>", InputReader.asked("<a%40b@x>").orElseThrow().text());
    assertEquals("a%40b@x", InputReader.asked("a%40b@x").orElseThrow().text());
  }

  /** Most servers' IDs differ by case: what was typed in capitals was not looked for. */
  @Test
  void anIdInOtherLettersIsSaidToBeOne() throws IOException {
    for (String other : List.of(HIS.toUpperCase(java.util.Locale.ROOT), "4jy9sb6dptzbyx3")) {
      TraceResult result = ask(other);
      nobody(result, Verdict.NOT_FOUND);
      assertTrue(TraceText.render(result).contains("other letters"), TraceText.render(result));
    }
    for (String id : List.of("4jY9Sb6Dptzbyx4", "ABCDEF0123", "12345678")) {
      String said = TraceText.render(ask(id));
      assertTrue(!said.contains("other letters"), said);
    }
  }

  /** Gmail's table, where the log has no such Message-ID: no server's word is there. */
  @Test
  void aFewFieldsOfTheSendersDoNotShowThatItIsNotOurs() throws IOException {
    String table =
        "Original Message\nMessage ID\t<%s>\nFrom:\tA <a@x.example>\nTo:\tr@far.example\n";
    nobody(trace(table.formatted("7@x") + "Subject:\tHello\n"), Verdict.INCONCLUSIVE);
    assertEquals(Verdict.INCONCLUSIVE, trace(table.formatted("1@x")).verdict(), "another sender");
  }

  /** A Message-ID in other letters is no other one: it does not clear the user. */
  @Test
  void aHeaderInCapitalsIsNoCopy() throws IOException {
    String capitals = header.replace("<1@x>", "<1@X>");
    named(trace(capitals), USER, Confidence.BY_HEADER); // by the hand-over, as without any
    String alone = received(HIS, "198.51.100.7") + head(mail(USER, "<1@X>", TEXT));
    nobody(trace(alone), Verdict.INCONCLUSIVE);
    nobody(trace(alone.replace("<1@X>", "<3@x>")), Verdict.CONTRADICTED);
  }

  /** Its lines below the first fold are a text, as it stands; people paste it so. */
  @Test
  void aHeaderWithoutItsIndentsClearsNobody() throws IOException {
    TraceResult result = trace(header.replace("\n\t", "\n"));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(USER, result.candidates().getFirst().record().user());
    assertTrue(TraceText.render(result).contains("indents"), TraceText.render(result));
    named(trace("Look:\n\n" + header.replace("\n\t", "\n")), USER, Confidence.BY_HEADER);
  }
}
