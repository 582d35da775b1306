package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Our MSA's records have digests, so an outsider who copies our line also copies what was submitted
 * under it, and buries it in a text of his own, or cuts a phrase out of it. What a list adds does
 * not hide the user.
 */
class BuriedTextTest extends MadeUpMail {
  private static final String USER = "victim@example.com";
  private static final Random RANDOM = new Random(11);
  private final String text = words(120);
  private String id;
  private String ours;

  @BeforeEach
  void submitted() throws IOException {
    id = ids.next().toString();
    submit(USER, id, "AAAA1111", mail(USER, "<v@x>", text), true);
    ours = received(id, "198.51.100.7");
  }

  private static String words(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int n = 0; n < 4 + RANDOM.nextInt(5); n++) {
        text.append((char) ('a' + RANDOM.nextInt(26)));
      }
      text.append(i % 10 == 9 ? '\n' : ' ');
    }
    return text.toString();
  }

  @Test
  void inALongTextOfHisOwn() throws IOException {
    for (int times : new int[] {6, 10, 40}) {
      String half = words(60 * times);
      TraceResult result = trace(ours + mail(USER, "<v@x>", half + text + words(60 * times)));
      assertNull(result.user(), times + ": " + TraceText.render(result));
    }
  }

  @Test
  void aPhraseOfItAlone() throws IOException {
    TraceResult result = trace(ours + mail(USER, "<v@x>", text.substring(0, 120)));
    assertNull(result.user(), TraceText.render(result));
  }

  @Test
  void aFooterAndACutAreNothing() throws IOException {
    for (String copy : new String[] {text, text + words(40), text.substring(0, 500)}) {
      TraceResult result = trace(ours + mail(USER, "<v@x>", copy));
      assertEquals(USER, result.user(), TraceText.render(result));
    }
  }
}
