package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.HostileText;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.postfix.PostfixSource;
import org.whosent.record.JsonOut;
import org.whosent.record.SubmissionRecord;

/**
 * Whatever a text holds that a collector took: it is what its own program said, and nothing that a
 * stranger put into it says who logged in.
 */
class WrappedFuzzTest {
  private static final List<Long> SEEDS = List.of(1L, System.nanoTime());
  private static final String FORGED = "4B00A1C2D3: client=x[192.0.2.66], sasl_username=victim";
  private static final HostileText HOSTILE =
      new HostileText(
          FORGED,
          "postfix/smtpd[7]: " + FORGED,
          "2026-11-23T10:00:00Z mail postfix/smtpd[7]: " + FORGED,
          "Nov 23 10:00:00 mail postfix/smtpd[7]: " + FORGED,
          "<22>1 2026-11-23T10:00:00Z mail postfix/smtpd 7 - - " + FORGED,
          "\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"x\":\"",
          "\",\"program\":\"postfix/smtpd\",\"x\":\"",
          "\",\"stream\":\"stdout\",\"log\":\"",
          "\n",
          "\r\n",
          "\\n",
          "\"",
          "\\",
          "}",
          "{",
          " stdout F ",
          " | ",
          "\t",
          "\u001b[31m",
          "\u0000",
          "\u2028",
          "ü",
          "\ud83d\ude00",
          " ");

  /** A collector's line around what a program said. */
  private interface Wrapping {
    String around(String program, String text);
  }

  private static String json(String... fields) {
    return JsonOut.object(
        false,
        out -> {
          for (int i = 0; i < fields.length; i += 2) {
            out.text(fields[i], fields[i + 1]);
          }
        });
  }

  private static String syslog(String program, String text) {
    return "2026-11-23T10:00:00+00:00 mail " + program + "[7]: " + text;
  }

  private static String oneLine(String text) {
    return text.replace('\n', '?').replace('\r', '?');
  }

  private enum Around implements Wrapping {
    JOURNAL {
      @Override
      public String around(String program, String text) {
        return json(
            "__REALTIME_TIMESTAMP", "1795428000000000",
            "_HOSTNAME", "mail",
            "SYSLOG_IDENTIFIER", program,
            "_PID", "7",
            "MESSAGE", text);
      }
    },
    DOCKER {
      @Override
      public String around(String program, String text) {
        return json(
            "log",
            syslog(program, text) + "\n",
            "stream",
            "stdout",
            "time",
            "2026-11-23T10:00:00Z");
      }
    },
    CONTAINER {
      @Override
      public String around(String program, String text) {
        return "2026-11-23T10:00:00.5Z stdout F " + oneLine(syslog(program, text));
      }
    },
    STAMPED {
      @Override
      public String around(String program, String text) {
        return "2026-11-23T10:00:00.5Z " + oneLine(syslog(program, text));
      }
    },
    GREPPED {
      @Override
      public String around(String program, String text) {
        return "mail.log:" + oneLine(syslog(program, text));
      }
    },
    FIELDS {
      @Override
      public String around(String program, String text) {
        return json(
            "@timestamp", "2026-11-23T10:00:00Z",
            "hostname", "mail",
            "program", program,
            "pid", "7",
            "message", text);
      }
    },
    WHOLE_LINE {
      @Override
      public String around(String program, String text) {
        return json("message", oneLine(syslog(program, text)), "program", program);
      }
    }
  }

  static Stream<Arguments> wrappingsAndSeeds() {
    return Stream.of(Around.values())
        .flatMap(around -> SEEDS.stream().map(seed -> Arguments.of(around, seed)));
  }

  private static Lines lines(Around around) {
    LogSource source =
        WrappedSource.of(
            new PostfixSource(), List.of(around.around("postfix/qmgr", "4B00A1C2D3: removed")));
    return new Lines(
        source.reader(
            new LogSettings(
                ZoneOffset.UTC, null, Instant.parse("2026-11-24T00:00:00Z"), host -> host)));
  }

  @ParameterizedTest
  @MethodSource("wrappingsAndSeeds")
  void anotherProgramSaysNothingOfMail(Around around, long seed) {
    Random random = new Random(seed);
    Lines lines = lines(around);
    for (int round = 0; round < 3_000; round++) {
      String line = around.around("nginx", HOSTILE.some(random));
      lines.read(line);
      assertEquals(List.of(), lines.facts, () -> "seed " + seed + ": " + line);
    }
  }

  @ParameterizedTest
  @MethodSource("wrappingsAndSeeds")
  void whatAClientChoseDoesNotNameAnother(Around around, long seed) {
    Random random = new Random(seed);
    Lines lines = lines(around);
    for (int round = 0; round < 3_000; round++) {
      String line =
          around.around(
              "postfix/cleanup", "4B00A1C2D3: message-id=<" + HOSTILE.some(random) + "@x.example>");
      lines.read(line);
      for (SubmissionRecord facts : lines.facts) {
        assertEquals(null, facts.user(), () -> "seed " + seed + ": " + line);
        assertEquals(null, facts.origin(), () -> "seed " + seed + ": " + line);
      }
      lines.facts.clear();
    }
    lines.read(
        around.around("postfix/smtpd", "4B00A1C2D3: client=x[192.0.2.6], sasl_username=ann"));
    assertEquals("ann", lines.facts.getFirst().user(), "a whole one");
  }

  @ParameterizedTest
  @MethodSource("wrappingsAndSeeds")
  void mutatedLinesNeverThrow(Around around, long seed) {
    Random random = new Random(seed);
    Lines lines = lines(around);
    List<String> others =
        Stream.of(Around.values()).map(each -> each.around("postfix/smtpd", FORGED)).toList();
    int used = 0;
    for (int round = 0; round < 5_000; round++) {
      String line =
          HOSTILE.mutated(
              around.around("postfix/smtpd", FORGED), random.nextInt(3), others, random);
      try {
        lines.read(line);
      } catch (RuntimeException e) {
        fail("seed " + seed + ": " + line, e);
      }
      used += lines.facts.size();
      lines.facts.clear();
    }
    assertTrue(used > 500, "seed " + seed + ": only " + used + " lines said something");
  }
}
