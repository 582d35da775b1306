package org.whosent.indexer.store.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.whosent.record.ClueType;
import org.whosent.record.Network;

/**
 * The locations of one partition's candidates, newest first, as one goes: segments are sorted by
 * time, so this merges their postings and holds one position each. Written on postings rather than
 * on IndexSearcher, whose classes alone cost a cold look-up more than the search. Not thread-safe.
 */
final class Hits {
  private final PriorityQueue<Leaf> leaves =
      new PriorityQueue<>(Comparator.comparingLong((Leaf leaf) -> leaf.micros).reversed());

  /**
   * Starts a search.
   *
   * @param terms all of them must be there; none means every record
   * @param network the client must lie in it, or null
   * @param since microseconds, not before
   * @param until microseconds, before
   */
  Hits(DirectoryReader reader, List<Term> terms, Network network, long since, long until)
      throws IOException {
    for (LeafReaderContext context : reader.leaves()) {
      List<DocIdSetIterator> all = iterators(context.reader(), terms, network);
      if (all != null) {
        Leaf leaf = new Leaf(context.reader(), all, since, until);
        if (leaf.next()) {
          leaves.add(leaf);
        }
      }
    }
  }

  /** The next location, or -1 when there is none. */
  long next() throws IOException {
    Leaf leaf = leaves.poll();
    if (leaf == null) {
      return -1;
    }
    long location = leaf.location;
    if (leaf.next()) {
      leaves.add(leaf);
    }
    return location;
  }

  private static List<DocIdSetIterator> iterators(
      LeafReader reader, List<Term> terms, Network network) throws IOException {
    List<DocIdSetIterator> all = new ArrayList<>();
    for (Term term : terms) {
      PostingsEnum postings = reader.postings(term, PostingsEnum.NONE);
      if (postings == null) {
        return null;
      }
      all.add(postings);
    }
    if (network != null) {
      all.add(clients(reader, network));
    }
    if (all.isEmpty()) {
      all.add(DocIdSetIterator.all(reader.maxDoc()));
    }
    all.sort(Comparator.comparingLong(DocIdSetIterator::cost));
    return all;
  }

  /** Walks the addresses that there are: some ten thousand a day, and no bytes in the index. */
  private static DocIdSetIterator clients(LeafReader reader, Network network) throws IOException {
    FixedBitSet documents = new FixedBitSet(reader.maxDoc());
    Terms terms = reader.terms(ClueType.CLIENT.code());
    if (terms != null) {
      TermsEnum each = terms.iterator();
      PostingsEnum postings = null;
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        if (term.length > 0
            && term.bytes[term.offset] != (byte) 0xff
            && network.contains(term.utf8ToString())) {
          postings = each.postings(postings, PostingsEnum.NONE);
          documents.or(postings);
        }
      }
    }
    return new BitSetIterator(documents, documents.cardinality());
  }

  /** One segment's candidates. */
  private static final class Leaf {
    private final DocIdSetIterator lead;
    private final List<DocIdSetIterator> others;
    private final Bits live;
    private final NumericDocValues times;
    private final NumericDocValues locations;
    private final long since;
    private final long until;
    long micros;
    long location;

    Leaf(LeafReader reader, List<DocIdSetIterator> all, long since, long until) throws IOException {
      this.lead = all.getFirst();
      this.others = all.subList(1, all.size());
      this.live = reader.getLiveDocs();
      this.times = reader.getNumericDocValues(IndexTerms.TIME);
      this.locations = reader.getNumericDocValues(IndexTerms.LOCATION);
      this.since = since;
      this.until = until;
      if (times == null || locations == null) {
        throw new IOException("a segment without times");
      }
    }

    boolean next() throws IOException {
      int document = lead.nextDoc();
      while (document != DocIdSetIterator.NO_MORE_DOCS) {
        int agreed = agree(document);
        if (agreed != document) {
          document = agreed == DocIdSetIterator.NO_MORE_DOCS ? agreed : lead.advance(agreed);
          continue;
        }
        if (live == null || live.get(document)) {
          if (!times.advanceExact(document) || !locations.advanceExact(document)) {
            throw new IOException("a document without time");
          }
          micros = times.longValue();
          if (micros < since) {
            return false; // sorted: what follows is older still
          }
          if (micros < until) {
            location = locations.longValue();
            return true;
          }
        }
        document = lead.nextDoc();
      }
      return false;
    }

    /** The document itself when all others have it too, else the next that may be. */
    private int agree(int document) throws IOException {
      for (DocIdSetIterator other : others) {
        int at = other.docID() < document ? other.advance(document) : other.docID();
        if (at != document) {
          return at;
        }
      }
      return document;
    }
  }
}
