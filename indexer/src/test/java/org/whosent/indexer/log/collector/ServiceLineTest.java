package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.whosent.indexer.log.collector.WrappedSourceTest.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.postfix.PostfixSource;

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
    Lines lines =
        new Lines(
            WrappedSource.of(new PostfixSource(), List.of("mail-0 postfix " + LINE))
                .reader(Lines.settings()));
    assertNotNull(lines.one("mail-0 postfix " + LINE));
    assertNull(lines.one(before + FORGED));
    assertNotNull(lines.one("mail-1 postfix " + LINE));
  }

  /** {@code stern --all-namespaces}. */
  @Test
  void withNamespacesThereIsAWordMore() {
    assertEquals(
        List.of(ALICE, ALICE, "nothing", "nothing"),
        read(
            "mx mail-0 postfix " + LINE,
            "mx-2 mail-1 postfix " + LINE,
            "mail-0 postfix " + FORGED,
            "mx mail-0 x postfix " + FORGED));
  }

  /** Another container's text that begins with a container's name makes no third word of it. */
  @Test
  void aTextThatBeginsWithAWordIsNotItsContainers() {
    List<String> lines =
        List.of("web-0 app postfix " + FORGED, "mail-0 postfix " + LINE, "mail-0 postfix " + LINE);
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
