package io.pulsewarden.registry.csr;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Public keys whose private half is published: printed in standards, shipped in firmware, drawn by
 * Debian's broken generator. A list has SHA-256 over SubjectPublicKeyInfo in hexadecimal, one a
 * line; what follows {@code #} is a comment.
 */
public final class BlockedKeys {

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final Set<String> hashes;

  private BlockedKeys(Set<String> hashes) {
    this.hashes = Set.copyOf(hashes);
  }

  /** The keys that standards print. */
  public static BlockedKeys builtIn() {
    return with(Optional.empty());
  }

  /**
   * The built-in list, and an operator's own.
   *
   * @throws IllegalArgumentException if a line is not of the form: a list read by half protects
   *     nobody
   */
  public static BlockedKeys with(Optional<Path> file) {
    Set<String> hashes = new HashSet<>();
    try (InputStream builtIn =
        Objects.requireNonNull(BlockedKeys.class.getResourceAsStream("/blocked-keys.txt"))) {
      read(new BufferedReader(new InputStreamReader(builtIn, StandardCharsets.UTF_8)), hashes);
      if (file.isPresent()) {
        try (BufferedReader own = Files.newBufferedReader(file.get())) {
          read(own, hashes);
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("a list of blocked keys can't be read", unreadable);
    }
    return new BlockedKeys(hashes);
  }

  boolean has(String keyHash) {
    return hashes.contains(keyHash);
  }

  private static void read(BufferedReader lines, Set<String> into) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int comment = line.indexOf('#');
      String hash = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!hash.isEmpty()) {
        if (!HASH.matcher(hash).matches()) {
          throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + hash);
        }
        into.add(hash);
      }
    }
  }
}
