package org.whosent.indexer.store.segment;

/** A quota of which nothing is left, as a view of very many segments has it. */
final class SpentQuota {
  private SpentQuota() {}

  static Quota spent() {
    return spend(new Quota());
  }

  static Quota spend(Quota quota) {
    while (quota.openFile()) {
      // until there is none left
    }
    for (int bytes = 1 << 30; bytes > 0; bytes >>= 1) {
      while (quota.keepTable(bytes) || quota.mapKeys(bytes) || quota.keepFilter(bytes)) {
        // likewise
      }
    }
    return quota;
  }
}
