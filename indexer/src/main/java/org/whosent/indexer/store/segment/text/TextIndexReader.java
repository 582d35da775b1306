package org.whosent.indexer.store.segment.text;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.ClueType;

/**
 * Looks into the Lucene index of a sealed segment. An {@link IOException} says that it is damaged.
 * Not thread-safe. Public for {@code SegmentReader}.
 */
public final class TextIndexReader implements Closeable {
  /**
   * Lucene would warn that vectors are not accelerated; there are none here, and an operator cannot
   * do anything about it. Held, since loggers that nobody holds forget their level.
   */
  private static final Logger VECTORS =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    quiet();
  }

  private final PackedFile.Reader file;
  private final DirectoryReader reader;
  private final LeafReader leaf;

  /**
   * Opens what {@link TextIndexWriter#finish} made.
   *
   * @param length that the file must have
   * @param rows records of the segment
   */
  public TextIndexReader(Path path, long length, int rows) throws IOException {
    file = new PackedFile.Reader(path, length);
    reader = DirectoryReader.open(new PackedDirectory(file));
    if (reader.maxDoc() != rows || reader.leaves().size() != 1) {
      reader.close();
      throw new IOException("its index has " + reader.maxDoc() + " of " + rows + " records");
    }
    leaf = reader.leaves().getFirst().reader();
  }

  /** To be called before Lucene is used for the first time. */
  static void quiet() {
    VECTORS.setLevel(Level.SEVERE);
  }

  /** Numbers of the records that have a clue; null when none has. */
  public Ordinals find(ClueType type, String folded) throws IOException {
    org.apache.lucene.index.Terms terms = leaf.terms(type.code());
    if (terms == null) {
      return null;
    }
    TermsEnum term = terms.iterator();
    if (!term.seekExact(Terms.of(folded))) {
      return null;
    }
    PostingsEnum postings = term.postings(null, PostingsEnum.NONE);
    int count = term.docFreq();
    return new Ordinals() {
      private int left = count;

      @Override
      public int next() throws IOException {
        if (left == 0) {
          return END; // Lucene must not be asked again
        }
        int document = postings.nextDoc();
        left--;
        return document == DocIdSetIterator.NO_MORE_DOCS ? END : document;
      }

      @Override
      public int most() {
        return left;
      }
    };
  }

  /** Reads and checks every byte. */
  public void verify() throws IOException {
    file.verify();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
