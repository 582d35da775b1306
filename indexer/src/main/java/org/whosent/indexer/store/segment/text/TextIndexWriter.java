package org.whosent.indexer.store.segment.text;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Makes the Lucene index of a sealed segment, in a directory beside it that is deleted in the end.
 * Not thread-safe. Public for {@code SegmentWriter}.
 */
public final class TextIndexWriter implements Closeable {
  private static final double BUFFER_MEGABYTES = 64;
  private static final FieldType KEY = new FieldType();

  static {
    TextIndexReader.quiet();
    KEY.setTokenized(false);
    KEY.setOmitNorms(true);
    KEY.setIndexOptions(IndexOptions.DOCS);
    KEY.freeze();
  }

  private final Path file;
  private final Path building;
  private final Set<ClueType> clues;
  private final Directory directory;
  private final IndexWriter index;

  /**
   * Begins an index.
   *
   * @param file what {@link #finish} makes
   * @param building a directory for the time until then; what is in it goes
   * @param clues what of each record is in it
   */
  public TextIndexWriter(Path file, Path building, Set<ClueType> clues) throws IOException {
    this.file = file;
    this.building = building;
    this.clues = clues;
    StoreFiles.deleteTree(building);
    StoreFiles.createDirectories(building);
    this.directory = new Unforced(building);
    this.index =
        new IndexWriter(
            directory,
            new IndexWriterConfig(null)
                .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
                .setUseCompoundFile(false)
                .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                // Only neighbours are merged, so that documents keep their order.
                .setMergePolicy(new LogDocMergePolicy())
                .setMergeScheduler(new SerialMergeScheduler())
                .setCommitOnClose(false));
  }

  /** Nothing of it outlives {@link #finish}, which forces what it makes of it. */
  private static final class Unforced extends NIOFSDirectory {
    Unforced(Path building) throws IOException {
      super(building, NoLockFactory.INSTANCE);
    }

    @Override
    public void sync(Collection<String> names) {}

    @Override
    public void syncMetaData() {}
  }

  /** Adds the next record. */
  public void add(SubmissionRecord record) throws IOException {
    Document document = new Document();
    for (ClueType type : clues) {
      for (String value : type.of(record)) {
        document.add(new Field(type.code(), Terms.of(value), KEY));
      }
    }
    try {
      index.addDocument(document);
    } catch (IOException e) {
      throw StoreFiles.named(building, e);
    }
  }

  /** Writes the file and forces it to disk; returns its length in bytes. */
  public long finish() throws IOException {
    try {
      index.forceMerge(1);
      index.commit();
      index.close();
    } catch (IOException e) {
      throw StoreFiles.named(building, e);
    }
    String[] names = directory.listAll();
    Arrays.sort(names);
    try (PackedFile.Writer packed = new PackedFile.Writer(file)) {
      for (String name : names) {
        try (IndexInput input = directory.openInput(name, IOContext.READONCE)) {
          packed.file(name, bytes -> read(input, bytes));
        }
      }
      return packed.finish();
    }
  }

  private static int read(IndexInput input, byte[] bytes) throws IOException {
    long left = input.length() - input.getFilePointer();
    int count = (int) Math.min(left, bytes.length);
    if (left > 0) {
      input.readBytes(bytes, 0, count);
    }
    return left > 0 ? count : -1;
  }

  /** Ends it, finished or not. */
  @Override
  public void close() throws IOException {
    try (directory) {
      if (index.isOpen()) {
        index.rollback();
      }
    } finally {
      if (Files.exists(building)) {
        StoreFiles.deleteTree(building);
      }
    }
  }
}
