package org.whosent.indexer.store.lucene;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;

/**
 * One partition as of one commit. Whatever is wrong with its files comes out as a {@link
 * DamageException}, save that files which are not there any more come out as such: a purge may have
 * been faster. Not thread-safe.
 */
final class PartitionReader implements Closeable {
  private final Partition partition;
  private final Directory directory;
  private final BlockReader blocks;
  private DirectoryReader index;
  private final List<IdLookup> lookups = new ArrayList<>();
  private boolean verified;

  private PartitionReader(Partition partition, Directory directory, BlockReader blocks) {
    this.partition = partition;
    this.directory = directory;
    this.blocks = blocks;
  }

  /** A stored copy of a record. */
  record Copy(SubmissionRecord record, long location) {}

  /** Something that reads Lucene's files. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Opens what the manifest names.
   *
   * @throws NoSuchFileException or FileNotFoundException when the files are gone
   * @throws DamageException when they are damaged
   */
  static PartitionReader open(Path data, Partition partition, BlockCache cache) throws IOException {
    Directory directory = IndexFiles.open(partition.luceneDirectory(data));
    try {
      BlockReader blocks =
          new BlockReader(partition.recordsFile(data), partition.recordsLength(), cache);
      PartitionReader reader = new PartitionReader(partition, directory, blocks);
      try {
        reader.index =
            reader.reading(
                () -> DirectoryReader.open(IndexFiles.commit(directory, partition.commit())));
        return reader;
      } catch (IOException e) {
        blocks.close();
        throw e;
      }
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /** What a writer has, committed or not; the writer's directory stays its own. */
  static PartitionReader open(Path data, Partition partition, IndexWriter writer, long length)
      throws IOException {
    BlockReader blocks = new BlockReader(partition.recordsFile(data), length, new BlockCache());
    PartitionReader reader = new PartitionReader(partition, null, blocks);
    try {
      reader.index = reader.reading(() -> DirectoryReader.open(writer));
      return reader;
    } catch (IOException e) {
      blocks.close();
      throw e;
    }
  }

  /** Takes in what the writer added since. */
  void refresh(IndexWriter writer, long length) throws IOException {
    blocks.length(length);
    DirectoryReader newer = reading(() -> DirectoryReader.openIfChanged(index, writer));
    if (newer != null) {
      index.close();
      index = newer;
      lookups.clear();
    }
  }

  Partition partition() {
    return partition;
  }

  int count() {
    return index.numDocs();
  }

  /** Candidates, newest first; a candidate is a hit when its record says so. */
  Hits hits(List<Term> terms, Network network, long since, long until) throws IOException {
    return reading(() -> new Hits(index, terms, network, since, until));
  }

  /** The next of them, or -1. */
  long next(Hits hits) throws IOException {
    return reading(hits::next);
  }

  /**
   * The record at a location.
   *
   * @throws DamageException when the block cannot be read
   */
  SubmissionRecord record(long location) throws IOException {
    try {
      return blocks.record(location);
    } catch (ClosedChannelException e) {
      throw e; // an interrupt closes channels; that is no damage
    } catch (IOException e) {
      throw DamageException.records(partition, e);
    }
  }

  /**
   * Every current copy whose own transaction ID is this, or that goes on under it; copies that
   * cannot be read are none.
   */
  List<Copy> copies(String transactionId) throws IOException {
    BytesRef term =
        IndexTerms.bytes(ClueType.TRANSACTION_ID, ClueType.TRANSACTION_ID.fold(transactionId));
    List<Copy> copies = List.of();
    for (long location : reading(() -> locations(term))) {
      SubmissionRecord record;
      try {
        record = record(location);
      } catch (DamageException _) {
        continue;
      }
      if (record.transactionId().equals(transactionId)
          || record.continuationIds().contains(transactionId)) {
        copies = copies.isEmpty() ? new ArrayList<>() : copies;
        copies.add(new Copy(record, location));
      }
    }
    return copies;
  }

  private List<Long> locations(BytesRef term) throws IOException {
    if (lookups.isEmpty()) {
      for (LeafReaderContext leaf : index.leaves()) {
        IdLookup lookup = IdLookup.of(leaf);
        if (lookup != null) {
          lookups.add(lookup);
        }
      }
    }
    List<Long> locations = List.of();
    for (IdLookup lookup : lookups) {
      locations = lookup.find(term, locations);
    }
    return locations;
  }

  /** Looks IDs up in one segment over and over; most are not there. */
  private static final class IdLookup {
    private final LeafReaderContext leaf;
    private final TermsEnum terms;
    private final BytesRef min;
    private final BytesRef max;
    private PostingsEnum postings;

    private IdLookup(LeafReaderContext leaf, Terms terms) throws IOException {
      this.leaf = leaf;
      this.terms = terms.iterator();
      this.min = BytesRef.deepCopyOf(terms.getMin());
      this.max = BytesRef.deepCopyOf(terms.getMax());
    }

    static IdLookup of(LeafReaderContext leaf) throws IOException {
      Terms terms = leaf.reader().terms(ClueType.TRANSACTION_ID.code());
      return terms == null || terms.getMin() == null ? null : new IdLookup(leaf, terms);
    }

    List<Long> find(BytesRef term, List<Long> found) throws IOException {
      if (term.compareTo(min) < 0 || term.compareTo(max) > 0 || !terms.seekExact(term)) {
        return found;
      }
      List<Long> locations = found.isEmpty() ? new ArrayList<>() : found;
      postings = terms.postings(postings, PostingsEnum.NONE);
      Bits live = leaf.reader().getLiveDocs();
      NumericDocValues values = leaf.reader().getNumericDocValues(IndexTerms.LOCATION);
      for (int document = postings.nextDoc();
          document != DocIdSetIterator.NO_MORE_DOCS;
          document = postings.nextDoc()) {
        if ((live == null || live.get(document)) && values.advanceExact(document)) {
          locations.add(values.longValue());
        }
      }
      return locations;
    }
  }

  /** True once {@link #verifyIndex} found nothing wrong. */
  boolean verified() {
    return verified;
  }

  /**
   * Compares every checksum of the index, once.
   *
   * @throws DamageException when one is wrong
   */
  void verifyIndex() throws IOException {
    if (!verified) {
      reading(
          () -> {
            for (LeafReaderContext leaf : index.leaves()) {
              leaf.reader().checkIntegrity();
            }
            return null;
          });
      verified = true;
    }
  }

  /**
   * Lucene checks structure when it opens and checksums only when asked, so damaged bytes surface
   * as whatever exception they provoke, or as a failed assertion where those are on.
   */
  private <T> T reading(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (DamageException
        | ClosedChannelException
        | NoSuchFileException
        | FileNotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw DamageException.index(partition, e);
    }
  }

  @Override
  public void close() throws IOException {
    try (directory;
        blocks) {
      index.close();
    }
  }
}
