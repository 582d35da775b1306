/**
 * Failed logins: a file for every UTC day beside the partitions, which the manifest does not name.
 * {@link org.whosent.indexer.store.partition.login.LoginFile} is the form of one, {@link
 * org.whosent.indexer.store.partition.login.LoginFiles} has all of them. An entry shows once
 * however often it was written, so no crash needs to be recovered from; what is forgotten of them
 * is written anew with the days.
 */
package org.whosent.indexer.store.partition.login;
