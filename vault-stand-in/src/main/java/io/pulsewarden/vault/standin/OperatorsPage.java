package io.pulsewarden.vault.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** docs/vault.md: the commands that an operator types, and the policies. */
final class OperatorsPage {

  private static final String FENCE = "```text\n";

  private final String text;

  OperatorsPage() {
    try {
      text =
          Files.readString(
              Path.of(System.getProperty("pulsewarden.root")).resolve("docs/vault.md"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The text of a policy's file, such as {@code pulsewarden-keys.hcl}. */
  String policy(String name) {
    return blockAfter("\n`" + name + "`");
  }

  /** The commands of the first block after a text, each in one line, comments included. */
  List<String> commands(String after) {
    return Stream.of(blockAfter(after).replaceAll("\\\\\n\\s*", "").split("\n", -1))
        .map(String::strip)
        .filter(line -> line.startsWith("vault "))
        .toList();
  }

  private String blockAfter(String place) {
    int from = text.indexOf(place);
    if (from < 0) {
      throw new IllegalStateException("docs/vault.md has no more: " + place.strip());
    }
    int begin = text.indexOf(FENCE, from) + FENCE.length();
    return text.substring(begin, text.indexOf("```", begin));
  }
}
