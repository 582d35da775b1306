package org.whosent.indexer.store.lucene;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.whosent.record.SubmissionRecord;

/**
 * Writes one partition. While it is open, and after it was left with uncommitted changes, a file
 * {@code writing} stands in the partition's directory; {@link Recovery} then rolls back. Not
 * thread-safe.
 */
final class PartitionWriter implements Closeable {
  private static final String MARK = "writing";
  private static final double BUFFER_MEGABYTES = 32;
  private static final double LARGEST_COMPOUND_MEGABYTES = 16;

  private final Path data;
  private final Partition base;
  private final BlockWriter blocks;
  private final Directory directory;
  private final IndexFiles.KeepNamed commits;
  private final IndexWriter index;
  private PartitionReader reader;
  private boolean readerIsOld;
  private long records;
  private long stale;
  private long moved;
  private boolean dirty;

  /**
   * Opens a partition where it was last committed.
   *
   * @param named the commit that the manifest on disk names, or null
   */
  PartitionWriter(Path data, Partition base, String named) throws IOException {
    this.data = data;
    this.base = base;
    this.records = base.records();
    this.stale = base.stale();
    this.moved = base.moved();
    Path home = base.directory(data);
    StoreFiles.createDirectories(base.luceneDirectory(data));
    mark(home);
    this.blocks = new BlockWriter(base.recordsFile(data), base.recordsLength());
    Directory opened = null;
    try {
      opened = IndexFiles.open(base.luceneDirectory(data));
      this.directory = opened;
      Set<String> names = new HashSet<>();
      if (named != null) {
        names.add(named);
      }
      if (base.commit() != null) {
        names.add(base.commit());
      }
      this.commits = new IndexFiles.KeepNamed(names);
      this.index = open(directory, base, commits);
    } catch (IOException | RuntimeException | AssertionError e) {
      blocks.close();
      if (opened != null) {
        opened.close();
      }
      if (base.commit() == null || e instanceof ClosedChannelException) {
        throw e; // a full disk or an interrupt: there is nothing yet that could be damaged
      }
      throw DamageException.index(base, e);
    }
  }

  private static IndexWriter open(Directory directory, Partition base, IndexFiles.KeepNamed commits)
      throws IOException {
    TieredMergePolicy merges = new TieredMergePolicy();
    // A small commit then forces four files to disk instead of twenty.
    merges.setNoCFSRatio(1);
    merges.setMaxCFSSegmentSizeMB(LARGEST_COMPOUND_MEGABYTES);
    IndexWriterConfig config =
        new IndexWriterConfig(null)
            .setIndexSort(IndexTerms.NEWEST_FIRST)
            .setUseCompoundFile(true)
            .setMergePolicy(merges)
            // Merges must be part of the commit that they belong to, and end with the batch.
            .setMergeScheduler(new SerialMergeScheduler())
            .setRAMBufferSizeMB(BUFFER_MEGABYTES)
            .setCommitOnClose(false)
            .setIndexDeletionPolicy(commits);
    if (base.commit() == null) {
      config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    } else {
      config.setOpenMode(IndexWriterConfig.OpenMode.APPEND);
      config.setIndexCommit(IndexFiles.commit(directory, base.commit()));
    }
    return new IndexWriter(directory, config);
  }

  static Path mark(Path home) throws IOException {
    Path mark = home.resolve(MARK);
    if (!Files.exists(mark)) {
      StoreFiles.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
      StoreFiles.syncDirectory(home);
    }
    return mark;
  }

  /** Whether a partition's directory was left with uncommitted changes. */
  static boolean marked(Path home) {
    return Files.exists(home.resolve(MARK));
  }

  /** Adds a record, encoded. */
  void put(SubmissionRecord record, byte[] json) throws IOException {
    changed();
    long location = blocks.add(json);
    index.addDocument(IndexTerms.document(record, location));
    records++;
  }

  /**
   * Ends a copy.
   *
   * @param left no newer copy takes its place in this partition
   */
  void remove(String transactionId, long location, boolean left) throws IOException {
    changed();
    blocks.remove(location);
    index.deleteDocuments(IndexTerms.copy(transactionId, location));
    records--;
    stale++;
    if (left) {
      moved++;
    }
  }

  private void changed() {
    dirty = true;
    readerIsOld = true;
  }

  /** Every current copy with this transaction ID, uncommitted ones too. */
  List<PartitionReader.Copy> copies(String transactionId) throws IOException {
    if (reader == null) {
      reader = PartitionReader.open(data, base, index, blocks.flush());
    } else if (readerIsOld) {
      reader.refresh(index, blocks.flush());
    }
    readerIsOld = false;
    return reader.copies(transactionId);
  }

  /** Makes everything durable under a new commit, which counts when a manifest names it. */
  Partition commit() throws IOException {
    if (!dirty && commits.last() == null && base.commit() != null) {
      return base;
    }
    long length = blocks.commit();
    index.flush();
    index.maybeMerge();
    index.commit();
    StoreFiles.syncDirectory(base.directory(data));
    dirty = false;
    String commit = commits.last() == null ? base.commit() : commits.last();
    return new Partition(
        base.day(), base.generation(), length, commit, records, stale, moved, base.lostBlocks());
  }

  /** The manifest on disk now names this commit. */
  void named(Partition partition) {
    commits.names(Set.of(partition.commit()));
  }

  /** Gives up what was not committed. */
  @Override
  public void close() throws IOException {
    try (directory;
        blocks) {
      if (reader != null) {
        reader.close();
      }
      index.rollback();
    }
  }

  /** After {@link #close}: nothing is left to roll back, and the manifest names what is there. */
  static void settled(Path home) throws IOException {
    Files.deleteIfExists(home.resolve(MARK));
  }

  boolean dirty() {
    return dirty;
  }
}
