/**
 * What a collector puts around whole log lines: journald's JSON, Docker and the CRI (which also cut
 * lines to pieces), Filebeat, Fluent Bit, Loki and others. The lines inside are read as they would
 * be without the wrapping; {@link WrappedSource} is the only entry.
 */
package org.whosent.indexer.log.collector;
