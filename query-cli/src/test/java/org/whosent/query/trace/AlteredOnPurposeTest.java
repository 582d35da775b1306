package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sender who copies the fields of another's message gains nothing by writing them as a page or a
 * ticket would have left them: his text is held against the record as it is in any other message.
 */
class AlteredOnPurposeTest extends MadeUpMail {
  private static final String VICTIM = "alice@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherTextIsNoBetterForIt(boolean content) throws IOException {
    String mail = mail(VICTIM, "<1@x>", TEXT);
    submit(VICTIM, ID, "AAAA1111", mail, content);
    String head = mail.substring(0, mail.indexOf("\n\n") + 1);
    String theirs = hop("CCCC3333").replace("mail.example.com", "evil.example");
    for (String top : List.of(theirs, "", hop("AAAA1111"))) {
      for (String body : List.of(OTHER, OTHER.repeat(3), OTHER.repeat(30))) {
        String fields = top + received(ID, "198.51.100.7");
        TraceResult plain = trace(fields + head + "\n" + body);
        for (String altered :
            List.of(
                head.replace("<1@x>", "&lt;1@x&gt;"),
                head.replace("<1@x>", "\u20391@x\u203a"),
                "X-A: =3D\n" + head,
                "X-A: b\nby c\n" + head)) {
          TraceResult result = trace(fields + altered + "\n" + body);
          if (plain.user() == null || content) {
            assertEquals(null, result.user(), TraceText.render(result));
          }
        }
      }
    }
  }

  /** Some servers pass a header on that has no empty line at its end, and all text stands in it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTextWithoutAnEmptyLineAboveItIsNobodys(boolean content) throws IOException {
    String mail = mail(VICTIM, "<1@x>", TEXT);
    submit(VICTIM, ID, "AAAA1111", mail, content);
    String head = mail.substring(0, mail.indexOf("\n\n") + 1);
    String fields = received(ID, "198.51.100.7") + head;
    String first = "Return-Path: <spam@evil.example>\nDelivered-To: r@far.example\n";
    String theirs = hop("CCCC3333").replace("mail.example.com", "evil.example");
    for (String top : List.of(first, theirs)) {
      for (String above : List.of("", hop("AAAA1111"))) {
        nobody(trace(top + "X-A: b\nby c\n" + above + fields + OTHER), Verdict.INCONCLUSIVE);
      }
    }
  }
}
