/**
 * YAML settings read into checked values: every problem of a file is found in one pass and reported
 * with its line; an unknown key is an error that names the nearest known one.
 */
package org.whosent.record.settings;
