/** Where records are kept, found and forgotten: the one interface, and what it speaks of. */
package org.whosent.indexer.store;
