package org.whosent.indexer.store.bytes;

/** A quota of which nothing is left, as a view of very many segments has it. */
public final class SpentQuota {
  private SpentQuota() {}

  public static Quota spent() {
    return spend(new Quota());
  }

  public static Quota spend(Quota quota) {
    files(quota);
    for (int bytes = 1 << 30; bytes > 0; bytes >>= 1) {
      while (quota.keepTable(bytes) || quota.mapKeys(bytes) || quota.keepFilter(bytes)) {
        // likewise
      }
    }
    return quota;
  }

  /** Takes all files that are left; how many they were. */
  public static int files(Quota quota) {
    int left = 0;
    while (quota.openFile()) {
      left++;
    }
    return left;
  }
}
