package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.whosent.record.SubmissionRecord;

/** What finds one record each as exact terms of Lucene, documents only, one segment. */
final class LuceneKeys implements AutoCloseable {
  private final Path path;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  LuceneKeys(Path path, List<SubmissionRecord> records) throws IOException {
    this.path = path;
    directory = new MMapDirectory(path);
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig().setUseCompoundFile(false))) {
      for (SubmissionRecord record : records) {
        Document document = new Document();
        document.add(new StringField("id", record.transactionId(), StringField.Store.NO));
        document.add(new StringField("mid", record.messageId(), StringField.Store.NO));
        document.add(new StringField("body", record.bodyDigest(), StringField.Store.NO));
        document.add(new StringField("text", record.textDigest(), StringField.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
  }

  long bytes() throws IOException {
    return Usage.bytes(path);
  }

  void find(String field, String value) throws IOException {
    if (searcher.search(new TermQuery(new Term(field, value)), 1).scoreDocs.length != 1) {
      throw new IOException("not found: " + value);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
