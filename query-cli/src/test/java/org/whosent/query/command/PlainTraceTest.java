package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Whatever the short way reads, Picocli reads the same. */
class PlainTraceTest {
  private static final List<String> WORDS =
      List.of(
          "--data",
          "--output",
          "--case",
          "--data=x",
          "--output=json",
          "--evidence",
          "--external",
          "--group-by",
          "user",
          "json",
          "text",
          "csv",
          "JSON",
          "yaml",
          "-",
          "--",
          "-h",
          "--help",
          "@file",
          "",
          " ",
          "4jY9Sc3VmzzbyS5",
          "<a@b>",
          "Received: from x by y id z",
          "dir/file",
          "\"q\"",
          "'q'",
          "\"",
          "a=b",
          "--unknown",
          "-x",
          "--case=",
          "ä",
          "a\0b",
          "${user.name}");

  @Test
  void theSameAsPicocliOrNothing() {
    long fresh = System.nanoTime();
    System.out.println("PlainTraceTest: seed " + fresh);
    int taken = 0;
    for (long seed : new long[] {1, 2, 3, fresh}) {
      Random random = new Random(seed);
      for (int i = 0; i < 5_000; i++) {
        List<String> arguments = new ArrayList<>();
        int length = random.nextInt(7);
        for (int n = 0; n < length; n++) {
          arguments.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        String[] typed = arguments.toArray(String[]::new);
        TraceCommand plain = PlainTrace.read(typed);
        if (plain != null) {
          taken++;
          TraceCommand full = new TraceCommand();
          new CommandLine(full).setUnmatchedOptionsArePositionalParams(false).parseArgs(typed);
          assertEquals(full.options(), plain.options(), arguments + ", seed " + seed);
        }
      }
    }
    assertTrue(taken > 500, "the short way was hardly tried: " + taken);
  }

  @Test
  void whatPeopleTypeGoesTheShortWay() {
    assertNotNull(PlainTrace.read("06H10048000000004X7TPPWYHC"));
    assertNotNull(PlainTrace.read("--data", "d", "--output", "json", "complaint.eml", "-"));
    assertNotNull(PlainTrace.read("complaint.eml", "--case", "4711"));
    assertNull(PlainTrace.read());
    assertNull(PlainTrace.read("--output", "json"), "no input: Picocli says so");
    assertNull(PlainTrace.read("--evidence", "x"));
  }
}
