package org.whosent.indexer.log.postfix;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.whosent.indexer.log.framing.SyslogFraming;

/**
 * What the tags of a log's lines mean: looked up rather than taken apart, since there are few of
 * them. Bounded. Not thread-safe.
 */
final class PostfixTags {
  private static final int REMEMBERED = 1000;

  private final Set<String> names;
  private final Map<String, Tag> known = new HashMap<>();

  /** The same where the log may have cut the name off. */
  private final Map<String, Tag> maybeCut = new HashMap<>();

  /** A tag that was met, and what its daemon may write; no program when it is not Postfix. */
  record Tag(PostfixProgram program, int roles, boolean foreign) {
    static Tag of(PostfixProgram program) {
      return program == null
          ? new Tag(null, 0, true)
          : new Tag(program, program.roles(), program.isForeign());
    }

    boolean maybe(int role) {
      return (roles & role) != 0;
    }
  }

  /**
   * Knows none yet.
   *
   * @param names that are Postfix's wherever they stand alone
   */
  PostfixTags(Set<String> names) {
    this.names = names;
  }

  /** That of the line that was framed last. */
  Tag of(SyslogFraming line) {
    Map<String, Tag> tags = line.isStructured() ? maybeCut : known;
    Tag tag = tags.get(line.program());
    if (tag == null) {
      if (tags.size() >= REMEMBERED) {
        tags.clear();
      }
      tag = Tag.of(PostfixProgram.of(line.program(), line.isStructured(), names));
      tags.put(line.program(), tag);
    }
    return tag;
  }
}
