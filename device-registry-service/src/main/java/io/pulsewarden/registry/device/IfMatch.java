package io.pulsewarden.registry.device;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a change was made for (RFC 9110, section 13.1.1). An entity tag is the version
 * in quotes; it is strong.
 */
public final class IfMatch {

  private static final int MAX_LENGTH = 400;
  private static final Pattern TAG = Pattern.compile("\\s*\"([0-9]{1,18})\"\\s*(?:,|$)");

  /** Whatever version there is. */
  private static final IfMatch ANY = new IfMatch(Set.of(), true);

  private final Set<Long> versions;
  private final boolean any;

  private IfMatch(Set<Long> versions, boolean any) {
    this.versions = versions;
    this.any = any;
  }

  /** Of a change that must not be made blindly. */
  public static IfMatch required(@Nullable String header) {
    if (header == null) {
      throw new ProblemException(
          ProblemType.PRECONDITION_REQUIRED.because(
              "Send If-Match with the ETag of what you looked at."));
    }
    return parse(header);
  }

  /** Of a change that works without, and honours it where it is sent. */
  public static IfMatch optional(@Nullable String header) {
    return header == null ? ANY : parse(header);
  }

  /** As the ETag header has it. */
  public static String tag(long version) {
    return '"' + Long.toString(version) + '"';
  }

  public void check(long version) {
    if (!any && !versions.contains(version)) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED.because(
              "It was changed meanwhile: read it again. Its version is " + version + "."));
    }
  }

  private static IfMatch parse(String header) {
    if (header.trim().equals("*")) {
      return ANY;
    }
    Set<Long> versions = new HashSet<>();
    Matcher tags = TAG.matcher(header);
    int end = 0;
    while (header.length() <= MAX_LENGTH && tags.find(end) && tags.start() == end) {
      versions.add(Long.valueOf(tags.group(1)));
      end = tags.end();
    }
    if (end != header.length() || versions.isEmpty()) {
      throw new ProblemException(
          ProblemType.INVALID_HEADER.at("If-Match", "Has to be an ETag of an earlier answer."));
    }
    return new IfMatch(Set.copyOf(versions), false);
  }
}
