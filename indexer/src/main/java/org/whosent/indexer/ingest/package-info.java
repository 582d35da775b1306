/** Brings log files and journals into a store: repeatable, bounded, and able to follow them. */
package org.whosent.indexer.ingest;
