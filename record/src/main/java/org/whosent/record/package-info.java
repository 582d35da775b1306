/** The record: its fields, its JSON lines, its IDs and the clues by which it is found. */
package org.whosent.record;
