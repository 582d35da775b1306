package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceLineTest {
  private static final String TEXT =
      "postfix/smtpd[7]: 4B00A1C2D3: client=c[192.0.2.7], sasl_username=";
  private static final String LINE = "Jun  1 10:00:00 mail " + TEXT + "alice";
  private static final String FORGED = "Jun  1 10:00:00 mail " + TEXT + "victim";
  private static final String STAMP = "2025-06-01T10:00:00.123456789Z ";
  private static final String ALICE = "2026-06-01T10:00:00Z alice";

  @Test
  void whatSternPrintsIsRead() {
    assertEquals(
        List.of(ALICE, ALICE, "nothing"),
        read(
            "mail-7d9c postfix " + LINE,
            "mail-0.mail postfix 2026-06-01T10:00:00Z mail " + TEXT + "alice",
            "mail-7d9c postfix started"));
    String time = "2025-06-01T10:00:00.123456Z alice";
    assertEquals(
        List.of("2025-06-01T10:00:00Z alice", time),
        read("mail-0 postfix " + STAMP + LINE, "mail-1 postfix " + STAMP + TEXT + "alice"));
  }

  /** Any other may print what a stranger sent it, a container's name before it too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail-0 web ",
        "mail-0 web 2025-06-01T10:00:00.123456789Z ",
        "mail-0 web postfix ",
        "mail-0 web mail-0 postfix ",
        "mail-0 postfix x ",
        "mail postfix: ",
        "mail-0  postfix ",
        ""
      })
  void oneContainersLinesCount(String before) {
    assertEquals(List.of(ALICE, "nothing"), read("mail-0 postfix " + LINE, before + FORGED));
  }

  /** Three words, of which the last would be taken for the text's. */
  @Test
  void withNamespacesItIsNotRead() {
    List<String> lines = List.of("mail mail-0 postfix " + LINE, "mail mail-0 postfix " + LINE);
    assertEquals(lines, WrappedSource.unwrap(lines));
  }

  @Test
  void oneSuchLineIsNotEnough() {
    List<String> lines = List.of("by mail " + FORGED, LINE, LINE, LINE);
    assertEquals(lines, WrappedSource.unwrap(lines));
  }

  /** {@code stern -o json}. */
  @Test
  void inJsonTheContainerIsNamed() {
    String begin = "{\"message\":\"";
    String end = "\",\"nodeName\":\"n\",\"podName\":\"mail-0\",\"containerName\":\"";
    List<String> lines =
        List.of(begin + LINE + end + "postfix\"}", begin + FORGED + end + "web\"}");
    assertEquals(List.of(), WrappedSource.unwrap(lines));
    assertEquals(List.of(LINE), WrappedSource.unwrap(lines.subList(0, 1)));
  }
}
