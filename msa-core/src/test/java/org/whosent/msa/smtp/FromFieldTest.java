package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a From field names, and what is left undecided. */
class FromFieldTest {
  @Test
  void understood() {
    for (String text :
        List.of(
            "a@b.example",
            " <a@b.example> ",
            "A B <a@b.example>",
            "\"x@evil.example\" <a@b.example>",
            "\"q\\\"<x@evil.example>\" <a@b.example> (comment (nested) \\) <y@z>)",
            "(c) a@b.example (c)",
            "=?utf-8?q?x=40evil?= <a@b.example>",
            "J\u00fcrgen <a@b.example>")) {
      assertEquals(Optional.of(List.of("a@b.example")), FromField.addresses(text), text);
    }
    assertEquals(
        Optional.of(List.of("a@b.example", "c@d.example")),
        FromField.addresses("A <a@b.example>, c@d.example"));
  }

  @Test
  void notUnderstood() {
    for (String text :
        List.of(
            "",
            "a",
            ",",
            "a@b.example,",
            "<>",
            "a@b.example c@d.example",
            "<a@b.example> x",
            "<a@b.example><c@d.example>",
            "x@y.example <a@b.example>",
            "<@r.example:a@b.example>",
            "\"a\"@b.example",
            "a@b.example \"x\"",
            "<a@b.example",
            "\"<a@b.example>",
            "(<a@b.example>",
            "g: a@b.example;",
            "a @b.example",
            "a(c)@b.example",
            "<a@b.example\u0001>",
            "<a@b.ex\u00e4mple>",
            "a@b.example\u0007",
            "postmaster",
            "a@b.example\\, c@d.example",
            "<a@b.example> \"x\"",
            "<a@b.example> SIZE=1")) {
      assertEquals(Optional.empty(), FromField.addresses(text), text);
    }
  }

  @Test
  void anythingAtAllEndsInAnAnswer() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      String alphabet = "a@b.<>()\",:;\\ \t";
      for (int i = 0; i < 20_000; i++) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(30); length > 0; length--) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        Optional<List<String>> addresses = FromField.addresses(text.toString());
        // Nothing that is named may come from where no reader would look for an address.
        String why = "seed " + seed + ": " + text;
        addresses.ifPresent(all -> all.forEach(a -> assertEquals(true, text.indexOf(a) >= 0, why)));
      }
    }
  }
}
