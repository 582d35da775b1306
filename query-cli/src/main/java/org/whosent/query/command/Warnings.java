package org.whosent.query.command;

import java.io.IOException;
import java.util.List;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.query.output.SafeText;

/**
 * Damage that a look met is said, never kept quiet: an answer from half an index is half an answer.
 * A list of which some may be missing ends with exit status 2.
 */
final class Warnings {
  private Warnings() {}

  /** Prints what the change that is about to be made puts right. */
  static void print(RecordStore store) throws IOException {
    String damage = store.damage();
    if (damage != null) {
      System.err.println("whosent: warning: " + SafeText.forTerminal(damage));
    }
  }

  /** Prints them; true when there were any. */
  static boolean print(View view) throws IOException {
    List<String> warnings = view.warnings();
    for (String warning : warnings) {
      System.err.println("whosent: warning: " + SafeText.forTerminal(warning));
    }
    return !warnings.isEmpty();
  }
}
