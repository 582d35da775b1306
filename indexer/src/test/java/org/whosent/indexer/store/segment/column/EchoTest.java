package org.whosent.indexer.store.segment.column;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left out of a text since another one says it comes back. */
class EchoTest {
  @Test
  void aTextWithAnEchoComesBack() {
    for (String text :
        new String[] {null, "", "a", "xax", "\u0001", "\u0002", "\u0002a", "a\u0001"})
      for (String other : new String[] {null, "", "a", "\u0001", "\u0002", "xax"}) {
        assertEquals(text, Echo.unmark(Echo.mark(text, other), other), text + " / " + other);
        for (String before : new String[] {"", "a", "\u0001", "x\u0001", "x\u0001x", "\u0001x"}) {
          assertEquals(Echo.mark(text, other), Echo.mark(text, other, before));
        }
      }
    String before = "250 as \u0001.";
    assertSame(before, Echo.mark("250 as Q1.", "Q1", before));
    assertEquals("251 as \u0001.", Echo.mark("251 as Q1.", "Q1", before));
    assertEquals("250 as \u0001!", Echo.mark("250 as Q1!", "Q1", before));
    assertEquals(Set.of("250 as \u0001"), Set.of(Echo.mark("250 as Q1", "Q1")));
  }
}
