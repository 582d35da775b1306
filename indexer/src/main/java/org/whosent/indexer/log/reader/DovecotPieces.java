package org.whosent.indexer.log.reader;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;

/**
 * Puts a line of Dovecot's submission service together that its log process has written as two. A
 * process hands over no more than PIPE_BUF bytes at a time ({@code internal_send_split} of {@code
 * failures.c}); what is longer comes as two lines, both behind the process's prefix. The line that
 * says who sent a message holds the sender's address whole, so that whoever logs in can make it so
 * long, and choose where it is cut: in the next hop's reply, or where the first half looks whole.
 * So one that is as long as may be waits, whatever it says, and what the same process says next is
 * its rest if the two are one line then: the process writes nothing between them.
 *
 * <p>Bounded: of too many first halves the one that was written first is forgotten, and counted.
 * Not thread-safe.
 */
final class DovecotPieces {
  private static final int WAITING = 1000;

  private static final Pattern PREFIX =
      Pattern.compile(
          "submission\\(.{1,1024}?\\)<[0-9]{1,10}><[A-Za-z0-9+/]{1,64}>: ", Pattern.DOTALL);
  private static final Pattern BEGINNING =
      Pattern.compile("(?:relay: )?Successfully relayed message: from=<");

  /** POSIX's least, which the BSDs and macOS have; Linux's; Solaris's. */
  private static final int[] PIPE_BUF = {512, 4096, 5120};

  /** More than the marks, the type and the process ID before the text. */
  private static final int HEAD = 32;

  private final SessionTable<String, String> waiting;
  private final Predicate<String> isWhole;

  DovecotPieces(Forgotten forgotten, Predicate<String> isWhole) {
    this.waiting = new SessionTable<>(WAITING, forgotten);
    this.isWhole = isWhole;
  }

  /** The lines that are to be read now, in their order; none where one waits for its rest. */
  List<String> read(String host, String message) {
    Matcher prefix = PREFIX.matcher(message);
    if (!prefix.lookingAt()) {
      return List.of(message);
    }
    String text = message.substring(prefix.end());
    boolean begins = BEGINNING.matcher(text).lookingAt();
    String key = host + ' ' + prefix.group();
    String before = waiting.isEmpty() ? null : waiting.remove(key);
    List<String> lines = new ArrayList<>(2);
    if (before != null) {
      if (!begins && isWhole.test(before + text)) {
        return List.of(before + text);
      }
      lines.add(before);
    }
    if (begins && isPerhapsCut(text)) {
      waiting.put(key, message);
    } else {
      lines.add(message);
    }
    return lines;
  }

  private static boolean isPerhapsCut(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    for (int most : PIPE_BUF) {
      if (length <= most && length > most - HEAD) {
        return true;
      }
    }
    return false;
  }
}
