/** KumoMTA's log records: one JSON object for each thing that happened to a message. */
package org.whosent.indexer.log.kumomta;
