package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexDeletionPolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.NoLockFactory;

/**
 * Lucene directories as the store uses them: files are their owner's alone, the store's own lock
 * stands for Lucene's, and a commit is opened by the name that the manifest gives. Stateless.
 */
final class IndexFiles {
  /**
   * Lucene would warn on every start that vectors are not accelerated; there are none here, and an
   * operator's terminal is not for it. Held, since a logger nobody holds forgets its level.
   */
  private static final Logger VECTORS =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    VECTORS.setLevel(Level.SEVERE);
  }

  private IndexFiles() {}

  static Directory open(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      // FSDirectory would make the directory, which a reader must not.
      throw new NoSuchFileException(directory.toString());
    }
    return new OwnerOnly(directory, FSDirectory.open(directory, NoLockFactory.INSTANCE));
  }

  private static final class OwnerOnly extends FilterDirectory {
    private final Path path;

    OwnerOnly(Path path, Directory in) {
      super(in);
      this.path = path;
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      return ours(super.createOutput(name, context));
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
        throws IOException {
      return ours(super.createTempOutput(prefix, suffix, context));
    }

    private IndexOutput ours(IndexOutput output) throws IOException {
      Files.setPosixFilePermissions(path.resolve(output.getName()), StoreFiles.FILE_MODE);
      return output;
    }
  }

  /** A commit by its file's name, without listing the directory. */
  static IndexCommit commit(Directory directory, String segments) {
    return new IndexCommit() {
      @Override
      public String getSegmentsFileName() {
        return segments;
      }

      @Override
      public Collection<String> getFileNames() {
        return List.of(segments);
      }

      @Override
      public Directory getDirectory() {
        return directory;
      }

      @Override
      public void delete() {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean isDeleted() {
        return false;
      }

      @Override
      public int getSegmentCount() {
        return 0;
      }

      @Override
      public long getGeneration() {
        return Long.parseLong(segments.substring(segments.indexOf('_') + 1), Character.MAX_RADIX);
      }

      @Override
      public Map<String, String> getUserData() {
        return Map.of();
      }
    };
  }

  /**
   * Keeps the commits that the manifest names, or may name next; everything else goes. Used by one
   * writer and its thread.
   */
  static final class KeepNamed extends IndexDeletionPolicy {
    private Set<String> names;
    private String last;

    KeepNamed(Set<String> names) {
      this.names = names;
    }

    /** From now on the manifest names these. */
    void names(Set<String> named) {
      names = named;
    }

    /** The newest commit's file, or null before the first. */
    String last() {
      return last;
    }

    @Override
    public void onInit(List<? extends IndexCommit> commits) {
      for (IndexCommit commit : commits) {
        if (!names.contains(commit.getSegmentsFileName())) {
          commit.delete();
        }
      }
    }

    @Override
    public void onCommit(List<? extends IndexCommit> commits) {
      last = commits.getLast().getSegmentsFileName();
      for (IndexCommit commit : commits.subList(0, commits.size() - 1)) {
        if (!names.contains(commit.getSegmentsFileName())) {
          commit.delete();
        }
      }
    }
  }
}
