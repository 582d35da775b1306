package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Identifiers as phones, readers of pictures, tables and web pages write them into a text. */
class TypedIdsTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String OTHER = "b@example.com";
  private static final String MESSAGE_ID = "<145fa841.0cc3@laptop.example>";

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, "3AF6D12E4F0", "AAAA1111", mail(USER, MESSAGE_ID, TEXT), false);
    submit(OTHER, "3AF6D12", "BBBB2222", mail(OTHER, "<2@x.example>", TEXT), false);
  }

  @Test
  void whatNobodySeesIsNoPartOfAnId() throws IOException {
    for (String text :
        List.of(
            "The mail had ID 3AF6D12\u00adE4F0 in it\n",
            "The mail had ID 3AF6D12\u200bE4F0.\n",
            "ID\u662f3AF6D12E4F0\u7684\u90ae\u4ef6\n",
            "<p>The mail &lt;145fa841.0cc3@laptop.example&gt;</p>\n",
            "The mail \uff1c145fa841.0cc3@laptop.example\uff1e\n")) {
      named(trace(text), USER, Confidence.BY_HEADER);
    }
  }

  /** The beginning of an ID may be all of another user's. */
  @Test
  void aPieceOfAWordIsNoId() throws IOException {
    for (String text :
        List.of(
            "The mail had ID 3AF6D12\u0415\u0034F0 in it\n", // a Cyrillic letter
            "The mail had ID 3AF6D12\uff25\uff14F0 in it\n", // of full width
            "The mail had ID \u0410\u04103AF6D12 in it\n")) {
      nobody(trace(text), Verdict.FOREIGN);
    }
    nobody(trace("The mail had ID 3AF6D12=\nE4F0 in it\n"), Verdict.INCONCLUSIVE);
    named(trace("The mail had ID 3AF6D12 in it\n"), OTHER, Confidence.BY_HEADER);
  }

  /** Any address reads like one, and a link to a message is not that message. */
  @Test
  void aMessageIdWithoutBracketsNamesNobody() throws IOException {
    for (String text :
        List.of(
            "time,id\n2026-11-23,145fa841.0cc3@laptop.example\n",
            "\"id\";\"145fa841.0cc3@laptop.example\"\n",
            "The mail 145fa841.0cc3@laptop.example is spam\n")) {
      TraceResult result = trace(text);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(USER, result.candidates().getFirst().record().user());
      assertTrue(TraceText.render(result).contains("without its angle brackets"), text);
    }
    nobody(
        trace("See https://lists.example/m/145fa841.0cc3@laptop.example/ there\n"),
        Verdict.FOREIGN);
    nobody(trace("Write to someone@laptop.example\n"), Verdict.FOREIGN);
  }
}
