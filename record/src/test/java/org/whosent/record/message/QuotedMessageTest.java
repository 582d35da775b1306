package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is put together out of a text in which somebody pasted a message. */
class QuotedMessageTest {
  private static final String HEADER =
      "Received: from a (b [192.0.2.1])\n\tby c with ESMTP id d\nMessage-ID: <1@x>\nSubject: s\n";
  private static final String UNFOLDED = HEADER.replace("\n\t", " ");

  private static String found(String text) {
    return QuotedMessage.find(text)
        .map(found -> new String(found.source(), StandardCharsets.UTF_8))
        .orElse("-");
  }

  @Test
  void aHeaderInManyForms() {
    String whole = UNFOLDED + "\ntext\n";
    for (String form :
        List.of(
            HEADER,
            UNFOLDED,
            HEADER.replace("\n\t", "\n"),
            HEADER.replace(": ", ":\t"),
            HEADER.replaceAll("(?m)^([A-Z][\\w-]+):", "*$1:*"),
            HEADER.replaceAll("(?m)^([A-Z][\\w-]+):", "_$1_:"),
            HEADER.replace("<", "&lt;").replace(">", "&gt;"),
            HEADER.replace("<1@x>", "<1@x><mailto:1@x>"),
            HEADER.replace("Subject: s", "Subject: s<https://x.example/y>"))) {
      assertEquals(whole, found("see\n" + form + "\ntext\n"), form);
    }
    assertEquals(
        whole.replace(": s", ": a & \"b' c"),
        found(HEADER.replace(": s", ": a &amp; &quot;b&#39;&nbsp;c") + "\ntext\n"));
    // One of the body's own brackets stays what it is.
    assertEquals(whole + "&lt;\n", found(HEADER + "\ntext\n&lt;\n"));
  }

  /**
   * A server writes nothing behind its date: the next line is the sender's, whatever it looks like.
   */
  @Test
  void nothingOfTheSendersIsJoinedToAReceivedField() {
    String received = "Received: from a by c with ESMTP id d; Mon, 23 Nov 2026 12:00:00 +0000";
    String more = "Message-ID: <1@x>\nSubject: s\n";
    String copied = "from e by c with ESMTPSA id f; Mon, 23 Nov 2026 12:00:00 +0000";
    for (String zone : List.of("", " (UTC)", "\n(UTC)", "\n\t(GMT+01:00)")) {
      String ours = received + zone.replaceAll("\\s+", " ") + "\n";
      for (String name : List.of("X_A", "X.A", "|", ">", "(", "1", "a".repeat(100))) {
        String line = name + ": " + copied + "\n (" + copied + ")\n";
        assertEquals(ours + more + "\nt\n", found(received + zone + "\n" + line + more + "\nt"));
        String flat = received + zone + " " + line + more;
        assertEquals(ours + more + "\n", found(flat.replaceAll("\\s+", " ").strip()), flat);
      }
      for (String field : List.of("Received :", "Received:", "received\t:")) {
        assertEquals(
            ours + field.substring(0, 8) + ": " + copied + "\n" + more + "\nt\n",
            found(received + zone + "\n" + field + copied + "\n" + more + "\nt"));
      }
    }
    // What a mail program broke within the date belongs to it.
    String broken = received.replace(" +0000", "\n+0000").replace(" 12:", "\n12:");
    assertEquals(received + "\n" + more + "\nt\n", found(broken + "\n" + more + "\nt"));
  }

  /** Paragraphs that were turned into text have an empty line behind each. */
  @Test
  void anEmptyLineAfterEach() {
    String spaced = UNFOLDED.replace("\n", "\n\n");
    assertEquals(UNFOLDED + "\ntext\n\nmore\n", found(spaced + "text\n\nmore\n"));
    assertEquals(UNFOLDED + "\ntext\n\nmore\n", found("see\n" + spaced + "text\n\nmore\n"));
    // Lines that can only be the rest of a field are.
    for (String rest : List.of("by c", "for <r@d>", "with ESMTP", "id d", "(d)")) {
      String folded =
          "Message-ID: <1@x>\n\nSubject: s\n\nReceived: from a\n\n" + rest + "\n\ntext\n";
      assertEquals(
          "Message-ID: <1@x>\nSubject: s\nReceived: from a " + rest + "\n\ntext\n", found(folded));
    }
    String other = "Message-ID: <1@x>\n\nSubject: s\n\nReceived: from a\n\nbye c\n";
    assertEquals("Message-ID: <1@x>\nSubject: s\nReceived: from a\n\nbye c\n", found(other));
    // Two fields so are not enough to tell, nor fields that begin close together.
    assertEquals(
        "Message-ID: <1@x>\nSubject: s\n\nTo: c@d\n",
        found("Message-ID: <1@x>\nSubject: s\n\nTo: c@d\n"));
    assertEquals("-", found("Message-ID: <1@x>\n\nSubject: s\n\nno field\n"));
    assertEquals("-", found("Message-ID: <1@x>\n\nSubject: s\nTo: c@d\n\nno field\n"));
  }

  @Test
  void lineBreaksThatWereLost() {
    String flat = UNFOLDED.strip().replace("\n", " ");
    assertEquals(UNFOLDED + "\n", found(flat));
    assertEquals(UNFOLDED + "\n", found("It said: " + flat.replace(" Sub", "   Sub")));
    String ticket = "{\"raw\": \"\\n" + HEADER.replace("\n", "\\r\\n").replace("\t", "\\t");
    assertEquals(UNFOLDED + "\ntext\"}\n", found(ticket + "\\r\\ntext\"}\n"));
    assertEquals(UNFOLDED + "\ntext\"}\n", found(ticket.replace("\\r", "") + "\\ntext\"}\n"));
    // Neither is looked for where nothing was received.
    String none = "Message-ID: <1@x> Subject: s To: c@d";
    assertEquals("-", found(none));
    assertEquals("-", found(none.replace(" S", "\\nS").replace(" T", "\\nT")));
    // A message that is there as it is comes first.
    assertEquals(
        UNFOLDED + "\na Received: x To: y \\n\n", found(HEADER + "\na Received: x To: y \\n\n"));
  }

  /** Below a header that promises parts or an encoding mostly stands the text as it was shown. */
  @Test
  void theTextAsItWasShown() {
    String parts = "Content-Type: multipart/mixed; boundary=\"b\"\n";
    String source = UNFOLDED + parts + "MIME-Version: 1.0\n\n--b\n\ntext\n--b--\n";
    assertEquals(source, found("see\n" + source));
    assertEquals(source.replace("\"b\"", "b"), found("see\n" + source.replace("\"b\"", "b")));
    String shown = "\ntext\n";
    assertEquals(UNFOLDED + shown, found(UNFOLDED + parts + "MIME-Version: 1.0\n" + shown));
    assertEquals(UNFOLDED + shown, found(UNFOLDED + parts.replace("\"b\"", "\"\"") + shown));
    String encoded = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n";
    assertEquals(UNFOLDED + shown, found(UNFOLDED + encoded + shown));
    String base64 = "\n" + "QUJD".repeat(15) + "\n";
    assertEquals(
        UNFOLDED + "Content-Transfer-Encoding: base64\n" + base64,
        found(UNFOLDED + encoded + base64));
  }

  /** Quote marks are taken off the text as often as they stand before the header. */
  @Test
  void quoteMarksOfTheText() {
    String quoted = "> > " + (UNFOLDED + "\ntext\n> theirs\n").strip().replace("\n", "\n> > ");
    assertEquals(UNFOLDED + "\ntext\n> theirs\n", found("see\n" + quoted));
    assertEquals(UNFOLDED + "\ntext\n> theirs\n", found(UNFOLDED + "\ntext\n> theirs\n"));
  }

  @Test
  void bounds() {
    String lines = "x\n".repeat(99_998);
    assertEquals(
        "Message-ID: <1@x>\nSubject: s\n\n", found(lines + "Message-ID: <1@x>\nSubject: s\n"));
    assertEquals("-", found(lines + "x\nMessage-ID: <1@x>\nSubject: s\n"));
    String fields = UNFOLDED + "X-Y: z\n".repeat(2000);
    assertEquals(1002, QuotedHeader.at(fields.lines().toList(), 0).fields().size());
  }
}
