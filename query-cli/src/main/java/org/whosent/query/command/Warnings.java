package org.whosent.query.command;

import java.io.IOException;
import org.whosent.indexer.store.View;
import org.whosent.query.output.SafeText;

/**
 * Damage that a look met is said, never kept quiet: an answer from half an index is half an answer.
 */
final class Warnings {
  private Warnings() {}

  static void print(View view) throws IOException {
    for (String warning : view.warnings()) {
      System.err.println("whosent: warning: " + SafeText.forTerminal(warning));
    }
  }
}
