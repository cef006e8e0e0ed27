package io.pulsewarden.logexport;

import java.net.URI;

/**
 * Where in S3 a copy is.
 *
 * @param prefix before each path; empty, or ends with a slash
 */
record Bucket(String name, String prefix) {

  /**
   * Reads {@code s3://BUCKET[/PREFIX]}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Bucket parse(String text) {
    URI uri = URI.create(text);
    String name = uri.getAuthority();
    if (!"s3".equals(uri.getScheme())
        || name == null
        || !name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
        || uri.getQuery() != null
        || uri.getFragment() != null) {
      throw new IllegalArgumentException("a bucket is given as s3://BUCKET or s3://BUCKET/PREFIX");
    }
    String path = uri.getPath().replaceAll("^/+|/+$", "");
    return new Bucket(name, path.isEmpty() ? "" : path + "/");
  }

  String key(String path) {
    return prefix + path;
  }
}
