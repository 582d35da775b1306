package org.whosent.indexer.store.segment.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;

/** Lists what a segment's Lucene index has, for tests that say a text is nowhere. */
public final class IndexText {
  private IndexText() {}

  /** All terms of all fields, a byte a character. */
  public static String terms(Path file) throws IOException {
    PackedFile.Reader packed = new PackedFile.Reader(file, Files.size(file));
    StringBuilder all = new StringBuilder();
    try (DirectoryReader reader = DirectoryReader.open(new PackedDirectory(packed))) {
      for (LeafReaderContext leaf : reader.leaves()) {
        for (FieldInfo field : leaf.reader().getFieldInfos()) {
          TermsEnum terms = leaf.reader().terms(field.name).iterator();
          for (BytesRef term = terms.next(); term != null; term = terms.next()) {
            all.append(
                    new String(term.bytes, term.offset, term.length, StandardCharsets.ISO_8859_1))
                .append('\n');
          }
        }
      }
    }
    return all.toString();
  }
}
